/**
 * What publishing a balance config writes for the kernel besides the document: the names that it uses, the level milestones, the
 * regeneration rules, and what game servers may reverse. Pure. drizzle/kernel/20_publish.sql takes it as `effects`.
 */

import { ADVANCE_PROGRESS } from '../domain/advance-progress.ts';
import { countersOfTables } from '../domain/draw.ts';
import type { Accrual, Limit } from '../domain/moves.ts';
import { sourceOf } from '../domain/payouts.ts';
import type { BalanceRules, LevelRules, LimitRule } from '../domain/rules.ts';
import { MAX_AMOUNT } from '../domain/values.ts';
import { type KernelBreaker, kernelBreakers } from './breakers.ts';

export interface KernelRules {
  readonly names: {
    readonly resource: readonly string[];
    /** Claim types and exchanges. */
    readonly claim_type: readonly string[];
    readonly limit: readonly string[];
  };
  readonly milestones: readonly KernelMilestone[];
  readonly regeneration: readonly KernelRegeneration[];
  readonly game_limits: readonly KernelGameLimit[];
  /** The claim types and exchanges whose claims game servers may take back. */
  readonly reversible_by_servers: readonly string[];
  readonly staff: KernelStaffLimits;
  /** What staff may take from players. Staff cannot take others. */
  readonly takes: readonly KernelTake[];
  /** What each game server may give in value; null: servers give nothing. */
  readonly servers: { readonly reward_limit: number; readonly daily_budget: number } | null;
  readonly breakers: readonly KernelBreaker[];
  /** The resource that staff may correct without a limit; null: none. */
  readonly corrects: string | null;
}

/** In units; `per_call` null: that of the day. */
interface KernelTake {
  readonly resource: string;
  readonly per_call: number | null;
  readonly per_day: number;
}

/** What staff without limits of their own may give in value, and how resources count. Staff cannot give others. */
interface KernelStaffLimits {
  readonly reward_limit: number;
  readonly daily_budget: number;
  /** Null: as many awards as the budget allows. */
  readonly awards_per_day: number | null;
  readonly values: readonly KernelStaffValue[];
}

/** `value` of one unit, or a limit of its own in units. */
interface KernelStaffValue {
  readonly resource: string;
  readonly value: number | null;
  readonly per_reward: number | null;
  readonly per_day: number | null;
}

interface KernelMilestone {
  readonly resource: string;
  readonly paid_resource: string;
  readonly thresholds: readonly number[];
  readonly grants: readonly {
    readonly resource: string;
    readonly amounts: readonly number[];
    /** The ceiling is `ceiling + ceiling_per_unit × the balance of ceiling_of`. */
    readonly ceiling: number;
    readonly ceiling_per_unit: number;
    readonly ceiling_of: string | null;
  }[];
}

/** An amount is `base + per_unit × the balance of of`. */
interface KernelRegeneration {
  readonly resource: string;
  /** Null: it does not regenerate. */
  readonly every_seconds: number | null;
  readonly amount: number | null;
  /** Null: it opens at 0. */
  readonly opening_base: number | null;
  readonly opening_per_unit: number | null;
  readonly opening_of: string | null;
  readonly cap_base: number | null;
  readonly cap_per_unit: number | null;
  readonly cap_of: string | null;
}

/** A bound of the whole game in a period. */
interface KernelGameLimit {
  readonly limit: string;
  readonly period: string;
  /** The beginning of the period; `-infinity` for `ever`. */
  readonly since: string;
  readonly claim_types: readonly string[];
  /** Null: their units count; otherwise what they take of this resource. */
  readonly resource: string | null;
  readonly bound: number;
  readonly stripes: number;
}

export function kernelRulesOf(rules: BalanceRules): KernelRules {
  const resources = [...rules.resources.values()];
  const { servers } = rules.manualRewards;
  return {
    names: {
      // Counters and streaks are balances under their names. The positions of rankings are taken under a name of their payout.
      resource: [
        ...resources.map(({ name }) => name),
        ...rules.counters.keys(),
        ...rules.streaks.keys(),
        ...[...rules.payouts.keys()].map(sourceOf),
      ],
      claim_type: [...rules.claimTypes.keys(), ...rules.exchanges.keys()],
      limit: limitNames(rules),
    },
    milestones: rules.levels ? [levelMilestone(rules.levels)] : [],
    regeneration: resources.flatMap(({ name, accrual }) => (accrual ? [regeneration(name, accrual)] : [])),
    game_limits: gameLimits(rules),
    reversible_by_servers: [
      ...[...rules.claimTypes.values(), ...rules.exchanges.values()]
        .filter(({ reversibleBy }) => reversibleBy.includes('server'))
        .map(({ name }) => name),
      // Servers alone advance progress, and may take it back.
      ...(rules.counters.size > 0 ? [ADVANCE_PROGRESS.claimType] : []),
    ],
    staff: staffLimits(rules),
    servers: servers && { reward_limit: servers.limitPerReward, daily_budget: servers.budgetPerDay },
    breakers: kernelBreakers(rules.breakers),
    corrects: rules.combat?.health ?? null,
    takes: resources.flatMap(({ name, take }) =>
      take === null ? [] : [{ resource: name, per_call: take.perCall, per_day: take.perDay }],
    ),
  };
}

