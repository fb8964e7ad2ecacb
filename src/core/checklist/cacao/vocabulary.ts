import type { Checklist } from '../types.ts'

interface Purpose {
  /** `playbook-type-ov` (CACAO 2.0, 3.1.1). */
  type: string
  /** `playbook-activity-type-ov` (3.1.2); every step of the playbook is of this activity. */
  activity: string
}

const byStage: Readonly<Record<NonNullable<Checklist['stage']>, Purpose>> = {
  triage: { type: 'investigation', activity: 'analyze-collected-data' },
  communicate: { type: 'notification', activity: 'deliver-content' },
  fix: { type: 'mitigation', activity: 'eliminate-risk' },
  rollout: { type: 'remediation', activity: 'configure-systems' },
  after: { type: 'investigation', activity: 'identify-indicators' },
}

const byPhase: Readonly<Record<Checklist['phase'], Purpose>> = {
  'pre-incident': { type: 'prevention', activity: 'scan-system' },
  incident: { type: 'mitigation', activity: 'eliminate-risk' },
  containment: { type: 'mitigation', activity: 'restrict-access' },
  rollout: { type: 'remediation', activity: 'configure-systems' },
  content: { type: 'prevention', activity: 'configure-systems' },
  register: { type: 'prevention', activity: 'scan-vulnerabilities' },
  'game-day': { type: 'detection', activity: 'identify-steps' },
}

/** What a list is for, in the words of CACAO. */
export function purposeOf({ phase, stage }: Checklist): Purpose {
  return stage === null ? byPhase[phase] : byStage[stage]
}

/** The markings that CACAO gives for TLP 2.0: their ids and contents are fixed. */
export const markings: Readonly<Record<Checklist['confidentiality'], { id: string; level: string }>> = {
  public: { id: 'marking-tlp--94868c89-83c2-464b-929b-a1a8aa3c8487', level: 'TLP:CLEAR' },
  internal: { id: 'marking-tlp--939a9414-2ddd-4d32-a0cd-375ea402b003', level: 'TLP:AMBER+STRICT' },
  incident: { id: 'marking-tlp--e828b379-4e03-4974-9ac4-e53a884c97c1', level: 'TLP:RED' },
}
/** Who made the markings: OASIS. */
export const markingAuthor = 'identity--5abe695c-7bd5-4c31-8824-2528696cdbf1'
export const markingsMadeAt = '2022-10-01T00:00:00.000Z'
