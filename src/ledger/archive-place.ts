/** Where the kernel says that an archived claim is (drizzle/kernel/01_archived.sql, 08_answers.sql). */

/** Rows count from 0. */
export interface KernelPlace {
  readonly part: number;
  readonly claimsSha256: string;
  readonly claimsBytes: number;
  readonly entriesSha256: string;
  readonly entriesBytes: number;
  readonly row: number;
  readonly entryRow: number;
  readonly entries: number;
  /** What its texts are sealed with; null: its player was erased. */
  readonly key: string | null;
  readonly texts: readonly string[] | null;
}

/** Where the original is, if the kernel sent that instead: it is in the archive. */
export function placeOfOriginal(original: object | null): KernelPlace | null {
  return (original as { readonly archived?: KernelPlace } | null)?.archived ?? null;
}
