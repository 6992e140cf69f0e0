/**
 * Claimables: the claim types as a daily screen shows them to one player: the reward, the proof that it needs, and whether it can be
 * claimed now. Amounts, keys and limits are those of `claimReward`; what the ledger holds is judged as the kernel does (screen.ts).
 */
import { type Calendar, type Period, periodIn } from './calendar.ts';
import { type CatalogueEntry, type Page, pageOf, type Selection } from './catalogue.ts';
import { missingProof } from './claim-reward.ts';
import { lockedReasons, requirementsNotMet } from './conditions.ts';
import { countersOfTables } from './draw.ts';
import { claimLimit } from './limits.ts';
import type { Posting } from './moves.ts';
import { oddsOf, type TableOdds } from './odds.ts';
import { neededFacts } from './player-facts.ts';
import { give, resourceRule } from './postings.ts';
import { type ProgressState, progressOfClaim, progressStates } from './progress.ts';
import type { Rejection } from './rejections.ts';
import { shownResources } from './resources.ts';
import { readsOfClaimType, rewardPostings } from './reward-plan.ts';
import {
  type Amount,
  type BalanceRules,
  type ClaimTypeRule,
  type FactRule,
  type Facts,
  FormulaError,
  type SourceScope,
} from './rules.ts';
import {
  type Blocker,
  blockerOf,
  claimName,
  type LimitState,
  limitStates,
  type PendingOnScreen,
  rejectionsOf,
  type ScreenFacts,
  type ScreenRequest,
  screenRequest,
  valuesRead,
} from './screen.ts';
import { alternativeReached, alternativesByStreak, type StreakState, streakState } from './streaks.ts';
import { amountsOf, termsOf } from './terms.ts';
import { notAvailable, stateInterval, type Window } from './window.ts';

export interface Claimable {
  readonly id: string;
  readonly entry: CatalogueEntry;
  readonly proof: ClaimTypeRule['proof'];
  /** The facts that a ticket or server states, by name. */
  readonly facts: readonly { readonly name: string; readonly rule: FactRule }[];
  readonly rewards: readonly ShownReward[];
  /** What a claim gives now; null: that depends on facts. */
  readonly gives: readonly Amount[] | null;
  /** The odds of its draws. */
  readonly draws: readonly TableOdds[];
  readonly terms: string | null;
  /** Of a calendar claim: the claim key, which is the period's name, and when the next one begins; null: there is none. */
  readonly period: { readonly key: string; readonly resetsAt: string | null } | null;
  /** The streak that it continues. */
  readonly streak: StreakState | null;
  readonly limits: readonly LimitState[];
  /** Null: always open. */
  readonly window: Window | null;
  /** How far the counters are that it requires. */
  readonly progress: readonly ProgressState[];
  /** Whether the player can claim it now, without a ticket. */
  readonly ready: boolean;
  readonly blockedBy: readonly Blocker[];
  readonly pending: readonly PendingOnScreen[];
}

interface ShownReward {
  readonly resource: string;
  /** With the cap; null: it depends on facts. */
  readonly amount: number | null;
  readonly cap: number | null;
  /** The facts that name the source for which it is given once. */
  readonly onceFor: readonly string[];
  readonly scope: SourceScope;
}

export interface ClaimableScreen {
  readonly claimables: readonly Claimable[];
  readonly more: boolean;
}

type ClaimablePage = Page<ClaimTypeRule>;

/** Null: `after` names no selected claim type. */
export function pageOfClaimables(rules: BalanceRules, selection: Selection): ClaimablePage | null {
  return pageOf(rules.claimTypes, { catalogue: rules.catalogue, section: 'claimTypes' }, selection);
}

export function requestForClaimables(
  { shown }: ClaimablePage,
  now: Date,
  rules: BalanceRules,
): ScreenRequest {
  const effects = shown.map(({ rule }) => ({
    // Amounts may depend on the player, and ceilings do not.
    postings: rule.rewards.map(({ resource }) => give(resourceRule(rules, resource), 1)),
    limits: claimLimit(rule, now, rules),
  }));
  const needed = neededFacts(
    shown.flatMap(({ rule }) => readsOfClaimType(rule)),
    rules,
  );
  const periods = shown.flatMap(({ rule }) => {
    const period = periodOf(rule, now, rules.calendar);
    return period ? [{ type: rule.name, period }] : [];
  });
  const counters = shown.flatMap(({ rule }) => rule.requires.map(({ counter }) => counter));
  const streaks = shown.flatMap(({ rule }) => rule.streak ?? []);
  return screenRequest(
    effects,
    {
      reads: [
        ...shownResources(rules),
        ...(needed?.resources ?? []),
        ...counters,
        ...streaks,
        ...countersOfTables(shown.flatMap(({ rule }) => rule.draws.map(({ table }) => table))),
      ],
      intervals: [
        ...periods.map(({ period }) => period),
        ...shown.map(({ rule }) => stateInterval(rule.window, now)),
        ...shown.flatMap(({ rule }) => progressOfClaim(rule, now, rules).periods),
      ],
      claims: periods.map(({ type, period }) => ({ type, key: period.name })),
      pending: shown.flatMap(({ rule }) => (rule.proof === 'calendar' ? [] : [rule.name])),
      sourceKeys: needed?.sourceKeys ?? [],
    },
    rules,
  );
}

