/** Who an item can be given to. Lists may name others; the lint says so, since nobody is assigned to them. */
export const checklistRoles: Readonly<Record<string, { short: string; title: string }>> = {
  'readiness-owner': { short: 'RO', title: 'Readiness owner' },
  'first-responder': { short: 'FR', title: 'First responder' },
  'incident-commander': { short: 'IC', title: 'Incident commander' },
  'communications-lead': { short: 'CL', title: 'Communications lead' },
  'operations-lead': { short: 'OL', title: 'Operations lead' },
  expert: { short: 'SME', title: 'Subject-matter expert' },
  'reliability-engineer': { short: 'SRE', title: 'Reliability engineer' },
  'evidence-keeper': { short: 'EV', title: 'Evidence keeper' },
  'privacy-legal': { short: 'PL', title: 'Privacy and legal' },
}
