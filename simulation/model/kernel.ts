/**
 * The model's own kernel. From an effect, the balances and the limits it decides what must have moved, or which rejection must
 * have been returned. It is written from the contract, in the contract's order of checks, and shares no code with the product.
 */

import { beyondLimits } from './beyond-limits.ts';
import { nextHour } from './breakers.ts';
import {
  type ClaimEffect,
  type Effect,
  type Entry,
  type LedgerView,
  type PendingReward,
  type Posting,
  type RecordedDraws,
  type Rejected,
  type Rejection,
  type Reversal,
  reject,
  type SourceKey,
} from './effect.ts';
import { passesFreeze } from './frozen.ts';
import type { LimitUse } from './limits.ts';
import { type Anchor, PostingRun } from './posting-run.ts';
import type { Segment } from './regeneration.ts';
import { unmetRequirement } from './requirements.ts';
import { levelFor, type Rules } from './rules.ts';
import { beyondStaffLimits, beyondTakeLimits, givenValue, type StaffLimits } from './staff-limits.ts';

/** The state in which the kernel decides an operation. */
export interface DecisionState {
  /** The player whose claim it is. */
  readonly player: string;
  /** False: the player has no row. */
  exists(player: string): boolean;
  /** Whether the operation creates a missing player, as players and servers do. Staff are rejected. */
  readonly createsPlayer: boolean;
  readonly version: number;
  readonly expectedVersion: number | null;
  readonly ledger: LedgerView;
  /** The claim that is decided, as it was recorded. */
  readonly recorded: RecordedDraws;
  /** How a resource opens and regenerates, up to the current config. */
  readonly segmentsOf: (resource: string) => readonly Segment[];
  /** The time of the decision, in milliseconds since 1970. */
  readonly now: number;
  /** The ID of this player's claim with this type and key. */
  takenBy(type: string, key: string): string | null;
  /** Null: nobody has it. The ID of another player's claim is null. */
  sourceTakenBy(key: SourceKey): { readonly claimId: string | null } | null;
  /** What took this claim back whole. */
  reversalOf(claim: string): Reversal | null;
  /** When the reward expired that this claim settled; null: it settled none that had expired. */
  expiredAt(claim: string): number | null;
  /** How much of a limit was used before. */
  used(use: LimitUse): number;
  /** Null: the actor is not staff. */
  readonly staff: StaffLimits | null;
  /** Whether what the claim gives was held, as it is recorded. */
  readonly isHeld: boolean;
  /** Whether the player may collect what was held: its release did not fit. */
  readonly maySettleHeld: boolean;
  /** Whether a resource counts something, and is nothing that a player gains. */
  isCounter(resource: string): boolean;
}

export interface Granted {
  readonly kind: 'granted';
  readonly entries: readonly Entry[];
  /** What counts towards a staff member's limits, in value. */
  readonly awarded: number;
  /** Whether it paid a reward that was announced. */
  readonly paidPending: boolean;
  readonly sourceKeys: readonly SourceKey[];
  /** The regeneration anchors of the balances that the claim brought up to date. */
  readonly anchors: readonly Anchor[];
  /** What the claim gives, whether it was held back or not. */
  readonly gives: readonly Entry[];
  /** What was held back; null: nothing. */
  readonly holds: readonly Posting[] | null;
  /** Whether that is because the player is frozen, and not by a breaker. */
  readonly isFrozen: boolean;
}

export type Outcome = Granted | Rejected;