export function claimablesOf(
  { shown, more }: ClaimablePage,
  facts: ScreenFacts,
  rules: BalanceRules,
): ClaimableScreen {
  return { claimables: shown.map(({ rule, entry }) => claimableOf(rule, entry, facts, rules)), more };
}

function claimableOf(
  rule: ClaimTypeRule,
  entry: CatalogueEntry,
  facts: ScreenFacts,
  rules: BalanceRules,
): Claimable {
  const { name: id, proof } = rule;
  const player = valuesRead(readsOfClaimType(rule), facts, rules);
  const postings = knownPostings(rule, player, rules);
  const period = periodOf(rule, facts.at, rules.calendar);
  const limits = claimLimit(rule, facts.at, rules);
  const blockedBy = blockersOf(rule, { postings: postings ?? [], period }, facts, rules);
  const alternatives = postings && alternativesByStreak(rule, postings, rules);
  const gives =
    alternatives && amountsOf(alternativeReached(rule, alternatives, facts.player.balances)).gives;
  const certain = postings && amountsOf({ postings, draws: [] }).gives;
  return {
    id,
    entry,
    proof,
    facts: [...rule.facts].map(([name, fact]) => ({ name, rule: fact })),
    rewards: rule.rewards.map(({ resource, cap, onceFor, scope }) => {
      const amount = certain && (certain.find((each) => each.resource === resource)?.amount ?? 0);
      return { resource, amount, cap: capOf(rule, cap, player), onceFor: onceFor ?? [], scope };
    }),
    gives,
    draws: oddsOf(rule.draws, facts.player.balances),
    terms: alternatives && termsOf(alternatives),
    period: period && { key: period.name, resetsAt: resetsAt(rule, period) },
    streak: streakOf(rule, facts, rules),
    limits: limitStates(limits, facts),
    window: rule.window,
    progress: progressStates(rule, facts.player.balances, facts.at, rules),
    ready: blockedBy.length === 0,
    blockedBy,
    pending: facts.pending.filter(({ type }) => type === id),
  };
}

const usesFacts = ({ facts }: ClaimTypeRule) => [...facts.values()].some(({ kind }) => kind !== 'id');

/** The postings of a reward whose formulas read no facts; null: they do, or one of them fails. */
function knownPostings(rule: ClaimTypeRule, player: Facts, rules: BalanceRules): readonly Posting[] | null {
  return usesFacts(rule) ? null : orNull(() => rewardPostings(rule, player, rules));
}

/** Null: there is none, or it depends on facts. */
function capOf(
  rule: ClaimTypeRule,
  cap: ClaimTypeRule['rewards'][number]['cap'],
  player: Facts,
): number | null {
  if (typeof cap !== 'function') return cap;
  return usesFacts(rule) ? null : orNull(() => cap(player));
}

/** Null: a formula fails. */
function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return null;
  }
}

interface Planned {
  readonly postings: readonly Posting[];
  readonly period: Period | null;
}

/** As for the player without a ticket. */
function blockersOf(
  rule: ClaimTypeRule,
  { postings, period }: Planned,
  facts: ScreenFacts,
  rules: BalanceRules,
): Blocker[] {
  const why = missingProof(rule, null);
  const proof: Rejection[] = why ? [{ kind: 'not_eligible', why, claimType: rule.name }] : [];
  const player = valuesRead(readsOfClaimType(rule), facts, rules);
  const unmet = orNull(() => lockedReasons(rule.conditions, player)) ?? [];
  const locked = requirementsNotMet(rule.name, { unmet, player });
  const isClaimed = period !== null && facts.claimed.has(claimName({ type: rule.name, key: period.name }));
  const claimed: Blocker[] = isClaimed ? [claimedUntil(resetsAt(rule, period))] : [];
  const limits = claimLimit(rule, facts.at, rules);
  const states = progressStates(rule, facts.player.balances, facts.at, rules);
  const tooLow = states.filter(({ have, need }) => have < need);
  const progress = tooLow.map(
    ({ counter, have, need }) => ({ kind: 'progress_not_reached', counter, have, need }) as const,
  );
  const closed = notAvailable(rule.name, rule.window, facts.at);
  const others = [
    ...[closed ?? []].flat(),
    ...[locked ?? []].flat(),
    ...progress,
    ...rejectionsOf({ postings, limits }, facts),
  ];
  return [...proof.map(blockerOf), ...claimed, ...others.map(blockerOf)];
}

const claimedUntil = (until: string | null): Blocker => ({
  code: 'already_claimed',
  message: until === null ? 'Already claimed.' : `Already claimed. It can be claimed again at ${until}.`,
  until,
});

function periodOf({ period }: ClaimTypeRule, now: Date, calendar: Calendar): Period | null {
  return period && periodIn(period, now, calendar);
}

/** A season is followed by none, and `ever` by nothing. */
function resetsAt({ period: kind }: ClaimTypeRule, { ends }: Period): string | null {
  return typeof kind === 'object' ? null : ends;
}

function streakOf({ streak }: ClaimTypeRule, facts: ScreenFacts, rules: BalanceRules): StreakState | null {
  const rule = streak === null ? undefined : rules.streaks.get(streak);
  const { balances } = facts.player;
  return rule ? streakState(rule, { balances, anchors: facts.snapshot.anchors }, facts.at, rules) : null;
}
