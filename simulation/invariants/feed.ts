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

export function checkFeed(
  tally: Tally,
  events: readonly FeedEvent[],
  { claims, entries, players }: Rows,
): void {
  const moved = Map.groupBy(entries, placeOf);
  const left = new Map(
    claims.filter(({ outcome }) => outcome === 'granted').map((claim) => [placeOf(claim), claim] as const),
  );
  /** The number that each player's next event has. */
  const next = new Map<string, number>();
  const ids = new Set<string>();
  for (const event of events) {
    const { id, player, number, counterparty, counterpartyNumber } = event;
    const claim = left.get(placeOf({ player, number }));
    left.delete(placeOf({ player, number }));
    const about = (what: string) => () => ({ what, player, claims: claim ? [claim.id] : [] });
    tally.check('I13', !ids.has(id), about(`two events have the ID ${id}`));
    ids.add(id);
    const shown = shownOf(event);
    const expected = claim && expectedOf(claim, moved);
    tally.check('I13', expected !== undefined && same(shown, expected), () => ({
      ...about(`the event says ${JSON.stringify(shown)}, the claim ${JSON.stringify(expected ?? null)}`)(),
    }));
    const named = [
      { player, number },
      ...(counterparty === null ? [] : [{ player: counterparty, number: counterpartyNumber }]),
    ];
    for (const one of named) {
      const due = next.get(one.player) ?? 1;
      tally.check('I13', one.number === due, () => ({
        what: `an event has the number ${one.number} of ${one.player}, after it had ${due - 1}`,
        player: one.player,
      }));
      next.set(one.player, due + 1);
    }
  }
  for (const claim of left.values())
    tally.check('I13', false, () => ({
      what: 'no event names the claim',
      player: claim.player,
      claims: [claim.id],
    }));
  for (const { id, number } of players)
    tally.check('I13', (next.get(id) ?? 1) === number + 1, () => ({
      what: `events name ${(next.get(id) ?? 1) - 1} of ${number} claims`,
      player: id,
    }));
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
