/**
 * The resources of the simulated game that have limits, or grow by themselves: as a balance document says them, and as the
 * model reckons them. Seconds bring what hours bring in a game, so that a run of half a minute sees it come back.
 */
import type { Random } from '../random.ts';
import type { Accrual, Limit } from './accrual.ts';
import type { StatNumbers } from './rules.ts';

export interface ResourceNumbers {
  /** Null: bounded by SafeInt alone. */
  readonly ceiling: Limit | null;
  /** A grant beyond the ceiling is cut, or refused. */
  readonly clamp: boolean;
  /** Null: it does not grow by itself. */
  readonly accrual: Accrual | null;
}

type Stats = Readonly<Record<'energy' | 'health', StatNumbers>>;

export function drawResources(random: Random, stats: Stats) {
  const coins = random.int(300, 3_000);
  const pouch = random.int(5, 40);
  const startsWith = random.int(0, 5);
  const upTo = random.int(1, pouch);
  const charges = { everySeconds: random.int(1, 4), amount: random.int(1, 2) };
  // Now and then a config in which they do not come back.
  const come = random.chance(0.8);
  const energy = { everySeconds: random.int(1, 3), amount: random.int(1, 9) };
  const maximum = (stat: 'energy' | 'health'): Limit => ({ ...stats[stat], points: `stat:${stat}` });
  const numbers: Record<string, ResourceNumbers> = {
    auric_coins: { ceiling: coins, clamp: false, accrual: null },
    drop_charges: {
      ceiling: pouch,
      clamp: true,
      accrual:
        come || startsWith > 0
          ? { initial: startsWith, regenerates: come ? { ...charges, upTo } : null }
          : null,
    },
    energy: {
      ceiling: maximum('energy'),
      clamp: true,
      accrual: { initial: maximum('energy'), regenerates: { ...energy, upTo: maximum('energy') } },
    },
    health: {
      ceiling: maximum('health'),
      clamp: true,
      accrual: { initial: maximum('health'), regenerates: null },
    },
  };
  const resources = {
    auric_coins: { manual: true, ceiling: coins, atCeiling: 'reject' },
    drop_charges: {
      manual: true,
      ceiling: pouch,
      atCeiling: 'clamp',
      startsWith,
      ...(come && { regenerates: { ...charges, upTo } }),
    },
    energy: {
      ceiling: { stat: 'energy' },
      atCeiling: 'clamp',
      startsWith: 'ceiling',
      regenerates: energy,
    },
    health: { ceiling: { stat: 'health' }, atCeiling: 'clamp', startsWith: 'ceiling' },
  };
  return { numbers, document: { resources } };
}
