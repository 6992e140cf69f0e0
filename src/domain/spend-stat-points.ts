/** spendStatPoints: turns unspent stat points into points of energy, stamina or health. What each adds is the config's. */
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG } from './command.ts';
import { badInput, type Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import { MAX_AMOUNT } from './operation.ts';
import { give, resourceRule, settleDependents, take } from './postings.ts';
import { STATS, type Stat } from './rules.ts';

export const SPEND_STAT_POINTS = 'spend_stat_points';

/** Points to put into each stat. */
export type SpendStatPoints = Readonly<Record<Stat, number>>;

export function checkSpendStatPoints(points: SpendStatPoints): Fault | null {
  for (const stat of STATS) {
    if (points[stat] < 0) return badInput(stat, `must be an integer from 0 to ${MAX_AMOUNT}`);
  }
  const total = pointsSpent(points);
  if (total < 1) return badInput(STATS.join(', '), 'at least one must be 1 or more');
  if (total > MAX_AMOUNT) return badInput(STATS.join(', '), `must not add up to more than ${MAX_AMOUNT}`);
  return null;
}

export function decideSpendStatPoints(command: Command, points: SpendStatPoints): Decision {
  const draft = draftOperation(command, {
    name: 'spendStatPoints',
    permission: 'reward:claim',
    input: points,
  });
  const { rules } = command;
  if (!rules) return cannot(draft, NO_CONFIG);
  const { resource, stats } = rules.statPoints;
  return commit(draft, rules, {
    claimType: SPEND_STAT_POINTS,
    // Spending is no event of the game world that could happen once: the client's key is its only name.
    claimKey: command.idempotencyKey,
    postings: [
      ...STATS.filter((stat) => points[stat] > 0).flatMap((stat) =>
        settleDependents(stats[stat].resource, rules),
      ),
      take(resourceRule(rules, resource), pointsSpent(points)),
      // Never what fits: points are turned into others, and none may be lost on the way.
      ...STATS.filter((stat) => points[stat] > 0).map(
        (stat): Posting => ({
          ...give(resourceRule(rules, stats[stat].resource), points[stat]),
          atLimit: 'reject',
        }),
      ),
    ],
  });
}

function pointsSpent(points: SpendStatPoints): number {
  return STATS.reduce((sum, stat) => sum + points[stat], 0);
}
