/** Labels by which cloud providers and installers name the pool that a node belongs to. */
const poolLabels = [
  'node-pool',
  'cloud.google.com/gke-nodepool',
  'eks.amazonaws.com/nodegroup',
  'kubernetes.azure.com/agentpool',
  'karpenter.sh/nodepool',
  'node.kubernetes.io/instance-type',
]

/** The pool of a node, or `` when no label names one. */
export function poolOf(labels: Readonly<Record<string, string>>): string {
  for (const label of poolLabels) if (labels[label]) return labels[label]
  return ''
}