export function decide(effect: Effect, state: DecisionState, rules: Rules): Outcome {
  if (effect.kind === 'rejected') return effect;
  const { player, expectedVersion, version, ledger, staff } = state;
  const { type, counterparty, announces, paysPending, reverses } = effect;
  const key = keyOf(effect, ledger);
  if (!state.createsPlayer && !state.exists(player)) return reject('UnknownPlayer', { playerId: player });
  if (counterparty !== undefined && !state.exists(counterparty))
    return reject('UnknownPlayer', { playerId: counterparty });

  const wrong = effect.collects === undefined ? null : wrongReward(effect.collects, { type, key }, ledger);
  if (wrong) return wrong;
  const taken = state.takenBy(type, key) ?? (announces && state.takenBy(announces.type, announces.key));
  if (taken) return alreadyClaimed(taken, null, state);
  if (effect.expires) return decideExpiry(effect, state);
  const early = effect.afterClaim ?? usedUp(effect, state);
  if (early) return { kind: 'rejected', rejection: early };
  const pending = paysPending ? ledger.pending(type, key) : null;
  if (paysPending === 'only' && !pending)
    return effect.unlessPending
      ? { kind: 'rejected', rejection: effect.unlessPending }
      : reject('NotAnnounced', { claimType: type, claimKey: key });
  if (pending?.isHeld && !effect.releases && !state.maySettleHeld)
    return reject('RewardHeld', { rewardId: effect.collects });
  // The ledger settles it first, so this is never the answer, and no grant.
  if (pending && hasExpired(pending, state)) return reject('RewardExpired', { claimType: type });
  const sourceKeys = pending?.sourceKeys ?? effect.sourceKeys ?? [];
  for (const sourceKey of sourceKeys) {
    const by = state.sourceTakenBy(sourceKey);
    if (by) return alreadyClaimed(by.claimId, sourceKey, state);
  }

  const postings = pending
    ? announcedPostings(pending, state)
    : typeof effect.postings === 'function'
      ? effect.postings(ledger)
      : effect.postings;
  if (!isPostings(postings)) return { kind: 'rejected', rejection: postings };
  if (expectedVersion !== null && expectedVersion !== version)
    return reject('VersionConflict', { expected: expectedVersion, current: version });
  const unmet = pending ? null : unmetRequirement(effect, player, ledger);
  if (unmet) return unmet;

  const gifts = pending ? [] : giftsOf(effect, postings, state, rules);
  const awarded = givenValue(gifts, rules);
  const isAward = !(reverses || effect.takes || effect.corrects || effect.freezes !== undefined);
  const limits = staff && (isAward ? staff : { ...staff, awards: null });
  const beyond = limits && (beyondStaffLimits(limits, gifts, rules) ?? beyondTakeLimits(effect, limits));
  if (beyond && !pending) return beyond;
  const exceeded = pending
    ? null
    : beyondLimits(effect.limits ?? [], ['call', 'server', 'player', 'game'], state.used);
  if (exceeded) return { kind: 'rejected', rejection: exceeded };

  const run = new PostingRun(player, ledger, state);
  const chosen: Posting[] = [];
  const rejection = apply(effect, { postings, run, state, chosen }, pending?.rules ?? rules);
  if (rejection) return { kind: 'rejected', rejection };
  const given = { awarded, paidPending: pending !== null, sourceKeys };
  return payOrHold(effect, given, { run, state, chosen, isPayment: pending !== null });
}

function paused({ now }: DecisionState): Rejected {
  return reject('EmissionPaused', { retryAt: nextHour(now) });
}

interface Judged extends Omit<Work, 'postings'> {
  /** Whether it pays what was pending: that is not held again. */
  readonly isPayment: boolean;
}

/** Where it is held, what counts something moves at once, all else when it is released. */
function payOrHold(
  effect: ClaimEffect,
  given: Pick<Granted, 'awarded' | 'paidPending' | 'sourceKeys'>,
  { run, state, chosen, isPayment }: Judged,
): Outcome {
  const isFrozen = state.ledger.isFrozen(state.player) && !passesFreeze(effect, chosen, state.isCounter);
  const common = { kind: 'granted', ...given, gives: run.entries, isFrozen } as const;
  if (!isFrozen && !state.isHeld)
    return { ...common, entries: run.entries, anchors: run.anchors, holds: null };
  const isPaid = chosen.some(({ delta, resource }) => delta < 0 && !state.isCounter(resource));
  if (isPayment || isPaid) return isFrozen ? reject('PlayerFrozen', {}) : paused(state);
  const counted = new PostingRun(state.player, state.ledger, state);
  counted.apply(chosen.filter(({ resource }) => state.isCounter(resource)));
  const holds = chosen.filter(({ delta, resource }) => delta > 0 && !state.isCounter(resource));
  return { ...common, entries: counted.entries, anchors: counted.anchors, holds };
}

export function keyOf({ key }: ClaimEffect, ledger: LedgerView): string {
  return typeof key === 'function' ? key(ledger) : key;
}

function wrongReward(
  rewardId: string,
  { type, key }: { readonly type: string; readonly key: string },
  ledger: LedgerView,
): Rejected | null {
  const reward = ledger.announcedBy(rewardId);
  if (!reward) return reject('UnknownReward', { rewardId });
  if (reward.type === type && reward.key === key) return null;
  return reject('WrongReward', { rewardId, of: [reward.type, reward.key] });
}

function hasExpired({ expiry }: PendingReward, { now }: DecisionState): boolean {
  return expiry !== null && expiry.at <= now;
}

/** Pays nobody: it gives what was announced for that case. */
function decideExpiry(effect: ClaimEffect, state: DecisionState): Outcome {
  const { ledger, player } = state;
  const pending = ledger.pending(effect.type, keyOf(effect, ledger));
  if (!pending || !hasExpired(pending, state)) return reject('NotExpired', { claimType: effect.type });
  const run = new PostingRun(player, ledger, state);
  const postings = pending.expiry?.postings ?? [];
  const chosen: Posting[] = [];
  const rejection = apply(effect, { postings, run, state, chosen }, pending.rules);
  if (rejection) return { kind: 'rejected', rejection };
  const given = { awarded: 0, paidPending: true, sourceKeys: [] };
  return payOrHold(effect, given, { run, state, chosen, isPayment: false });
}

function usedUp({ usedUp: counter }: ClaimEffect, { used }: DecisionState): Rejection | null {
  if (!counter) return null;
  const { use, rejection } = counter;
  return used(use) + use.amount > use.bound ? rejection : null;
}

