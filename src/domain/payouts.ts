/**
 * payoutRanking: a game server pays a ranking by a rank table of the config. A position of a ranking is paid once in the whole game,
 * and a player once per ranking, so that a ranking which is reported twice, or longer than its participants, pays nothing twice.
 */
import { derivedKey } from './canonical.ts';
import { type Decision, decide, type Intent, lookup, type Plan } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { OperationKind } from './operation.ts';
import { MAX_PARTICIPANTS, type PayoutRule } from './payout-rule.ts';
import { give, resourceRule } from './postings.ts';
import type { Amount, BalanceRules } from './rules.ts';

export const PAYOUT_RANKING = {
  name: 'payoutRanking',
  claimType: 'payout',
  permission: 'reward:claim',
} as const satisfies OperationKind;

/** A place in the input. */
export interface RankedPlayer {
  readonly playerId: string;
  /** Tied players have the rank of the first of them. */
  readonly rank: number;
}

export interface Ranking {
  readonly payout: string;
  /** Identifies the ranking, such as a tournament. */
  readonly key: string;
  readonly participants: number;
  /** The position of the first place; null: the call has all of them. */
  readonly from: number | null;
  readonly ranks: readonly RankedPlayer[];
}

/** What one position gets. */
export interface PlacedPlayer extends RankedPlayer {
  readonly payout: string;
  readonly key: string;
  readonly participants: number;
  /** From 1, without gaps. */
  readonly position: number;
  /** How many players have this rank. */
  readonly tied: number;
  /** In the input, for faults: `ranks[3]`. */
  readonly field: string;
}

/** Returns the first fault of a ranking, or null. */
export function checkRanking({ participants, from, ranks }: Ranking, most: number): Fault | null {
  if (participants > MAX_PARTICIPANTS) return badInput('participants', `must be at most ${MAX_PARTICIPANTS}`);
  if (ranks.length < 1 || ranks.length > most) return badInput('ranks', `must have 1 to ${most} ranks`);
  if (from === null && ranks.length !== participants)
    return badInput('participants', `must be ${ranks.length}, the number of ranks, or "from" must be set`);
  const first = from ?? 1;
  if (first + ranks.length - 1 > participants)
    return badInput('ranks', `must end at position ${participants}, the number of participants`);
  const seen = new Map<string, number>();
  for (const [index, { playerId, rank }] of ranks.entries()) {
    const earlier = seen.get(playerId);
    if (earlier !== undefined)
      return badInput(`ranks[${index}].playerId`, `names the player of ranks[${earlier}] a second time`);
    seen.set(playerId, index);
    const position = first + index;
    if (rank === position || (index > 0 && rank === ranks[index - 1]?.rank)) continue;
    return badInput(`ranks[${index}].rank`, `must be ${position}, its position, or the rank before it`);
  }
  return null;
}

export function placesOf({ payout, key, participants, from, ranks }: Ranking): PlacedPlayer[] {
  const sizes = new Map<number, number>();
  for (const { rank } of ranks) sizes.set(rank, (sizes.get(rank) ?? 0) + 1);
  return ranks.map(({ playerId, rank }, index) => ({
    playerId,
    rank,
    payout,
    key,
    participants,
    position: (from ?? 1) + index,
    tied: sizes.get(rank) as number,
    field: `ranks[${index}]`,
  }));
}

export function decidePlace(intent: Intent, place: PlacedPlayer): Decision {
  const { payout, tied } = place;
  return decide({ intent, kind: PAYOUT_RANKING, input: inputOfPlace(place) }, (rules) => {
    const rule = rules.payouts.get(payout);
    if (!rule) return lookup(badInput('payout', `the balance config has no payout ${payout}`));
    if (tied > 1 && rule.ties === 'refuse')
      return lookup(badInput(`${place.field}.rank`, `is shared, which the payout ${payout} does not allow`));
    return planPlace(rule, place, rules);
  });
}

/** What a place gives by the rank table `rule`. */
export function planPlace(rule: PayoutRule, place: PlacedPlayer, rules: BalanceRules): Plan {
  const { payout, key, position } = place;
  return {
    kind: 'commit',
    claimType: PAYOUT_RANKING.claimType,
    claimKey: derivedKey(payout, key),
    sourceKeys: [{ scope: 'game', type: sourceOf(payout), key: derivedKey(key, String(position)) }],
    postings: amountsOf(rule, place).map(({ resource, amount }) =>
      give(resourceRule(rules, resource), amount),
    ),
  };
}

/** What is recorded of a place. */
export function inputOfPlace({ payout, key, participants, position, rank, tied }: PlacedPlayer) {
  return { payout, key, participants, position, rank, tied };
}

/** The name under which the positions of a payout's rankings are taken. */
export const sourceOf = (payout: string): string => `payout:${payout}`;

function amountsOf(rule: PayoutRule, { rank, tied }: RankedPlayer & { readonly tied: number }): Amount[] {
  if (rule.ties !== 'share') return [...givesAt(rule, rank)];
  const sums = new Map<string, number>();
  for (let position = rank; position < rank + tied; position += 1)
    for (const { resource, amount } of givesAt(rule, position))
      sums.set(resource, (sums.get(resource) ?? 0) + amount);
  return [...sums]
    .map(([resource, amount]) => ({ resource, amount: Math.floor(amount / tied) }))
    .filter(({ amount }) => amount > 0)
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

function givesAt({ rows }: PayoutRule, rank: number): readonly Amount[] {
  return rows.find(({ to }) => rank <= to)?.gives ?? [];
}
