/**
 * The model's decision about one operation: written from the kernel's contract, in its order of checks, and sharing no code with it.
 * What other players' operations decide at the same time (stock, budgets, keys of the whole game) is given by the caller.
 */
import type { Entry, LedgerView, Posting, Rejection } from '../model/effect.ts';
import { type Anchor, PostingRun } from '../model/posting-run.ts';
import { type BatchConfig, energySegments, RELICS, STAFF, stripeBound } from './game.ts';
import {
  type BatchLimit,
  type BatchOperation,
  type BatchPosting,
  type BatchRejection,
  type BatchSourceKey,
  isOwn,
} from './operation.ts';
import { claimOf, holderOf, type OwnClaim, type PlayerState, placeOf, scoped } from './player.ts';
import { type Resolved, resolve } from './resolve.ts';
import type { BatchState } from './state.ts';

export type BatchVerdict =
  | {
      readonly kind: 'granted';
      readonly resolved: Resolved;
      readonly entries: readonly Entry[];
      readonly anchors: readonly Anchor[];
      readonly draws: readonly unknown[] | null;
      readonly generation: number;
      readonly handedOut: number;
    }
  | { readonly kind: 'rejected'; readonly rejection: BatchRejection };

export function judge(operation: BatchOperation, state: BatchState): BatchVerdict {
  const { me } = state;
  const earlier =
    operation.source === 'reversal' ? undefined : claimOf(me, operation.claim_type, operation.claim_key);
  const early = refusal(operation, state, earlier);
  if (early) return rejected(early);
  const resolved = resolve(operation, state);
  if (resolved.kind === 'rejected') return rejected(resolved.rejection);
  const moved = move(operation, resolved, state);
  const award = countedAward(operation, resolved, moved);
  const late =
    takenKey(resolved.sourceKeys, state) ??
    conflict(operation, me) ??
    (resolved.isPayment
      ? null
      : (beyondStaffLimits(operation, award, state) ?? beyondLimits(operation, state)));
  const rejection = late ?? moved.rejection;
  if (rejection) return rejected(rejection);
  const { run, draws } = moved;
  return {
    kind: 'granted',
    resolved,
    entries: run.entries,
    anchors: run.anchors,
    draws: draws.length > 0 ? draws : null,
    generation: earlier ? earlier.generation + 1 : 0,
    handedOut: award.handedOut,
  };
}

interface Moved {
  readonly run: PostingRun;
  readonly draws: readonly unknown[];
  readonly rejection: BatchRejection | null;
}

/** Applies postings, draws and levels, then the other player's postings. */
function move(operation: BatchOperation, resolved: Resolved, state: BatchState): Moved {
  const { me } = state;
  const { postings, counterpartyPostings } = resolved;
  const run = new PostingRun(me.id, ledgerOf(state), {
    now: state.now,
    segmentsOf: (resource) => (resource === 'energy' ? energySegments(state.published, state.version) : []),
  });
  const draws: unknown[] = [];
  let failed = run.apply(postings.map(toPosting));
  for (const { one_of } of failed ? [] : resolved.choices) {
    const chosen = one_of.find(({ when }) =>
      when.every(({ resource, at_least }) => run.balanceNow(resource) >= at_least),
    );
    draws.push(...(chosen?.draws ?? []));
    failed ??= run.apply((chosen?.postings ?? []).map(toPosting));
  }
  const config = state.published.find(
    ({ version }) => version === (resolved.amountsVersion ?? state.version),
  )?.config;
  if (!failed && operation.milestones && config)
    failed = run.apply(milestones(operation, config, { before: me.balances.xp ?? 0, run }), 'milestone');
  if (failed) return { run, draws, rejection: toRejection(failed) };
  failed = run.apply(
    counterpartyPostings.map((one) => ({ ...toPosting(one), player: state.other?.id ?? '' })),
  );
  return { run, draws, rejection: failed && aboutOther(failed, state.other?.id ?? '') };
}

type Award = Pick<Resolved, 'handedOut' | 'relics'>;

/** What counts towards the limits of a staff member. Of a reversal nothing does, unless it leaves a debt. */
function countedAward({ reverses }: BatchOperation, resolved: Resolved, { run, rejection }: Moved): Award {
  if (!reverses) return resolved;
  const leavesDebt = run.entries.some(({ delta, after }) => delta < 0 && after < 0);
  return reverses.allow_debt && leavesDebt && !rejection ? resolved : { handedOut: 0, relics: 0 };
}

function rejected(rejection: BatchRejection): BatchVerdict {
  return { kind: 'rejected', rejection };
}

/** What refuses the operation before anything but players and claims is looked at. */
function refusal(
  operation: BatchOperation,
  { me, other }: BatchState,
  earlier: OwnClaim | undefined,
): BatchRejection | null {
  const { mode, rejection, player, creates_player, counterparty, announces } = operation;
  if (mode === 'reject') return rejection as BatchRejection;
  if (me.createdAt === null && !creates_player && !isOwn(operation))
    return { kind: 'unknown_player', playerId: player };
  if (counterparty !== null && (other?.createdAt ?? null) === null)
    return { kind: 'unknown_player', playerId: counterparty };
  if (earlier && !earlier.isReopened) return alreadyClaimed(earlier, me);
  const announced = announces && claimOf(me, announces.claim_type, announces.claim_key);
  return announced && !announced.isReopened ? alreadyClaimed(announced, me) : null;
}

function alreadyClaimed(
  claim: OwnClaim | undefined,
  { claims }: PlayerState,
  sourceKey: object | null = null,
): BatchRejection {
  const isWhole = claim?.reversed === claim?.operation.units;
  const reversal = isWhole ? claims.get(claim?.reversedBy ?? 0) : undefined;
  const reversedBy = reversal ? { number: reversal.number, at: reversal.at } : null;
  return { kind: 'already_claimed', number: claim?.number ?? null, sourceKey, reversedBy };
}

