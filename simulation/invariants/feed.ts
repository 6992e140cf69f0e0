/**
 * I13 on the feed of events: it has one event for each granted claim, with its numbers, and those of each player in order, without a
 * gap, the events of others that name them included.
 */
import { type ClaimRow, type EntryRow, placeOf, type Rows } from './rows.ts';
import { same, type Tally } from './tally.ts';

export interface FeedEvent {
  readonly id: string;
  readonly player: string;
  readonly number: number;
  readonly claimId: string;
  readonly operation: string;
  readonly claimType: string;
  readonly claimKey: string;
  readonly claimedAt: string;
  readonly configVersion: number;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly counterparty: string | null;
  readonly counterpartyNumber: number | null;
  readonly becamePending: boolean;
  readonly changes: readonly Pick<EntryRow, 'player' | 'resource' | 'cause' | 'before' | 'delta' | 'after'>[];
}

/**
 * Reports the first fault of each player's order and the first claim that is missing: what follows from them says nothing new.
 * `again`: all events that are kept, read after these.
 */
export function checkFeed(
  tally: Tally,
  { events, again }: { readonly events: readonly FeedEvent[]; readonly again: readonly FeedEvent[] },
  rows: Rows,
): void {
  const { claims, entries } = rows;
  const moved = Map.groupBy(entries, placeOf);
  const left = new Map(
    claims.filter(({ outcome }) => outcome === 'granted').map((claim) => [placeOf(claim), claim] as const),
  );
  const ids = new Set<string>();
  for (const event of events) {
    const { id, player } = event;
    const claim = left.get(placeOf(event));
    left.delete(placeOf(event));
    const about = (what: string) => () => ({ what, player, claims: claim ? [claim.id] : [] });
    tally.check('I13', !ids.has(id), about(`two events have the ID ${id}`));
    ids.add(id);
    const shown = shownOf(event);
    const expected = claim && expectedOf(claim, moved);
    tally.check('I13', expected !== undefined && same(shown, expected), () => ({
      ...about(`the event says ${JSON.stringify(shown)}, the claim ${JSON.stringify(expected ?? null)}`)(),
    }));
  }
  for (const [player, missing] of Map.groupBy(left.values(), (claim) => claim.player)) {
    const [first, ...later] = missing.toSorted((a, b) => numberOf(a) - numberOf(b)) as [ClaimRow];
    tally.check('I13', false, () => ({
      what: `no event names the claim, nor ${later.length} later ones of the player`,
      player,
      claims: [first.id],
      evidence: evidenceOf(first, again, rows),
    }));
  }
  checkOrder(tally, events, rows);
}

/** The events name each player's numbers in order, without a gap, up to the last one. */
function checkOrder(tally: Tally, events: readonly FeedEvent[], { players }: Rows): void {
  /** The number that each player's last event had; null: it was not the next one. */
  const last = new Map<string, number | null>();
  const name = (player: string, number: number | null) => {
    const before = last.has(player) ? last.get(player) : 0;
    if (typeof before !== 'number') return;
    tally.check('I13', number === before + 1, () => ({
      what: `an event has the number ${number} of ${player}, after it had ${before}`,
      player,
    }));
    last.set(player, number === before + 1 ? number : null);
  };
  for (const { player, number, counterparty, counterpartyNumber } of events) {
    name(player, number);
    if (counterparty !== null) name(counterparty, counterpartyNumber);
  }
  for (const { id, number } of players) {
    const named = last.has(id) ? last.get(id) : 0;
    if (named === null) continue;
    tally.check('I13', named === number, () => ({
      what: `events name ${named} of ${number} claims`,
      player: id,
    }));
  }
}

/** Every granted claim has one. */
const numberOf = ({ number }: ClaimRow) => number ?? 0;

/** Where the outbox has the event that is missing, and whether it was only late. */
function evidenceOf(claim: ClaimRow, again: readonly FeedEvent[], { outbox }: Rows): string[] {
  const shown = outbox
    .filter(({ player, number }) => player === claim.player && Math.abs(number - numberOf(claim)) <= 1)
    .map(({ number, at, writtenBy }) => `number ${number} is at ${at}, written by transaction ${writtenBy}`);
  const isLate = again.some((event) => placeOf(event) === placeOf(claim));
  return [
    `claim ${claim.id}, number ${claim.number}, by ${claim.operation} at ${new Date(claim.claimedAt).toISOString()}`,
    ...shown.map((line) => `in the outbox ${line}`),
    `the whole feed, read again, ${isLate ? 'has' : 'lacks'} it`,
  ];
}

function shownOf(event: FeedEvent) {
  const { player, number, claimId, operation, claimType, claimKey, configVersion, becamePending } = event;
  const { claimedAt, actor, counterparty, counterpartyNumber, changes } = event;
  return {
    ...{ player, number, claimId, operation, claimType, claimKey, configVersion, becamePending },
    ...{ claimedAt: Date.parse(claimedAt), actor: [actor.kind, actor.id] },
    counterparty: counterparty && [counterparty, counterpartyNumber],
    changes: changes.map(shownChange),
  };
}

function expectedOf(claim: ClaimRow, moved: ReadonlyMap<string, readonly EntryRow[]>) {
  const { player, number, id: claimId, operation, type, key, configVersion, becamePending } = claim;
  const { counterparty, claimedAt, actorKind, actorId } = claim;
  const sides = counterparty ? [claim, counterparty] : [claim];
  return {
    ...{ player, number, claimId, operation, claimType: type, claimKey: key, configVersion, becamePending },
    ...{ claimedAt, actor: [actorKind, actorId] },
    counterparty: counterparty && [counterparty.player, counterparty.number],
    changes: sides.flatMap((side) =>
      (moved.get(placeOf(side)) ?? []).toSorted((a, b) => a.ordinal - b.ordinal).map(shownChange),
    ),
  };
}

function shownChange({ player, resource, cause, before, delta, after }: FeedEvent['changes'][number]) {
  return [player, resource, cause, before, delta, after];
}
