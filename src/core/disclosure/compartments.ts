/**
 * What an incident keeps apart, so that each reader is let into what they need and into nothing else. A member always has
 * the facts; the others are joined one by one.
 */
export const compartments = ['facts', 'reproduction', 'affected', 'drafts'] as const
export type Compartment = (typeof compartments)[number]
