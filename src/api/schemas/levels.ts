import { z } from '@hono/zod-openapi'

export const reachLevel = z
  .enum(['internet', 'network', 'cluster', 'isolated', 'unknown'])
  .openapi({ description: 'From where it can be connected to.' })
export const privilegeLevel = z
  .enum(['cluster-admin', 'node', 'elevated', 'normal', 'unknown'])
  .openapi({ description: 'What whoever runs code in it can become.' })
