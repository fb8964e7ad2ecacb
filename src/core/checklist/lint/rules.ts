/** Every rule of the lint, with what it asks for. The reference page is made from it. */
export const lintRules = {
  syntax: {
    severity: 'error',
    asks: 'The text is one YAML document without anchors, aliases, tags and keys given twice.',
  },
  'too-many-items': { severity: 'error', asks: 'A list has no more items than the limit.' },
  field: { severity: 'error', asks: 'Each field has a value that it can have.' },
  'unknown-field': { severity: 'error', asks: 'Each field is one that somebody reads.' },

  'stage-of-phase': { severity: 'error', asks: 'Only lists of the phase `incident` have a stage.' },
  'pause-missing': { severity: 'error', asks: 'A list has a pause point.' },
  'pause-twice': { severity: 'error', asks: 'Each pause point has an id of its own.' },
  'pause-unknown': { severity: 'error', asks: 'An item is read at a pause point of its list.' },
  'pause-killers': {
    severity: 'error',
    asks: 'A pause point has 5 to 9 killer items, or uses another list.',
  },
  'pause-uses': { severity: 'error', asks: 'A pause point uses a checklist that exists, and not its own.' },
  'gate-holds-nothing': {
    severity: 'error',
    asks: 'A pause point that holds has a probe to hold on; a gate of a rollout, of content or of containment holds on something.',
  },
  'item-twice': { severity: 'error', asks: 'Each item has an id of its own.' },
  'item-reused': { severity: 'error', asks: 'The id of an item that is gone is never given again.' },
  'item-removed': { severity: 'error', asks: 'An item that is gone stands under `retiredItems`.' },
  'after-unknown': { severity: 'error', asks: '`after` names items of the same list.' },
  'after-cycle': { severity: 'error', asks: 'No item waits for itself, also not by way of others.' },
  'list-long': { severity: 'warning', asks: 'A list fits on one page: at most 24 items.' },
  'list-slow': { severity: 'warning', asks: 'The items of a pause point are read aloud within 90 seconds.' },

  'text-long': { severity: 'error', asks: 'The text of an item has at most 12 words.' },
  'text-imperative': { severity: 'warning', asks: 'The text of an item begins with what to do.' },
  'text-acts': { severity: 'warning', asks: 'The text of an item asks for one act.' },
  'why-missing': { severity: 'warning', asks: 'An item says why.' },
  'why-long': { severity: 'warning', asks: 'The reason has at most 30 words.' },
  abbreviation: {
    severity: 'warning',
    asks: 'An abbreviation is one of the field, or is written out in brackets.',
  },
  'role-unknown': { severity: 'warning', asks: 'The role of an item is one that people are assigned to.' },
  secret: { severity: 'error', asks: 'No text has a credential in it.' },
  person: { severity: 'error', asks: 'No text names a person’s account or an e-mail address.' },
  address: { severity: 'error', asks: 'No text has the address of a machine in it.' },
  classified: { severity: 'error', asks: 'No text has a word that is under embargo.' },

  'probe-unknown': { severity: 'error', asks: 'A probe is one of the catalogue.' },
  'probe-parameters': {
    severity: 'error',
    asks: 'Parameters are those that the probe declares, with values that it takes.',
  },
  'probe-freshness': {
    severity: 'error',
    asks: 'An answer may be as old as its probe needs to give a new one.',
  },
  'probe-twice': { severity: 'warning', asks: 'No two items of a list ask the same.' },
  'probe-none': { severity: 'warning', asks: 'A killer item without a probe says why there is none.' },
  'signal-missing': {
    severity: 'error',
    asks: 'A readiness item names the signal that it forces, or why there is none.',
  },
  'drill-missing': {
    severity: 'error',
    asks: 'A readiness item with a signal names the drill that proves it.',
  },
  'action-undo': { severity: 'error', asks: 'An action says how it is undone.' },

  'exception-incomplete': { severity: 'error', asks: 'An exception has an owner, a reason and an expiry.' },
  'exception-long': { severity: 'error', asks: 'An exception lasts at most 180 days.' },
  'exception-compensating': {
    severity: 'error',
    asks: 'What makes up for an exception is another item of the list.',
  },
  'exception-expired': { severity: 'warning', asks: 'An exception that ended is taken out.' },
  'exception-broad': {
    severity: 'warning',
    asks: 'An exception is for a part of the fleet, and not for all of it.',
  },
  'tailoring-incomplete': {
    severity: 'warning',
    asks: 'Parameters for a part of the fleet have an owner, a reason and an expiry.',
  },

  'review-late': { severity: 'warning', asks: 'A list is reviewed as often as it says.' },
  'drill-late': {
    severity: 'warning',
    asks: 'A list that was drilled once is drilled as often as it is reviewed.',
  },
  'version-step': {
    severity: 'error',
    asks: 'The version grows by what changed: major when loosened, minor when tightened, patch for wording.',
  },
} as const satisfies Record<string, { severity: 'error' | 'warning'; asks: string }>

export type LintRule = keyof typeof lintRules
