export { runAgent, type AgentOptions, type Post } from './agent.ts'
export { agentOfCluster, openEnrolment } from './agents.store.ts'
export { AgentHub, type AgentCluster, type AgentHubOptions } from './hub.ts'
export {
  deltasAnswer,
  enrolAnswer,
  enrolRequest,
  rotateAnswer,
  rotateRequest,
  sessionAnswer,
  sessionRequest,
  type Frame,
} from './protocol.ts'
