/**
 * Executes the granted claims again in the order of their players' numbers, compares each with the model, and keeps every state of
 * every player, so that refusals can be judged in the state that they found.
 */

import type { Tally } from '../invariants/tally.ts';
import { same } from '../invariants/tally.ts';
import { type BatchVerdict, judge } from './judge.ts';
import { newPlayer, type OwnClaim, type PlayerState, placeOf } from './player.ts';
import { about, type Recorded } from './recorded.ts';
import type { BatchClaimRow } from './rows.ts';
import type { Shared } from './shared.ts';
import type { BatchState } from './state.ts';

type Granted = Extract<BatchVerdict, { kind: 'granted' }>;

export class Replay {
  /** By player; the index is the number. */
  readonly #states = new Map<string, PlayerState[]>();
  readonly #shared: Shared;
  readonly #tally: Tally;

  constructor(tally: Tally, shared: Shared) {
    this.#tally = tally;
    this.#shared = shared;
  }

  /** Every state that the player has been in, oldest first. */
  statesOf(player: string): PlayerState[] {
    let states = this.#states.get(player);
    if (!states) {
      states = [newPlayer(player)];
      this.#states.set(player, states);
    }
    return states;
  }

  run(recorded: readonly Recorded[]): void {
    const waiting = new Set(recorded);
    for (let found = true; found; ) {
      found = false;
      for (const one of waiting) {
        if (!this.#isNext(one.row)) continue;
        waiting.delete(one);
        this.#compare(one);
        found = true;
      }
    }
    this.#tally.check('I4', waiting.size === 0, () => ({
      what: `${waiting.size} of ${recorded.length} claims cannot be ordered by their players' numbers`,
      player: [...waiting][0]?.row.player ?? '',
    }));
  }

  #isNext({ player, number, counterparty, counterpartyNumber }: BatchClaimRow): boolean {
    const isNext = (one: string, made: number | null) => this.statesOf(one).length === made;
    return isNext(player, number) && (counterparty === null || isNext(counterparty, counterpartyNumber));
  }

  #compare(recorded: Recorded): void {
    const { row, attempt, entries } = recorded;
    const operation = attempt.sent;
    const me = this.statesOf(row.player).at(-1) as PlayerState;
    const other = row.counterparty === null ? null : (this.statesOf(row.counterparty).at(-1) as PlayerState);
    const state = {
      me: { ...me, createdAt: me.createdAt ?? row.claimedAt },
      other,
      now: row.claimedAt,
      version: row.configVersion,
      ...this.#shared.before(recorded),
    };
    // An operation that creates its player finds one who does not exist.
    const verdict = judge(operation, { ...state, me: operation.creates_player ? state.me : me });
    const expected = verdict.kind === 'granted' ? verdict : null;
    const check = (invariant: 'I3' | 'I4', holds: boolean, what: () => string) =>
      this.#tally.check(invariant, holds, () => ({ what: what(), ...about(recorded) }));
    check(
      'I4',
      operation.config_version === row.configVersion,
      () => `config ${operation.config_version} was named, ${row.configVersion} recorded`,
    );
    if (verdict.kind === 'rejected')
      this.#tally.check(violatedBy(verdict.rejection), false, () => ({
        what: `${operation.name} was granted, expected ${JSON.stringify(verdict.rejection)}`,
        ...about(recorded),
      }));
    else this.#compareMoves(recorded, verdict, check);
    this.#grant(recorded, expected, { me: state.me, other });
    const [own, others] = [row.player, row.counterparty].map((one) => one && this.statesOf(one).at(-1));
    check(
      'I4',
      row.version === (own as PlayerState).version &&
        (row.counterpartyVersion ?? 0) === ((others as PlayerState | null)?.version ?? 0),
      () => `versions ${row.version} and ${row.counterpartyVersion}, entries ${entries.length}`,
    );
  }

  #compareMoves(
    { row, entries }: Recorded,
    { entries: expected, anchors, draws, generation, resolved }: Granted,
    check: (invariant: 'I4', holds: boolean, what: () => string) => void,
  ): void {
    const moves = entries.map(({ anchoredAt: _, ...entry }) => entry);
    check(
      'I4',
      same(moves, expected),
      () => `moved ${JSON.stringify(moves)}, expected ${JSON.stringify(expected)}`,
    );
    const made = [row.claimKey, row.generation, row.draws, row.amountsVersion];
    const due = [resolved.claimKey, generation, draws, resolved.amountsVersion];
    check('I4', same(made, due), () => `recorded ${JSON.stringify(made)}, expected ${JSON.stringify(due)}`);
    for (const { player, resource, at } of anchors) {
      const last = entries.findLast((entry) => entry.player === player && entry.resource === resource);
      if (last)
        check(
          'I4',
          last.anchoredAt === at,
          () => `the anchor of ${resource} is ${last.anchoredAt}, expected ${at}`,
        );
    }
  }

  /** Adds the claim as it was recorded, so that one difference is found once. */
  #grant(
    { row, attempt, entries }: Recorded,
    verdict: Granted | null,
    { me, other }: Pick<BatchState, 'me' | 'other'>,
  ): void {
    const operation = attempt.sent;
    const isReversal = operation.source === 'reversal';
    const moved = (state: PlayerState, raised: number): PlayerState => ({
      ...state,
      number: state.number + 1,
      version: state.version + raised,
      at: row.claimedAt,
      balances: {
        ...state.balances,
        ...Object.fromEntries(
          entries.filter(({ player }) => player === state.id).map(({ resource, after }) => [resource, after]),
        ),
      },
      anchors: new Map([
        ...state.anchors,
        ...(verdict?.anchors ?? [])
          .filter(({ player }) => player === state.id)
          .map((anchor) => [anchor.resource, anchor] as const),
      ]),
    });
    const claim: OwnClaim = {
      number: row.number,
      at: row.claimedAt,
      operation,
      sourceKeys: verdict?.resolved.sourceKeys ?? operation.source_keys,
      claimKey: row.claimKey,
      generation: row.generation,
      counterparty: row.counterparty,
      entries,
      isDrawn: row.draws !== null,
      reversed: 0,
      parts: 0,
      reversedBy: null,
      isReopened: false,
    };
    const next = moved(me, operation.source === 'announcement' ? 0 : 1);
    const claims = new Map([...next.claims, [row.number, claim]]);
    const pending = new Map(next.pending);
    pending.delete(placeOf(operation.claim_type, row.claimKey));
    const { reversal } = verdict?.resolved ?? { reversal: null };
    if (reversal) {
      const { target, reversed, reopens } = reversal;
      const { number, parts, isReopened } = target;
      claims.set(number, {
        ...target,
        reversed,
        parts: parts + 1,
        reversedBy: row.number,
        isReopened: isReopened || reopens,
      });
      for (const [place, one] of pending) if (one.number === number) pending.delete(place);
    }
    const { announces } = operation;
    if (announces)
      pending.set(placeOf(announces.claim_type, announces.claim_key), {
        number: row.number,
        plan: announces.plan,
        configVersion: row.configVersion,
      });
    const used = new Map(this.#shared.playerLimits(row.player, row.number));
    this.statesOf(row.player).push({ ...next, claims, pending, used });
    if (other) this.statesOf(other.id).push(moved(other, isReversal ? 1 : 0));
  }
}

/** The invariant that a grant violates if it should have been rejected. */
function violatedBy({
  kind,
  limit,
}: {
  readonly kind: string;
  readonly limit?: unknown;
}): 'I3' | 'I4' | 'I5' | 'I11' | 'I15' {
  if (kind === 'already_claimed') return 'I5';
  if (kind === 'not_reversible') return 'I15';
  if (kind === 'limit_exceeded' && limit !== 'resource_ceiling' && limit !== 'recipient_ceiling')
    return 'I11';
  return kind === 'insufficient_balance' || kind === 'limit_exceeded' ? 'I3' : 'I4';
}
