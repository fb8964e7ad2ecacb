/** Raised whenever a cataloguer finds more or other things: layers that are known are read again then. */
export const cataloguersVersion = 1
