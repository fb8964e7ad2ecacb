import { useQuery } from '@tanstack/react-query'
import { queries } from '../api/queries.ts'
import { Cli, shellWord } from '../parts/cli.tsx'
import { Ledger, Section } from '../parts/ledger.tsx'

/** A line may name a directory when this server shows the example fleet. */
function useTarget(): string {
  return useQuery(queries.status()).data?.example ? ' --data DIR' : ''
}

/** The three ways to bring a cluster in, each as lines to paste. */
export function WaysToAdd({ name = 'NAME' }: { name?: string }) {
  const target = useTarget()
  const word = shellWord(name)
  return (
    <Ledger>
      <Section title="Through a kubeconfig" note="watched by this server, with rights to read only">
        <Cli line="kubectl apply -f deploy/manifests/cluster-role.yaml" />
        <Cli line="kubectl create clusterrolebinding allclear --clusterrole=allclear-reader --user=USER" />
        <Cli line={`allclear cluster add --context CONTEXT --name ${word}${target}`} />
      </Section>
      <Section title="By an agent" note="it runs in the cluster and dials out only">
        <Cli line={`allclear cluster enrol ${word}${target} > token`} />
        <AgentLines name={name} />
      </Section>
      <Section title="From manifests" note="as of the moment of the dump">
        <Cli
          line={`kubectl get nodes,namespaces,pods,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,serviceaccounts,services,ingresses,networkpolicies,roles,rolebindings,clusterroles,clusterrolebindings,validatingwebhookconfigurations,mutatingwebhookconfigurations,priorityclasses -A -o json | allclear import manifests - --cluster ${word}${target}`}
        />
      </Section>
    </Ledger>
  )
}

/** With the token in the file `token`: the secret, and the chart that runs the agent. */
export function AgentLines({ name }: { name: string }) {
  return (
    <>
      <Cli line="kubectl create namespace allclear" />
      <Cli line="kubectl -n allclear create secret generic allclear-agent-token --from-file=token" />
      <Cli
        line={`helm install allclear-agent deploy/chart -n allclear --set server=${location.origin} --set cluster=${shellWord(name)}`}
      />
    </>
  )
}
