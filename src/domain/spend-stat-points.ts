/** spendStatPoints: turns unspent stat points into points of stats. The config names the stats and says what each point adds. */
import { type Decision, decide, type Intent, reject } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import type { OperationKind } from './operation.ts';
import { give, resourceRule, settleDependents, take } from './postings.ts';
import type { BalanceRules, StatPointRules } from './rules.ts';
import { MAX_AMOUNT, MAX_STATS, type PositiveInt } from './values.ts';

export const SPEND_STAT_POINTS = {
  name: 'spendStatPoints',
  claimType: 'spend_stat_points',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface StatPoints {
  readonly stat: string;
  readonly points: PositiveInt;
}

export interface SpendStatPoints {
  readonly points: readonly StatPoints[];
}

/** Scalars bound each number; the list as a whole is checked here. Returns the first fault, or null. */
export function checkStatPoints(points: readonly StatPoints[]): Fault | null {
  if (points.length < 1 || points.length > MAX_STATS)
    return badInput('points', `must name 1 to ${MAX_STATS} stats`);
  const seen = new Set<string>();
  for (const [index, { stat }] of points.entries()) {
    if (seen.has(stat))
      return badInput(`points[${index}].stat`, `names ${stat} a second time; give the sum once`);
    seen.add(stat);
  }
  if (totalOf(points) > MAX_AMOUNT) return badInput('points', `must add up to at most ${MAX_AMOUNT}`);
  return null;
}

export function decideSpendStatPoints(intent: Intent, request: SpendStatPoints): Decision {
  const points = request.points
    .map(({ stat, points }) => ({ stat, points }))
    .sort((a, b) => (a.stat < b.stat ? -1 : 1));
  return decide({ intent, kind: SPEND_STAT_POINTS, input: { points } }, (rules) => {
    // Points can be spent any number of times: the client's key is the only name of each.
    const claim = { claimType: SPEND_STAT_POINTS.claimType, claimKey: intent.idempotencyKey };
    const statPoints = rules.statPoints ?? NO_STATS;
    const unknown = points.find(({ stat }) => !statPoints.stats.has(stat));
    if (unknown) {
      const stats = [...statPoints.stats.keys()];
      return reject(claim, { kind: 'unknown_stat', stat: unknown.stat, stats });
    }
    return { kind: 'commit', ...claim, postings: statPostings(points, statPoints, rules) };
  });
}

/** Without stat points every stat is unknown. */
const NO_STATS: StatPointRules = { resource: '', stats: new Map() };

function statPostings(
  points: readonly StatPoints[],
  { resource, stats }: StatPointRules,
  rules: BalanceRules,
): Posting[] {
  const raised = points.flatMap(({ stat, points }) => {
    const rule = stats.get(stat);
    return rule ? [{ resource: rule.resource, points }] : [];
  });
  return [
    ...raised.flatMap((stat) => settleDependents(stat.resource, rules)),
    take(resourceRule(rules, resource), totalOf(points)),
    // Rejected rather than clamped: no point may be lost on its way from one balance to another.
    ...raised.map(
      (stat): Posting => ({
        ...give(resourceRule(rules, stat.resource), stat.points),
        atLimit: 'reject',
      }),
    ),
  ];
}

function totalOf(points: readonly StatPoints[]): number {
  return points.reduce((sum, { points }) => sum + points, 0);
}
