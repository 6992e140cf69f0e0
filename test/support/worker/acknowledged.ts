/** Invariant I6: the ledger holds what every receipt reported, with the same numbers. Read directly from the database. */
import { encodeClaimId, parseClaimId } from '../../../src/domain/claim-id.ts';
import { owner } from './ledger-state.ts';
import type { BalanceChange, Receipt } from './schema-types.ts';

/** A change as the ledger stores it: what was cut off is not stored. */
type StoredChange = Omit<BalanceChange, 'cutOff'>;

interface StoredEntry {
  readonly handle: string;
  readonly number: number;
  readonly playerId: string;
  /** The player's version after the claim. */
  readonly version: number;
  readonly change: StoredChange;
}

/** Compares receipts, each of which was the first answer to its key, with the ledger. Empty if all agree. */
export async function lostReceipts(receipts: readonly Receipt[]): Promise<string[]> {
  const ids = receipts.map(({ claim }) => parsed(claim.id));
  const rows = (await owner`
    SELECT encode(p.handle, 'hex') AS handle, c.number, side.id AS "playerId",
           CASE e.player WHEN c.player THEN c.version ELSE c.counterparty_version END AS version,
           jsonb_build_object('resource', n.name, 'before', e.before, 'after', e.before + e.delta, 'delta', e.delta,
             'requested', coalesce(e.requested, e.delta), 'sequence', e.sequence,
             'cause', (ARRAY['OPERATION', 'MILESTONE', 'REGENERATION', 'OPENING'])[e.cause]) AS change
      FROM unnest(${ids.map(({ handle }) => handle)}::text[], ${ids.map(({ number }) => number)}::int[]) AS asked(handle, number)
      JOIN onceward.actors p ON p.handle = decode(asked.handle, 'hex')
      JOIN onceward.reward_claims c ON (c.player, c.number) = (p.no, asked.number)
      JOIN onceward.ledger_entries e ON (e.player, e.number) = (c.player, c.number)
                                     OR (e.player, e.number) = (c.counterparty, c.counterparty_number)
      JOIN onceward.actors side ON side.no = e.player
      JOIN onceward.names n ON (n.kind, n.no) = (1, e.resource)
     ORDER BY e.player, e.number, e.ordinal`) as StoredEntry[];
  const entries = Map.groupBy(rows, ({ handle, number }) => encodeClaimId(handle, number));
  return receipts.flatMap((receipt) => faultsOf(receipt, entries.get(receipt.claim.id) ?? []));
}

function parsed(claimId: string) {
  const id = parseClaimId(claimId);
  if (!id) throw new Error(`${claimId} is not a claim ID`);
  return id;
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
