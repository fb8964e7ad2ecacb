import { describe, expect, it } from 'vitest'
import type { PodShape } from '../../fleet/index.ts'
import { podRules } from './rules.ts'

const shape = (spec: Record<string, unknown>): PodShape => ({ labels: {}, annotations: {}, spec })
const container = (securityContext: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  shape({ containers: [{ name: 'main', securityContext, ...more }] })
const volume = (path: string, readOnly?: boolean) =>
  shape({
    volumes: [{ name: 'v', hostPath: { path } }],
    containers: [
      { name: 'main', volumeMounts: [{ name: 'v', mountPath: '/x', ...(readOnly ? { readOnly } : {}) }] },
    ],
  })

describe('podRules', () => {
  it.each([
    ['pod.host-network', shape({}), []],
    ['pod.host-network', shape({ hostNetwork: true }), ['hostNetwork']],
    [
      'pod.host-network',
      shape({ containers: [{ name: 'main', ports: [{ containerPort: 1, hostPort: 80 }] }] }),
      ['main has port 80 of the node'],
    ],
    ['pod.host-access', container({}), []],
    ['pod.host-access', container({ privileged: true }), ['main is privileged']],
    ['pod.host-access', shape({ hostPID: true }), ['hostPID']],
    ['pod.host-access', volume('/var/log', true), []],
    ['pod.host-access', volume('/var/log'), ['main may write to /var/log of the node']],
    [
      'pod.host-access',
      volume('/run/containerd/containerd.sock', true),
      ['main has the socket of the container runtime /run/containerd/containerd.sock of the node'],
    ],
    ['pod.run-as-root', container({ runAsUser: 0 }), ['main runs as user 0']],
    ['pod.run-as-root', container({ runAsUser: 1000 }), []],
    ['pod.run-as-root', container({ runAsNonRoot: true }), []],
    ['pod.run-as-root', container({}), ['main may run as root']],
    [
      'pod.run-as-root',
      shape({
        securityContext: { runAsUser: 7 },
        containers: [{ name: 'a' }, { name: 'b', securityContext: { runAsUser: 0 } }],
      }),
      ['b runs as user 0'],
    ],
    ['pod.capabilities', container({ capabilities: { drop: ['all'] } }), []],
    ['pod.capabilities', container({ capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }), []],
    [
      'pod.capabilities',
      container({ capabilities: { add: ['SYS_ADMIN'] } }),
      ['main keeps the default capabilities', 'main adds SYS_ADMIN'],
    ],
    ['pod.no-new-privs', container({ allowPrivilegeEscalation: false }), []],
    ['pod.no-new-privs', container({}), ['main may gain privileges']],
    [
      'pod.kernel-confinement',
      container({ seccompProfile: { type: 'Unconfined' } }),
      ['main has no seccomp profile'],
    ],
    [
      'pod.kernel-confinement',
      shape({
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        containers: [{ name: 'main' }],
      }),
      [],
    ],
    ['pod.readonly-rootfs', container({ readOnlyRootFilesystem: true }), []],
    ['pod.readonly-rootfs', container({}), ['main may write to its root file system']],
  ] as const)('%s', (id, asked, expected) => {
    expect(podRules[id](asked)).toEqual([...expected])
  })

  it('judges no shape that is not one, and never throws', () => {
    for (const rule of Object.values(podRules))
      for (const spec of [
        { containers: 'x' },
        { containers: [null, 3] },
        { volumes: [7], securityContext: 'x' },
      ])
        expect(Array.isArray(rule(shape(spec)))).toBe(true)
  })
})