function takenKey(keys: readonly BatchSourceKey[], { me, taken }: BatchState): BatchRejection | null {
  for (const { game, resource, key } of keys) {
    const place = scoped({ game, resource, key });
    const holder = holderOf(me, place);
    if (holder || (game && taken.has(place))) return alreadyClaimed(holder, me, { type: resource, key });
  }
  return null;
}

function conflict(
  { expected_version: expected }: BatchOperation,
  { version: current }: PlayerState,
): BatchRejection | null {
  return expected === null || expected === current ? null : { kind: 'version_conflict', expected, current };
}

function limitExceeded(
  limit: string,
  [bound, remaining, requested]: readonly number[],
  renewsAt: string | null,
  resource: string | null = null,
): BatchRejection {
  return { kind: 'limit_exceeded', limit, resource, bound, remaining, requested, renewsAt };
}

function beyondStaffLimits(
  { staff: terms, source }: BatchOperation,
  { handedOut, relics }: Award,
  { staff }: BatchState,
): BatchRejection | null {
  if (!terms || !staff) return null;
  const { renews_at: renews } = terms;
  const { rewardLimit: most, awardsPerDay: awards } = STAFF;
  if (handedOut > most) return limitExceeded('staff_reward', [most, most, handedOut], null);
  const { budget, spent } = staff;
  if (spent + handedOut > budget)
    return limitExceeded('staff_daily_budget', [budget, Math.max(budget - spent, 0), handedOut], renews);
  const { perReward, perDay } = RELICS;
  if (relics > perReward) return limitExceeded('staff_reward', [perReward, perReward, relics], null, 'relic');
  if (staff.relics + relics > perDay) {
    const left = Math.max(perDay - staff.relics, 0);
    return limitExceeded('staff_daily_budget', [perDay, left, relics], renews, 'relic');
  }
  if (source === 'reversal' || staff.awards < awards) return null;
  return limitExceeded('staff_daily_awards', [awards, 0, 1], renews);
}

function beyondLimits({ limits }: BatchOperation, { me, sold, stripe }: BatchState): BatchRejection | null {
  for (const limit of limits) {
    const { kind, amount, bound, rejection, renews_at } = limit;
    const most = kind === 'game' ? stripeBound(stripe) : bound;
    const used = kind === 'game' ? sold : usedBy(limit, me);
    if (used + amount > most)
      return limitExceeded(rejection, [most, Math.max(most - used, 0), amount], renews_at);
  }
  return null;
}

/** With what its types had used before they joined it. */
function usedBy({ name, period, claim_type, shares_with }: BatchLimit, { used }: PlayerState): number {
  const counter = placeOf(name, period);
  const places = [counter, ...[claim_type, ...(shares_with ?? [])].map((type) => placeOf(counter, type))];
  return places.reduce((sum, place) => sum + (used.get(place) ?? 0), 0);
}

function milestones(
  { source, reverses }: BatchOperation,
  { thresholds, pointsPerLevel }: BatchConfig,
  { before, run }: { readonly before: number; readonly run: PostingRun },
): Posting[] {
  const levelAt = (xp: number) => thresholds.filter((threshold) => threshold <= xp).length;
  const reached = levelAt(run.balance('xp'));
  const paid = run.balance('levels');
  if (reached === paid || (reached < paid && reached >= levelAt(before))) return [];
  const due = { ceiling: null, clamp: false };
  const lowest = source === 'reversal' && !reverses?.allow_debt ? 0 : null;
  return [
    { resource: 'levels', delta: reached - paid, floor: 0, ...due },
    { resource: 'points', delta: (reached - paid) * pointsPerLevel, floor: lowest, ...due },
  ];
}

function ledgerOf({ me, other }: BatchState): LedgerView {
  const stateOf = (player: string) => (player === me.id ? me : other);
  return {
    balances: (player) => stateOf(player)?.balances ?? {},
    // Batches leave the setting as it is.
    acceptsGifts: () => true,
    isFrozen: () => false,
    anchor: (player, resource) => {
      const state = stateOf(player);
      return state?.anchors.get(resource)?.at ?? state?.createdAt ?? Number.POSITIVE_INFINITY;
    },
    isTaken: () => false,
    grantedClaim: () => null,
    pending: () => null,
    announcedBy: () => null,
    countedWithout: () => 0,
    changedAt: () => null,
    counterWithout: () => ({ delta: 0, restores: null }),
  };
}

function toPosting({
  resource,
  delta,
  floor,
  ceiling,
  ceiling_per_unit,
  ceiling_of,
  clamp,
}: BatchPosting): Posting {
  const bound =
    ceiling_of === null ? ceiling : { base: ceiling, perPoint: ceiling_per_unit, points: ceiling_of };
  return { resource, delta, floor, ceiling: bound, clamp };
}

function toRejection({ kind, details }: Rejection): BatchRejection {
  if (kind === 'InsufficientBalance') {
    const { resource, available, required } = details;
    return { kind: 'insufficient_balance', resource, available, required };
  }
  const { ceilingOf: resource, bound, remaining, requested } = details;
  return {
    kind: 'limit_exceeded',
    limit: 'resource_ceiling',
    resource,
    bound,
    remaining,
    requested,
    renewsAt: null,
  };
}

/** That the other player's balance is full is shown, but not how full. A player who has too little is named. */
function aboutOther(failed: Rejection, playerId: string): BatchRejection {
  const rejection = toRejection(failed);
  if (rejection.kind === 'insufficient_balance') return { ...rejection, playerId };
  return { ...rejection, limit: 'recipient_ceiling', bound: 0, remaining: 0 };
}
