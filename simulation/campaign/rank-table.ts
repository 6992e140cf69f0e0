/** The rank tables of the simulated rankings: as part of a balance config, and what each place must get, computed without `src`. */
import type { Random } from '../random.ts';

export type Prize = Readonly<Record<string, number>>;

const TABLES = {
  arena: {
    ties: 'share',
    ranks: [
      { to: 1, gives: { gems: 50, trophies: 5 } },
      { to: 3, gives: { gems: 20, trophies: 2 } },
      { to: 10, gives: { gems: 7 } },
      { to: 200, gives: { gems: 3 } },
    ],
  },
  league: {
    ties: 'same',
    ranks: [
      { to: 1, gives: { gems: 30 } },
      { to: 60, gives: { gems: 4 } },
    ],
  },
} as const satisfies Record<string, { ties: string; ranks: { to: number; gives: Prize }[] }>;

export type Payout = keyof typeof TABLES;

/** What gives a player as many trophies as they may have, and what takes them again. */
export const HOARD = 'hoard';
export const SALE = 'sell_trophies';
const MOST_TROPHIES = 9;

/** A config whose prizes in gems are `factor` times those of the tables. */
export function configOf(factor: number): object {
  return {
    timeZone: 'UTC',
    resources: {
      gems: { value: 1 },
      trophies: { value: 1, ceiling: MOST_TROPHIES, atCeiling: 'reject' },
    },
    claimTypes: { [HOARD]: { proof: 'server', rewards: { trophies: MOST_TROPHIES } } },
    exchanges: { [SALE]: { costs: { trophies: MOST_TROPHIES }, gives: { gems: 1 } } },
    payouts: Object.fromEntries(
      Object.entries(TABLES).map(([name, { ties, ranks }]) => [
        name,
        { ties, ranks: ranks.map(({ to, gives }) => ({ to, gives: times(gives, factor) })) },
      ]),
    ),
    manualRewards: { limitPerReward: 1_000, budgetPerDay: 1_000 },
  };
}

/** The rank of each position, in their order. The first is nobody else's. */
export function drawRanks(random: Random, positions: number): readonly number[] {
  const ranks: number[] = [];
  for (let position = 1; position <= positions; position += 1)
    ranks.push(position > 2 && random.chance(0.3) ? (ranks.at(-1) as number) : position);
  return ranks;
}

/** What a position gets. */
export function prizeOf(
  payout: Payout,
  ranks: readonly number[],
  { position, factor }: { readonly position: number; readonly factor: number },
): Prize {
  const rank = ranks[position - 1] as number;
  if (TABLES[payout].ties === 'same') return times(rowAt(payout, rank), factor);
  const together = ranks.flatMap((other, index) => (other === rank ? [index + 1] : []));
  const sum: Record<string, number> = {};
  for (const each of together)
    for (const [resource, amount] of Object.entries(times(rowAt(payout, each), factor)))
      sum[resource] = (sum[resource] ?? 0) + amount;
  return Object.fromEntries(
    Object.entries(sum).map(([resource, all]) => [resource, Math.floor(all / together.length)]),
  );
}

/** The same text for the same amounts, whether or not those of 0 are named. */
export const textOf = (prize: Prize): string =>
  Object.entries(prize)
    .filter(([, amount]) => amount !== 0)
    .map(([resource, amount]) => `${amount} ${resource}`)
    .toSorted()
    .join(', ') || 'nothing';

function rowAt(payout: Payout, rank: number): Prize {
  const ranks: readonly { readonly to: number; readonly gives: Prize }[] = TABLES[payout].ranks;
  return ranks.find(({ to }) => rank <= to)?.gives ?? {};
}

const times = ({ gems = 0, ...others }: Prize, factor: number): Prize => ({
  gems: gems * factor,
  ...others,
});
