/** A database that contradicts itself: an expected failure of its reader, which the cataloguer turns into a problem. */
export class DamagedDatabase extends Error {
  override readonly name = 'DamagedDatabase'
}
