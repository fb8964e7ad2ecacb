import { copyContext, kubeconfigFiles, readContexts, type KubeAccess } from '../../base/kube/index.ts'
import { AllclearError } from '../../base/errors.ts'
import type { ClusterDetail } from '../../know/live-answers.ts'
import type { CommandContext } from '../context.ts'
import { formatCluster, isWhole } from '../output/cluster.ts'
import { print } from '../output/print.ts'
import type { OptionValues } from '../spec.ts'

/** `allclear cluster add --context NAME [--kubeconfig F]` */
export async function run(context: CommandContext, _args: string[], options: OptionValues): Promise<number> {
  const { access, name } = options.inCluster
    ? { access: { kind: 'in-cluster' } as KubeAccess, name: options.name as string | undefined }
    : await accessOf(context, options)
  if (name === undefined) {
    throw new AllclearError('usage', {
      message: 'A cluster that is reached from within has no name of its own here.',
      next: 'Name it: --name shop-eu.',
    })
  }
  const client = await context.client()
  const added = await client.send<ClusterDetail>('POST', '/clusters', {
    name,
    access,
    secretMetadata: options.secretMetadata === true,
  })
  await print(context, {
    value: added,
    names: () => [added.name],
    table: (wide) =>
      `Added ${context.terminal.bold(added.name)}.\n${formatCluster(added, context, wide)}${
        client.description === 'in this process' ? 'Read once; `allclear up` keeps it current.\n' : ''
      }`,
  })
  return isWhole(added) ? 0 : 3
}

async function accessOf(
  context: CommandContext,
  options: OptionValues,
): Promise<{ access: KubeAccess; name: string | undefined }> {
  const { io } = context
  const files = kubeconfigFiles(options.kubeconfig as string | undefined, io)
  const found: { file: string; name: string; current: boolean }[] = []
  let unreadable: unknown = null
  for (const file of files)
    try {
      for (const { name, current } of await readContexts(file)) found.push({ file, name, current })
    } catch (error) {
      unreadable ??= error
    }
  if (found.length === 0 && unreadable !== null) throw unreadable
  const wanted = options.context as string | undefined
  const chosen =
    wanted === undefined ? found.find(({ current }) => current) : found.find(({ name }) => name === wanted)
  if (chosen === undefined) {
    throw new AllclearError('kube.config', {
      message:
        wanted === undefined
          ? 'No context is named, and the kubeconfig has no current one.'
          : `There is no context ${wanted} in ${files.join(', ')}.`,
      next:
        found.length === 0
          ? 'The kubeconfig has no contexts.'
          : `Choose one with --context: ${found
              .map(({ name }) => name)
              .slice(0, 20)
              .join(', ')}.`,
    })
  }
  const { file } = chosen
  const access: KubeAccess = options.copy
    ? { kind: 'copy', kubeconfig: await copyContext(file, chosen.name), context: chosen.name }
    : { kind: 'kubeconfig', file, context: chosen.name }
  return { access, name: (options.name as string | undefined) ?? nameOf(chosen.name) }
}

/** Contexts of cloud providers have slashes and colons: the last part is the name people use. */
function nameOf(context: string): string {
  const last = context.split(/[/:]/).at(-1) ?? context
  return (
    last.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '') || 'cluster'
  )
}
