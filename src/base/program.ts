/** What this program calls itself: in SBOMs it writes, in answers, in the lock file. */
export const program = { name: 'allclear', version: '0.1.0' } as const
