/**
 * Replays a stored claim under other rules: what would have been requested, had they been in force when it was made. The decide
 * functions of the mutations compute it from what the claim recorded: its input, what was read of the player, its dice and which price
 * was paid. Limits, ceilings, levels and regeneration are not replayed: it compares what was requested, not what fitted.
 *
 * What would have been claimed otherwise is unknown: a claim that was refused is not made, and one that is refused here is not tried
 * again. Claims of one player come in their order, because guarantees count on from draw to draw.
 */

import type { Choice, Posting } from './moves.ts';
import { dice, PlayedCounters, playedDraws } from './replay-dice.ts';
import { missingRead, snapshotOf } from './replay-player.ts';
import { type Asked, askedOf, type DraftIntent, fixedOf, type ReplayedRequest } from './replay-requests.ts';
import type { NotReplayed, StoredClaim } from './replay-rows.ts';
import type { BalanceRules } from './rules.ts';

/** Amounts by resource; negative: taken. */
export type Amounts = ReadonlyMap<string, number>;

export type Replayed =
  /** What the draft requests. Where the claim would be refused it is empty, and `refused` says by what. */
  | { readonly kind: 'replayed'; readonly would: Amounts; readonly refused: string | null }
  /** `detail`: for people. */
  | { readonly kind: 'apart'; readonly why: NotReplayed; readonly detail: string | null }
  /** It moves nothing, whatever the rules: an announcement, an action of staff. */
  | { readonly kind: 'nothing' };

/** What the claim requested when it was made. */
export function paidThen({ entries }: StoredClaim): Amounts {
  return sumOf(entries.map(({ resource, requested }) => ({ resource, delta: requested })));
}

/** Claims must come by player, and those of a player in their order. */
export class Replay {
  readonly #rules: BalanceRules;
  readonly #counters: PlayedCounters;

  constructor(rules: BalanceRules) {
    this.#rules = rules;
    this.#counters = new PlayedCounters(rules);
  }

  replay(claim: StoredClaim): Replayed {
    this.#counters.begin(claim);
    const replayed = this.#judge(claim);
    this.#counters.end(claim, replayed.kind === 'replayed');
    return replayed;
  }

  #judge(claim: StoredClaim): Replayed {
    const fixed = fixedOf(claim);
    if (fixed) return fixed === 'nothing' ? { kind: 'nothing' } : apart(fixed);
    const request = askedOf(claim);
    if (!request) return claim.entries.length === 0 ? { kind: 'nothing' } : apart('other', claim.operation);
    const missing = missingRead(request, this.#rules);
    if (missing) return apart('player', missing);
    return this.#decide(claim, request);
  }

  #decide(claim: StoredClaim, request: ReplayedRequest): Replayed {
    const rules = this.#rules;
    const asked = request.ask(intentOf(request, rules));
    switch (asked.kind) {
      case 'fault':
        return asked.isInput ? refused(asked.why) : apart('formula', asked.detail);
      case 'facts':
        return apart('facts', asked.detail);
      case 'refused':
        return refused(asked.why);
      case 'asked':
        return this.#play(claim, asked);
    }
  }

  #play(claim: StoredClaim, asked: Extract<Asked, { kind: 'asked' }>): Replayed {
    const postings: Posting[] = [...asked.postings];
    for (const choice of asked.choices) {
      const chosen = chosenOf(choice, claim);
      if (typeof chosen === 'string') return apart(chosen);
      postings.push(...chosen);
    }
    postings.push(
      ...playedDraws(asked.draws, { rules: this.#rules, counters: this.#counters, dice: dice(claim) }),
    );
    return { kind: 'replayed', would: sumOf(postings), refused: null };
  }
}

function intentOf({ by, at, facts, known, reads }: ReplayedRequest, rules: BalanceRules): DraftIntent {
  const now = new Date(at);
  const snapshot =
    reads(rules).length > 0 ? snapshotOf(reads(rules), { facts, known }, { now, rules }) : null;
  return {
    actor: { kind: by, id: 'replay', ...(by === 'player' && { attributes: textsOf(facts) }) },
    ...{ playerId: 'replay', idempotencyKey: 'replay', expectedVersion: null, correlationId: '' },
    ...{ clientCorrelationId: null, now, rules, player: snapshot, zones: null },
  };
}

/** Attributes are recorded under their own names. */
function textsOf(facts: ReplayedRequest['facts']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).filter((fact): fact is [string, string] => typeof fact[1] === 'string'),
  );
}

/** A price is the one that was paid; a streak has the length that the claim gave it. */
function chosenOf({ oneOf }: Choice, claim: StoredClaim): readonly Posting[] | NotReplayed {
  if (oneOf.some(({ paidWith }) => paidWith !== undefined)) {
    const [only, ...others] = oneOf;
    if (only && others.length === 0) return only.postings;
    return oneOf.find(({ paidWith }) => paidWith === claim.paidWith)?.postings ?? 'payment';
  }
  for (const { when, postings } of oneOf) {
    const lengths = when.map(({ resource }) => lengthAfter(resource, claim));
    if (lengths.includes(null)) return 'streak';
    if (when.every(({ atLeast }, place) => (lengths[place] ?? 0) >= atLeast)) return postings;
  }
  return [];
}

/** Null: the claim did not move it. */
function lengthAfter(counter: string, { entries }: StoredClaim): number | null {
  const moved = entries.findLast(({ resource }) => resource === counter);
  return moved ? moved.before + moved.requested : null;
}

const apart = (why: NotReplayed, detail: string | null = null): Replayed => ({ kind: 'apart', why, detail });
const refused = (why: string): Replayed => ({ kind: 'replayed', would: new Map(), refused: why });

function sumOf(postings: readonly Pick<Posting, 'resource' | 'delta'>[]): Amounts {
  const sums = new Map<string, number>();
  for (const { resource, delta } of postings) sums.set(resource, (sums.get(resource) ?? 0) + delta);
  return sums;
}
