/** I6 of the ledger: what clients were told is there, with the numbers that they were told. Read past the Worker. */
import { owner } from './ledger-state.ts';
import type { Result } from './mutations.ts';

interface Kept {
  readonly playerId: string;
  readonly version: number;
  readonly resource: string;
}
type Change = Record<string, unknown>;

/** What is wrong with the receipts, each of which was the first answer to its key; empty where all are kept. */
export async function lostReceipts(receipts: readonly Result[]): Promise<string[]> {
  const ids = receipts.map(({ claim }) => claim.id as string);
  const rows = (await owner`
    SELECT e.claim_id AS "claimId", e.player_id AS "playerId", e.player_version::int AS version, e.resource,
           jsonb_build_object('resource', e.resource, 'before', e.balance_before, 'after', e.balance_after, 'delta', e.delta,
             'requested', e.requested, 'sequence', e.sequence, 'cause', upper(e.cause)) AS change
      FROM onceward.ledger_entries e WHERE e.claim_id = ANY (${ids}) ORDER BY e.player_id, e.player_version, e.ordinal`) as (Kept & {
    claimId: string;
    change: Change;
  })[];
  const entries = Map.groupBy(rows, ({ claimId }) => claimId);
  return receipts.flatMap(({ claim, changes, counterpartyChanges }) => {
    const kept = entries.get(claim.id) ?? [];
    const of = (playerId: string) => kept.filter((entry) => entry.playerId === playerId);
    const told = (all: readonly Result[] | null) =>
      canonical((all ?? []).map(({ cutOff: _, ...change }) => change));
    const own = of(claim.playerId);
    const faults: string[] = [];
    if (told(changes) !== canonical(own.map(({ change }) => change)))
      faults.push(`${claim.operation} ${claim.id} was told other changes than were kept`);
    if (own.some(({ version }) => version !== claim.playerVersion))
      faults.push(`${claim.operation} ${claim.id} was told another version`);
    // Players are not told of the other side.
    if (
      counterpartyChanges &&
      told(counterpartyChanges) !== canonical(of(claim.counterpartyId).map(({ change }) => change))
    )
      faults.push(`${claim.operation} ${claim.id} was told other changes of the other player`);
    return faults;
  });
}

const canonical = (changes: readonly Change[]) =>
  JSON.stringify(changes.map((change) => Object.entries(change).sort(([a], [b]) => (a < b ? -1 : 1))));
