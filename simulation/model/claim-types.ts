/**
 * The claim types of the simulated game: as a balance document says them, and as the model reckons them. Amounts are
 * straight lines over the facts, drawn anew for each config, so that a replay under other numbers would show.
 */
import type { Random } from '../random.ts';
import { type FurtherKey, give, type Move, type Quota } from './effect.ts';
import type { Rules } from './rules.ts';

export type Facts = Readonly<Record<string, number | string>>;

interface Line {
  readonly base: number;
  readonly each: number;
}

export interface ClaimNumbers {
  readonly fight: { readonly lumees: Line; readonly experience: Line };
  readonly matron: { readonly lumees: number; readonly charges: number; readonly shards: number };
  /** Null: this config has no duels. */
  readonly duel: { readonly coins: number; readonly experience: number } | null;
  readonly daily: { readonly lumees: number; readonly experience: number };
  readonly chest: { readonly lumees: number; readonly perDay: number };
  readonly slip: { readonly each: number; readonly cap: number };
}

export const ELEMENTS = ['fire', 'water', 'shadow'];
export const MAX_ENEMY = 40;

export function drawClaimTypes(random: Random) {
  const line = (base: number, each: number): Line => ({
    base: base + random.int(0, 20),
    each: each + random.int(0, 4),
  });
  const numbers: ClaimNumbers = {
    fight: { lumees: line(20, 3), experience: line(10, 2) },
    matron: { lumees: random.int(100, 800), charges: random.int(1, 4), shards: random.int(1, 6) },
    duel: random.chance(0.85) ? { coins: random.int(1, 40), experience: random.int(10, 60) } : null,
    daily: { lumees: random.int(50, 150), experience: random.int(20, 50) },
    chest: { lumees: random.int(20, 90), perDay: random.int(3, 8) },
    slip: { each: random.int(1, 9), cap: random.int(150, 400) },
  };
  return { numbers, document: { claimTypes: claimTypes(numbers) } };
}

function claimTypes({ fight, matron, duel, daily, chest, slip }: ClaimNumbers) {
  const level = { enemy_level: { kind: 'int', min: 1, max: MAX_ENEMY } };
  const line = ({ base, each }: Line) => `${base} + enemy_level * ${each}`;
  const shards = ELEMENTS.map((element) => [
    `shards:${element}`,
    `element == "${element}" ? ${matron.shards} : 0`,
  ]);
  const points = { amount: `minutes * ${slip.each}`, cap: slip.cap };
  return {
    pve_victory: {
      proof: 'ticket',
      facts: level,
      rewards: { lumees: line(fight.lumees), experience: line(fight.experience) },
    },
    matron_victory: {
      proof: 'ticket',
      facts: { element: { kind: 'string', values: ELEMENTS } },
      rewards: { lumees: matron.lumees, drop_charges: matron.charges, ...Object.fromEntries(shards) },
    },
    ...(duel && {
      pvp_victory: {
        proof: 'ticket',
        rewards: { auric_coins: duel.coins, experience: duel.experience },
      },
    }),
    arena_chest: {
      proof: 'ticket',
      perDay: chest.perDay,
      rewards: { lumees: chest.lumees, drop_charges: 1 },
    },
    daily_quest: { proof: 'calendar', period: 'day', rewards: { ...daily } },
    skill_session: {
      proof: 'server',
      facts: {
        source_id: { kind: 'id' },
        passing: { kind: 'int', min: 0, max: 10 },
        shooting: { kind: 'int', min: 0, max: 10 },
      },
      rewards: {
        'skill:passing': { amount: 'passing', onceFor: ['source_id'] },
        'skill:shooting': { amount: 'shooting', onceFor: ['source_id'] },
      },
    },
    rating_slip: {
      proof: 'server',
      facts: { minutes: { kind: 'int', min: 0, max: 60 } },
      rewards: { loyalty_points: points, lifetime_points: points },
    },
  };
}

export const PROOF: Readonly<Record<string, 'ticket' | 'calendar' | 'server'>> = {
  pve_victory: 'ticket',
  matron_victory: 'ticket',
  pvp_victory: 'ticket',
  arena_chest: 'ticket',
  daily_quest: 'calendar',
  skill_session: 'server',
  rating_slip: 'server',
};

/** What this claim gives. Null: this config has no such claim type. */
export function rewardsOf(type: string, facts: Facts, numbers: ClaimNumbers): [string, number][] | null {
  const fact = (name: string) => Number(facts[name]);
  switch (type) {
    case 'pve_victory': {
      const { lumees, experience } = numbers.fight;
      const along = ({ base, each }: Line) => base + each * fact('enemy_level');
      return [
        ['lumees', along(lumees)],
        ['experience', along(experience)],
      ];
    }
    case 'matron_victory':
      return [
        ['lumees', numbers.matron.lumees],
        ['drop_charges', numbers.matron.charges],
        [`shards:${facts.element}`, numbers.matron.shards],
      ];
    case 'pvp_victory':
      return (
        numbers.duel && [
          ['auric_coins', numbers.duel.coins],
          ['experience', numbers.duel.experience],
        ]
      );
    case 'arena_chest':
      return [
        ['lumees', numbers.chest.lumees],
        ['drop_charges', 1],
      ];
    case 'daily_quest':
      return [
        ['lumees', numbers.daily.lumees],
        ['experience', numbers.daily.experience],
      ];
    case 'skill_session':
      return [
        ['skill:passing', fact('passing')],
        ['skill:shooting', fact('shooting')],
      ];
    case 'rating_slip': {
      const points = Math.min(fact('minutes') * numbers.slip.each, numbers.slip.cap);
      return [
        ['loyalty_points', points],
        ['lifetime_points', points],
      ];
    }
    default:
      return null;
  }
}

export const numbersOf = ({ own }: Rules): ClaimNumbers => own.claimReward as ClaimNumbers;

/** Moves for what is given, and the further keys that it takes: each skill counts once for each source. */
export function rewardMoves(
  given: readonly [string, number][],
  { type, facts, rules }: { type: string; facts: Facts; rules: Rules },
): { moves: Move[]; furtherKeys: FurtherKey[] } {
  const moves = given
    .filter(([, amount]) => amount !== 0)
    // Canonical JSON sorts the members of the document: of two balances that overflow, the first by name is told.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, amount]) => give(rules, resource, amount));
  const furtherKeys =
    type === 'skill_session'
      ? moves.map(({ resource }) => ({ type: resource, key: String(facts.source_id) }))
      : [];
  return { moves, furtherKeys };
}

/** One claim more of a type of which there are so many a day. */
export function claimQuota(type: string, rules: Rules): Quota | null {
  if (type !== 'arena_chest') return null;
  return { name: `claims:${type}`, limit: 'CLAIMS_PER_DAY', amount: 1, bound: numbersOf(rules).chest.perDay };
}
