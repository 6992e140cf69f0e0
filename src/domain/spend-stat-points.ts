/** spendStatPoints: turns unspent stat points into points of energy, stamina or health. The config says what each point adds. */
import { type Decision, decide, type Intent } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import type { OperationKind } from './operation.ts';
import { give, resourceRule, settleDependents, take } from './postings.ts';
import { type BalanceRules, STATS, type Stat } from './rules.ts';
import { MAX_AMOUNT, type NonNegativeInt } from './values.ts';

export const SPEND_STAT_POINTS = {
  name: 'spendStatPoints',
  claimType: 'spend_stat_points',
  permission: 'reward:claim',
} as const satisfies OperationKind;

/** Points to put into each stat. */
export type SpendStatPoints = Readonly<Record<Stat, NonNegativeInt>>;

/** Scalars bound each number; the sum is bounded here. */
export function checkStatPoints(points: SpendStatPoints): Fault | null {
  const total = totalPoints(points);
  if (total < 1) return badInput(STATS.join(', '), 'at least one must be 1 or more');
  if (total > MAX_AMOUNT) return badInput(STATS.join(', '), `must add up to at most ${MAX_AMOUNT}`);
  return null;
}

export function decideSpendStatPoints(
  intent: Intent,
  { energy, stamina, health }: SpendStatPoints,
): Decision {
  const points = { energy, stamina, health };
  return decide({ intent, kind: SPEND_STAT_POINTS, input: points }, (rules) => ({
    kind: 'commit',
    claimType: SPEND_STAT_POINTS.claimType,
    // Points can be spent any number of times: the client's key is the only name of each.
    claimKey: intent.idempotencyKey,
    postings: statPostings(points, rules),
  }));
}

function statPostings(points: SpendStatPoints, rules: BalanceRules): Posting[] {
  const { resource, stats } = rules.statPoints;
  const raised = STATS.filter((stat) => points[stat] > 0);
  return [
    ...raised.flatMap((stat) => settleDependents(stats[stat].resource, rules)),
    take(resourceRule(rules, resource), totalPoints(points)),
    // Rejected rather than clamped: no point may be lost on its way from one balance to another.
    ...raised.map(
      (stat): Posting => ({
        ...give(resourceRule(rules, stats[stat].resource), points[stat]),
        atLimit: 'reject',
      }),
    ),
  ];
}

function totalPoints(points: SpendStatPoints): number {
  return STATS.reduce((sum, stat) => sum + points[stat], 0);
}