function staffLimits(rules: BalanceRules): KernelStaffLimits {
  const { limitPerReward, budgetPerDay, awardsPerDay } = rules.manualRewards;
  // Nobody can spend a counter of draws. A reversal may raise it, and gives nothing by that.
  const counters = new Set(countersOfTables([...rules.drawTables.values()]));
  return {
    reward_limit: limitPerReward,
    daily_budget: budgetPerDay,
    awards_per_day: awardsPerDay,
    values: [
      ...[...rules.resources.values()].flatMap(({ name, staff }): KernelStaffValue[] => {
        const row = { ...UNCOUNTED, resource: name };
        if (counters.has(name)) return [{ ...row, value: 0 }];
        if (staff === null) return [];
        if (staff.kind === 'value') return [{ ...row, value: staff.value }];
        return [{ ...row, per_reward: staff.perReward, per_day: staff.perDay }];
      }),
      ...[...rules.counters.keys(), ...rules.streaks.keys()].map((resource) => ({
        ...UNCOUNTED,
        resource,
        value: 0,
      })),
    ],
  };
}

const UNCOUNTED = { value: null, per_reward: null, per_day: null } as const;

interface CountedRule extends LimitRule {
  readonly resource: string | null;
}

/** The limits of claim types, exchanges and transfers. Those that several share are named several times. */
function limitRulesOf({ claimTypes, exchanges, resources }: BalanceRules): CountedRule[] {
  const offers = [...claimTypes.values(), ...exchanges.values()].flatMap(({ limits }) => limits);
  return [
    ...offers.map((rule) => ({ ...rule, resource: null })),
    ...[...resources.values()].flatMap(({ name, transfer, spend }) =>
      [transfer?.limits, transfer?.receives, spend?.limits].flatMap((limits) =>
        (limits ?? []).map((rule) => ({ ...rule, resource: name })),
      ),
    ),
  ];
}

/** The counters that operations under this config may use. */
function limitNames(rules: BalanceRules): string[] {
  const ofStaff = [...rules.resources.values()].flatMap(({ name, staff, take }) => [
    ...(staff?.kind === 'limit' ? [`staff:resource:${name}`] : []),
    ...(take === null ? [] : [`staff:take:${name}`]),
  ]);
  const ofBreakers = kernelBreakers(rules.breakers).map(({ limit }) => limit);
  return [...new Set([...limitRulesOf(rules).map(({ counter }) => counter), ...ofStaff, ...ofBreakers])];
}

/** Stocks. One counter each: with several, one could be sold out while another has some left. */
function gameLimits(rules: BalanceRules): KernelGameLimit[] {
  const stocks = limitRulesOf(rules).filter(({ subject }) => subject === 'game');
  const rows = stocks.map(({ counter, claimTypes, resource, max }): [string, KernelGameLimit] => [
    counter,
    {
      limit: counter,
      period: 'ever',
      since: '-infinity',
      claim_types: claimTypes,
      resource,
      bound: max,
      stripes: 1,
    },
  ]);
  return [...new Map(rows).values()];
}

function levelMilestone(levels: LevelRules): KernelMilestone {
  return {
    resource: levels.resource,
    paid_resource: levels.paidResource,
    thresholds: levels.thresholds,
    // The config's checks refuse a ceiling on a resource that levels grant.
    grants: levels.grants.map((grant) => ({
      ...grant,
      ceiling: MAX_AMOUNT,
      ceiling_per_unit: 0,
      ceiling_of: null,
    })),
  };
}

function regeneration(resource: string, { initial, regenerates }: Accrual): KernelRegeneration {
  const opening = initial === null ? NONE : amountOf(initial);
  const cap = regenerates === null ? NONE : amountOf(regenerates.upTo);
  return {
    resource,
    every_seconds: regenerates?.everySeconds ?? null,
    amount: regenerates?.amount ?? null,
    opening_base: opening.base,
    opening_per_unit: opening.perUnit,
    opening_of: opening.of,
    cap_base: cap.base,
    cap_per_unit: cap.perUnit,
    cap_of: cap.of,
  };
}

const NONE = { base: null, perUnit: null, of: null } as const;

function amountOf(limit: Limit): { base: number; perUnit: number; of: string | null } {
  return typeof limit === 'number'
    ? { base: limit, perUnit: 0, of: null }
    : { base: limit.base, perUnit: limit.perUnit, of: limit.resource };
}
