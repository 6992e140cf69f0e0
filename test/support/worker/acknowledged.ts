/** Invariant I6: the ledger holds what every receipt reported, with the same numbers. Read directly from the database. */
import { owner } from './ledger-state.ts';
import type { BalanceChange, Receipt } from './schema-types.ts';

/** A change as the ledger stores it: what was cut off is not stored. */
type StoredChange = Omit<BalanceChange, 'cutOff'>;

interface StoredEntry {
  readonly claimId: string;
  readonly playerId: string;
  readonly version: number;
  readonly change: StoredChange;
}

/** Compares receipts, each of which was the first answer to its key, with the ledger. Empty if all agree. */
export async function lostReceipts(receipts: readonly Receipt[]): Promise<string[]> {
  const ids = receipts.map(({ claim }) => claim.id);
  const rows = (await owner`
    SELECT e.claim_id AS "claimId", e.player_id AS "playerId", e.player_version::int AS version,
           jsonb_build_object('resource', e.resource, 'before', e.balance_before, 'after', e.balance_after, 'delta', e.delta,
             'requested', e.requested, 'sequence', e.sequence, 'cause', upper(e.cause)) AS change
      FROM onceward.ledger_entries e WHERE e.claim_id = ANY (${ids})
     ORDER BY e.player_id, e.player_version, e.ordinal`) as StoredEntry[];
  const entries = Map.groupBy(rows, ({ claimId }) => claimId);
  return receipts.flatMap((receipt) => faultsOf(receipt, entries.get(receipt.claim.id) ?? []));
}

function faultsOf(
  { claim, changes, counterpartyChanges }: Receipt,
  entries: readonly StoredEntry[],
): string[] {
  const entriesOf = (playerId: string | null) => entries.filter((entry) => entry.playerId === playerId);
  const agrees = (reported: readonly BalanceChange[], stored: readonly StoredEntry[]) =>
    canonical(reported.map(({ cutOff: _, ...change }) => change)) ===
    canonical(stored.map(({ change }) => change));
  const own = entriesOf(claim.playerId);
  const faults: string[] = [];
  const receipt = `the receipt of ${claim.operation} ${claim.id}`;
  if (!agrees(changes, own)) faults.push(`${receipt} reports other changes than the ledger holds`);
  if (own.some(({ version }) => version !== claim.playerVersion))
    faults.push(`${receipt} reports another version than the ledger holds`);
  // A player's receipt does not show the other player's changes.
  if (counterpartyChanges && !agrees(counterpartyChanges, entriesOf(claim.counterpartyId)))
    faults.push(`${receipt} reports other changes of the other player than the ledger holds`);
  return faults;
}

function canonical(changes: readonly StoredChange[]): string {
  return JSON.stringify(changes.map((change) => Object.entries(change).sort(([a], [b]) => (a < b ? -1 : 1))));
}
