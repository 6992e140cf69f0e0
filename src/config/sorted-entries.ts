/**
 * The fields of an object by name: a document has them in another order when it comes from Postgres than when it comes from
 * KV, and whatever follows from their order (a roll, the order of postings) must not change with it.
 */
export function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
