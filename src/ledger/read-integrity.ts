/** A page of the ledger reckoned anew: what is wrong with it (drizzle/functions/integrity.sql). */
import type { Actor } from '../domain/actor.ts';
import type { Database } from './database.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { sql } from './sql.ts';

export interface IntegrityFault {
  readonly invariant: string;
  readonly playerId: string;
  readonly resource: string | null;
  readonly sequence: number | null;
  readonly claimId: string | null;
  readonly detail: string;
}

export interface IntegrityPage {
  readonly players: number;
  readonly entries: number;
  /** The player after whom the next page begins; null at the end. */
  readonly next: string | null;
  readonly faults: readonly IntegrityFault[];
}

/** One row, always. `after`: '' for the first page. */
export function readIntegrity(
  database: Database,
  actor: Actor,
  { after, players }: { after: string; players: number },
): Promise<Authorised<IntegrityPage>> {
  return readAs<IntegrityPage>(
    database,
    actor,
    sql`SELECT onceward.integrity_page(${after}, ${players}::integer) AS row`,
  );
}
