/** A page of the ledger verified: what is wrong with it (drizzle/kernel/30_integrity.sql). */
import { sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { encodeClaimId } from '../domain/claim-id.ts';
import type { Database } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';

/** A fault as the function reports it: a claim is the player's handle and number. */
export interface StoredFault {
  readonly invariant: string;
  readonly playerId: string;
  readonly resource: string | null;
  readonly sequence: number | null;
  readonly handle: string | null;
  readonly claimNumber: number | null;
  readonly detail: string;
}

export interface IntegrityFault extends Omit<StoredFault, 'handle' | 'claimNumber'> {
  readonly claimId: string | null;
}

export interface IntegrityPage<Fault = IntegrityFault> {
  readonly players: number;
  readonly entries: number;
  /** The player after whom the next page begins; null at the end. */
  readonly next: string | null;
  readonly faults: readonly Fault[];
}

/** One row, always. `after`: '' for the first page. */
export function readIntegrity(
  database: Database,
  actor: Actor,
  { after, players }: { after: string; players: number },
): Promise<Authorised<IntegrityPage>> {
  return readAs(
    database,
    actor,
    (reads) =>
      reads
        .select({ page: sql<IntegrityPage<StoredFault>>`page` })
        .from(sql`onceward.integrity_page(${after}, ${players}::integer) AS page`),
    ({ page }) => decodeIntegrityPage(page),
  );
}

export function decodeIntegrityPage({ faults, ...page }: IntegrityPage<StoredFault>): IntegrityPage {
  return { ...page, faults: faults.map(decodeFault) };
}

function decodeFault({ handle, claimNumber, ...fault }: StoredFault): IntegrityFault {
  const claimId = handle === null || claimNumber === null ? null : encodeClaimId(handle, claimNumber);
  return { ...fault, claimId };
}