/** What counts towards a staff member's limits. Of a reversal: what it returns, if the player is left with a debt; else nothing. */
function giftsOf(
  effect: ClaimEffect,
  postings: readonly Posting[],
  state: DecisionState,
  rules: Rules,
): readonly Posting[] {
  if (effect.corrects) return [];
  const gifts = postings.filter(({ isCounter = false }) => !isCounter);
  if (!effect.reverses) return gifts;
  const trial = new PostingRun(state.player, state.ledger, state);
  const rejected = apply(effect, { postings, run: trial, state, chosen: [] }, rules) !== null;
  const leavesDebt = trial.entries.some(({ delta, after }) => delta < 0 && after < 0);
  return leavesDebt && !rejected ? gifts : [];
}

function announcedPostings(
  { postings, loot = () => [] }: PendingReward,
  { recorded, ledger }: DecisionState,
): readonly Posting[] | Rejection {
  const drawn = loot(recorded, ledger);
  return isPostings(drawn) ? [...postings, ...drawn] : drawn;
}

function isPostings(result: readonly Posting[] | Rejection): result is readonly Posting[] {
  return Array.isArray(result);
}

interface Work {
  readonly postings: readonly Posting[];
  readonly run: PostingRun;
  readonly state: DecisionState;
  /** Filled: all of the player's own postings but those of levels. */
  readonly chosen: Posting[];
}

/** The player's own postings, the level-ups that they trigger, then the other player's postings. Null: all were applied. */
function apply(effect: ClaimEffect, work: Work, rules: Rules): Rejection | null {
  const { levels = 'onGain', advances = [], afterwards = () => [], counterparty, reverses } = effect;
  const { postings, run, state, chosen } = work;
  const isOwn = (posting: Posting) => (posting.player ?? state.player) === state.player;
  chosen.push(...postings.filter(isOwn), ...advances);
  const first = run.apply(chosen);
  const more = first ? [] : afterwards((resource) => run.balance(resource));
  chosen.push(...more);
  const rejection = first ?? run.apply(more) ?? run.apply(levelPostings(levels, work, rules), 'milestone');
  if (rejection) return rejection;
  const { acceptsGifts, isFrozen } = state.ledger;
  if (!reverses && counterparty !== undefined && isFrozen(state.player))
    return { kind: 'PlayerFrozen', details: {} };
  if (!reverses && counterparty !== undefined && (!acceptsGifts(counterparty) || isFrozen(counterparty)))
    return { kind: 'GiftsDeclined', details: { playerId: counterparty } };
  const received = beyondLimits(effect.limits ?? [], ['recipient'], state.used);
  if (received) return received;
  return aboutCounterparty(run.apply(postings.filter((posting) => !isOwn(posting))), work);
}

/** That the other player's balance is full is shown, but not its amount. A player who has too little is named. */
function aboutCounterparty(rejection: Rejection | null, { postings, state }: Work): Rejection | null {
  if (!rejection) return null;
  const { kind, details } = rejection;
  if (kind === 'LimitExceeded')
    return { kind, details: { ...details, limit: 'RECIPIENT_CEILING', bound: 0, remaining: 0 } };
  const other = postings.find(({ player }) => player !== undefined && player !== state.player)?.player;
  return { kind, details: { ...details, counterpartyId: other } };
}

/**
 * Every level that was reached and not paid before is paid once. Levels that were paid are taken back, with what they give under
 * the current rules, if this very operation took the experience below them.
 */
function levelPostings(levels: NonNullable<ClaimEffect['levels']>, work: Work, rules: Rules): Posting[] {
  const { postings, run, state } = work;
  const gains = postings.some(({ resource, delta }) => resource === 'experience' && delta > 0);
  if (levels === 'onGain' && !gains) return [];
  const before = state.ledger.balances(state.player).experience ?? 0;
  const reached = levelFor(rules, run.balance('experience')) - 1;
  const reachedBefore = levelFor(rules, before) - 1;
  const due = reached - run.balance('levels_paid');
  if (due === 0 || (due < 0 && reached >= reachedBefore)) return [];
  const posting = (resource: string, delta: number, floor: number | null): Posting => ({
    resource,
    delta,
    floor,
    ceiling: null,
    clamp: false,
  });
  const lowest = levels === 'onGain' || levels.allowDebt ? null : 0;
  return [posting('levels_paid', due, 0), posting('stat_points', due * rules.pointsPerLevel, lowest)];
}

/** `claimId` null: the claim is another player's, and is not shown. */
function alreadyClaimed(claimId: string | null, sourceKey: SourceKey | null, state: DecisionState): Rejected {
  const expiredAt = claimId === null ? null : state.expiredAt(claimId);
  if (expiredAt !== null)
    return reject('RewardExpired', { expiredAt: new Date(expiredAt).toISOString(), claimId });
  const reversedBy = claimId === null ? null : state.reversalOf(claimId);
  const shown = sourceKey && { type: sourceKey.type, key: sourceKey.key };
  return reject('AlreadyClaimed', { ...(claimId !== null && { claimId }), sourceKey: shown, reversedBy });
}
