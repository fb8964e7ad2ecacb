/** Stages as the rail names them; their checklists have longer titles. */
export const stageTitles: Readonly<Record<string, string>> = {
  triage: 'Triage',
  communicate: 'Communicate',
  fix: 'Fix',
  rollout: 'Roll out',
  after: 'After',
}
