/**
 * mergePlayer: a guest becomes part of an account. What the guest has moves to the account as one claim, and what the guest claimed
 * counts for the account from then on (drizzle/kernel/88_merge.sql). Here the rules say how each balance is merged: amounts are added
 * up, of what counts something the higher stays, and of what refills by itself the account's stays.
 */
import { type Period, periodIn } from './calendar.ts';
import { type Decision, decide, type Intent, type Plan } from './decide.ts';
import { countersOfTables } from './draw.ts';
import { badInput, type Fault } from './fault.ts';
import { claimLimit, type LimitUse, limitUses } from './limits.ts';
import type { Posting } from './moves.ts';
import type { OperationKind, Source } from './operation.ts';
import { give, whole } from './postings.ts';
import { advance, periodsOf } from './progress.ts';
import type { BalanceRules, LimitRule, ResourceRule } from './rules.ts';
import { SPEND_RESOURCE } from './spend-resource.ts';
import { continueStreak } from './streaks.ts';
import { TRANSFER_RESOURCE } from './transfer-resource.ts';
import type { Reason } from './values.ts';

export const MERGE_PLAYER = {
  name: 'mergePlayer',
  claimType: 'merge',
  permission: 'player:merge',
} as const satisfies OperationKind;

export interface MergePlayer {
  readonly guestId: string;
  /** Where both cannot be one player: refuse, or keep what the account has. */
  readonly onConflict: 'refuse' | 'account_wins';
  readonly reason: Reason;
}

export function checkGuest(playerId: string, guestId: string): Fault | null {
  return guestId === playerId ? badInput('guestId', 'must be another player') : null;
}

export function decideMergePlayer(intent: Intent, request: MergePlayer): Decision {
  const { guestId, onConflict, reason } = request;
  const input = { guestId, onConflict, reason };
  return decide({ intent, kind: MERGE_PLAYER, input }, (rules) => planMerge(rules, intent, request));
}

function planMerge(rules: BalanceRules, intent: Intent, request: MergePlayer): Plan {
  const { guestId, onConflict, reason } = request;
  const { now } = intent;
  const limits = limitsOfPlayer(rules, now);
  return {
    kind: 'commit',
    // The claim key names no guest: an erasure would leave it there.
    claimType: MERGE_PLAYER.claimType,
    claimKey: intent.idempotencyKey,
    source: { kind: 'merge', takes: onConflict === 'account_wins', ...mergedBalances(rules, now), limits },
    postings: addedUp(rules),
    counterparty: { playerId: guestId, postings: [] },
    // A level that neither was paid for is paid now.
    milestones: rules.levels !== null,
    periods: [...periodsOf([...rules.counters.values()], now, rules), ...streakPeriods(rules, now)],
    reason,
  };
}

/** What is added up, without amounts. Ceilings that follow other balances come last: those balances are then merged. */
function addedUp(rules: BalanceRules): Posting[] {
  const counters = new Set(countersOf(rules));
  const added = [...rules.resources.values()].filter(
    (resource) => !refills(resource, rules) && !counters.has(resource.name),
  );
  const follows = ({ ceiling }: Posting) => (typeof ceiling === 'object' && ceiling !== null ? 1 : 0);
  return added.map((resource) => whole(give(resource, 0))).toSorted((a, b) => follows(a) - follows(b));
}

function mergedBalances(
  rules: BalanceRules,
  now: Date,
): Pick<Extract<Source, { kind: 'merge' }>, 'counters' | 'keeps'> {
  const count = (resource: string): Posting => ({
    resource,
    delta: 0,
    floor: null,
    ceiling: null,
    atLimit: 'clamp',
  });
  return {
    counters: [
      ...countersOf(rules).map(count),
      ...[...rules.counters.values()].map((counter) => advance(counter, 0, now, rules)),
      ...[...rules.streaks.values()].map((streak) => ({ ...continueStreak(streak, now, rules), delta: 0 })),
    ],
    keeps: [...rules.resources.values()].filter((one) => refills(one, rules)).map(({ name }) => name),
  };
}

/** Resources that count something: draws since the last rare outcome, and the levels that were paid. */
function countersOf({ drawTables, levels }: BalanceRules): string[] {
  return [...countersOfTables([...drawTables.values()]), ...(levels ? [levels.paidResource] : [])];
}

/** Energy, health: it regenerates, or begins with an amount under a ceiling. Two of them are not more of it. */
function refills({ name, accrual, ceiling }: ResourceRule, { combat }: BalanceRules): boolean {
  if (accrual === null) return name === combat?.health;
  return accrual.regenerates !== null || ceiling !== null || name === combat?.health;
}

function streakPeriods({ streaks, calendar }: BalanceRules, now: Date): Period[] {
  return [...streaks.values()].map(({ period }) => periodIn(period, now, calendar));
}

/** Every limit of a player in its running period, each once. The claims that count are those of all its types. */
function limitsOfPlayer(rules: BalanceRules, now: Date): LimitUse[] {
  const own = (limits: readonly LimitRule[]) => limits.filter(({ subject }) => subject === 'player');
  const claims = [...rules.claimTypes.values()].flatMap(({ name, limits }) =>
    claimLimit({ name, limits: own(limits) }, now, rules),
  );
  const exchanges = [...rules.exchanges.values()].flatMap(({ name, limits }) =>
    limitUses({ limits: own(limits), claimType: name, amount: 0, limit: 'exchanges' }, now, rules.calendar),
  );
  const moved = [...rules.resources.values()].flatMap(({ name: resource, transfer, spend }) => [
    ...limitUses(
      {
        limits: own(transfer?.limits ?? []),
        claimType: TRANSFER_RESOURCE.claimType,
        resource,
        amount: 0,
        limit: 'transfers',
      },
      now,
      rules.calendar,
    ),
    ...limitUses(
      {
        limits: own(spend?.limits ?? []),
        claimType: SPEND_RESOURCE.claimType,
        resource,
        amount: 0,
        limit: 'spendings',
      },
      now,
      rules.calendar,
    ),
  ]);
  const each = new Map(
    [...claims, ...exchanges, ...moved]
      .filter(({ period }) => period.isRunning)
      .map((use) => [`${use.name} ${use.period.name}`, { ...use, amount: 0 }]),
  );
  return [...each.values()];
}
