/**
 * The claim types of the simulated game, as the balance config declares them and as the model computes them. Amounts are linear
 * in the facts and differ from config to config, so that a replay computed with another config would differ.
 */
import {
  give,
  type LedgerView,
  type Posting,
  type RecordedDraws,
  type Rejection,
  type SourceKey,
} from '../model/effect.ts';
import type { LimitUse } from '../model/limits.ts';
import type { Rules } from '../model/rules.ts';
import type { Random } from '../random.ts';
import { type Drawing, drawnByClaim, offeredDraws, reachableTables } from './draw-tables.ts';
import { drawExpiries, type OnExpiry, withExpiry } from './expiries.ts';
import { limitUses, SEASON, SUPPLIES } from './limits.ts';
import { progressNumbers } from './progress.ts';
import type { Offer } from './terms.ts';

export type Facts = Readonly<Record<string, number | string>>;

/** base + each × fact. */
interface Linear {
  readonly base: number;
  readonly each: number;
}

interface ClaimNumbers {
  readonly fight: { readonly lumees: Linear; readonly experience: Linear };
  readonly matron: { readonly lumees: number; readonly charges: number; readonly shards: number };
  /** Null: this config has no duels. */
  readonly duel: { readonly coins: number; readonly experience: number } | null;
  readonly daily: { readonly lumees: number; readonly experience: number };
  readonly chest: { readonly lumees: number; readonly perDay: number };
  readonly festival: { readonly lumees: number };
  readonly slip: { readonly each: number; readonly cap: number };
  /** The claim types whose claims servers may take back. */
  readonly reversible: readonly string[];
  readonly purchase: { readonly bonus: number };
  readonly onExpiry: OnExpiry;
}

/** What a chest of the arena draws besides. */
export const LOOT: Drawing = { table: 'summons', times: 2 };

export const ELEMENTS = ['fire', 'water', 'shadow'];
export const MAX_ENEMY = 40;

export const PROOF: Readonly<Record<string, 'ticket' | 'calendar' | 'server'>> = {
  pve_victory: 'ticket',
  matron_victory: 'ticket',
  pvp_victory: 'ticket',
  arena_chest: 'ticket',
  daily_quest: 'calendar',
  festival_gift: 'calendar',
  errand: 'ticket',
  skill_session: 'server',
  rating_slip: 'server',
  store_purchase: 'server',
};

export function drawClaimTypes(random: Random) {
  const linear = (base: number, each: number): Linear => ({
    base: base + random.int(0, 20),
    each: each + random.int(0, 4),
  });
  const numbers: ClaimNumbers = {
    fight: { lumees: linear(20, 3), experience: linear(10, 2) },
    matron: { lumees: random.int(100, 800), charges: random.int(1, 4), shards: random.int(1, 6) },
    duel: random.chance(0.85) ? { coins: random.int(1, 40), experience: random.int(10, 60) } : null,
    daily: { lumees: random.int(50, 150), experience: random.int(20, 50) },
    chest: { lumees: random.int(20, 90), perDay: random.int(3, 8) },
    festival: { lumees: random.fork('festival').int(5, 50) },
    slip: { each: random.int(1, 9), cap: random.int(150, 400) },
    reversible: Object.keys(PROOF).filter((type) => random.chance(0.5) && type !== 'errand'),
    purchase: { bonus: random.int(0, 3) },
    onExpiry: drawExpiries(random.fork('expiry')),
  };
  const types = withExpiry(claimTypesDocument(numbers), numbers.onExpiry);
  return { numbers, document: { claimTypes: reversibleTypes(types, numbers) } };
}

/** In lumees; 0: nothing. */
export function givenOnExpiry(type: string, rules: Rules): number {
  return numbersOf(rules).onExpiry[type] ?? 0;
}

function reversibleTypes(document: Record<string, object>, { reversible }: ClaimNumbers) {
  return Object.fromEntries(
    Object.entries(document).map(([name, type]) => [
      name,
      reversible.includes(name) ? { ...type, reversibleBy: ['server'] } : type,
    ]),
  );
}

function claimTypesDocument({ fight, matron, duel, daily, festival, chest, slip, purchase }: ClaimNumbers) {
  const level = { enemy_level: { kind: 'int', min: 1, max: MAX_ENEMY } };
  const formula = ({ base, each }: Linear) => `${base} + enemy_level * ${each}`;
  const shards = ELEMENTS.map((element) => [
    `shards:${element}`,
    `element == "${element}" ? ${matron.shards} : 0`,
  ]);
  const points = { amount: `minutes * ${slip.each}`, cap: slip.cap };
  return {
    pve_victory: {
      proof: PROOF.pve_victory,
      facts: level,
      rewards: { lumees: formula(fight.lumees), experience: formula(fight.experience) },
    },
    matron_victory: {
      proof: PROOF.matron_victory,
      facts: { element: { kind: 'string', values: ELEMENTS } },
      rewards: { lumees: matron.lumees, drop_charges: matron.charges, ...Object.fromEntries(shards) },
    },
    ...(duel && {
      pvp_victory: {
        proof: PROOF.pvp_victory,
        rewards: { auric_coins: duel.coins, experience: duel.experience },
      },
    }),
    arena_chest: {
      proof: PROOF.arena_chest,
      perDay: chest.perDay,
      sharedLimits: [SUPPLIES],
      rewards: { lumees: chest.lumees, drop_charges: 1 },
      draws: { [LOOT.table]: LOOT.times },
    },
    daily_quest: { proof: PROOF.daily_quest, period: 'day', rewards: { ...daily } },
    // Once in a season, and not before or after it.
    festival_gift: {
      proof: PROOF.festival_gift,
      period: { season: SEASON },
      rewards: { lumees: festival.lumees },
    },
    skill_session: {
      proof: PROOF.skill_session,
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
      proof: PROOF.rating_slip,
      facts: { minutes: { kind: 'int', min: 0, max: 60 } },
      rewards: { loyalty_points: points, lifetime_points: points },
    },
    store_purchase: {
      proof: PROOF.store_purchase,
      facts: { transaction: { kind: 'id' }, paid: { kind: 'int', min: 1, max: 90 } },
      rewards: {
        credits: { amount: `paid + ${purchase.bonus}`, onceFor: ['transaction'], scope: 'game' },
        lumees: 1,
      },
    },
  };
}

/** Sources repeat across claims, and each skill counts once for each source. */
export function drawSource(random: Random, number: number): string {
  return `match-${random.int(0, 12 + number / 100)}`;
}

/** A transaction is paid once in the whole game. Seeds share a database, so its name contains the seed. */
export function drawTransaction(random: Random, seed: string, number: number): string {
  return `s${seed}-transaction-${random.int(0, 8 + number / 120)}`;
}

const numbersOf = ({ own }: Rules): ClaimNumbers => own.claimReward as ClaimNumbers;

function rewardsOf(type: string, facts: Facts, numbers: ClaimNumbers): [string, number][] | null {
  const fact = (name: string) => Number(facts[name]);
  const { fight, matron, duel, chest, daily, festival, slip, purchase } = numbers;
  switch (type) {
    case 'pve_victory': {
      const amount = ({ base, each }: Linear) => base + each * fact('enemy_level');
      return [
        ['lumees', amount(fight.lumees)],
        ['experience', amount(fight.experience)],
      ];
    }
    case 'matron_victory':
      return [
        ['lumees', matron.lumees],
        ['drop_charges', matron.charges],
        [`shards:${facts.element}`, matron.shards],
      ];
    case 'pvp_victory':
      return (
        duel && [
          ['auric_coins', duel.coins],
          ['experience', duel.experience],
        ]
      );
    case 'arena_chest':
      return [
        ['lumees', chest.lumees],
        ['drop_charges', 1],
      ];
    case 'daily_quest':
      return [
        ['lumees', daily.lumees],
        ['experience', daily.experience],
      ];
    case 'festival_gift':
      return [['lumees', festival.lumees]];
    case 'skill_session':
      return [
        ['skill:passing', fact('passing')],
        ['skill:shooting', fact('shooting')],
      ];
    case 'rating_slip': {
      const points = Math.min(fact('minutes') * slip.each, slip.cap);
      return [
        ['loyalty_points', points],
        ['lifetime_points', points],
      ];
    }
    case 'store_purchase':
      return [
        ['credits', fact('paid') + purchase.bonus],
        ['lumees', 1],
      ];
    default:
      return null;
  }
}

/** The facts that name the source of what is given once. */
function sourcesOf(type: string, postings: readonly Posting[], facts: Facts): SourceKey[] {
  if (type === 'skill_session')
    return postings.map(({ resource }) => ({
      scope: 'player',
      type: resource,
      key: String(facts.source_id),
    }));
  if (type !== 'store_purchase') return [];
  return [{ scope: 'game', type: 'credits', key: String(facts.transaction) }];
}

/** What a claim gives, and the source keys that it takes. */
interface Reward {
  readonly postings: readonly Posting[];
  readonly sourceKeys: readonly SourceKey[];
  /** What its recorded draws give. */
  readonly loot: (claim: RecordedDraws, ledger: LedgerView) => readonly Posting[] | Rejection;
}

/** Null: this config does not have the claim type. */
export function rewardFor(type: string, facts: Facts, rules: Rules): Reward | null {
  const rewards =
    type === 'errand'
      ? Object.entries(progressNumbers(rules).errand)
      : rewardsOf(type, facts, numbersOf(rules));
  if (rewards === null) return null;
  const postings = rewards
    .filter(([, amount]) => amount !== 0)
    // The canonical config sorts its members, so the first overflow by name is the one that is reported.
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([resource, amount]) => give(rules, resource, amount));
  return {
    ...{ postings, sourceKeys: sourcesOf(type, postings, facts) },
    loot: (claim, ledger) => drawnByClaim(claim, drawingOf(type), rules)(ledger),
  };
}

function drawingOf(type: string): Drawing | null {
  return type === 'arena_chest' ? LOOT : null;
}

/** The tables from which a claim draws. */
export function tablesOfClaim(type: string): readonly string[] {
  const drawing = drawingOf(type);
  return drawing ? reachableTables(drawing.table) : [];
}

export function isReversibleType(type: string, rules: Rules): boolean {
  return numbersOf(rules).reversible.includes(type) && rewardFor(type, {}, rules) !== null;
}

/** What a claim gives. Null: this config does not have the claim type. */
export function claimOffer(type: string, facts: Facts, rules: Rules): Offer | null {
  const reward = rewardFor(type, facts, rules);
  if (reward === null) return null;
  const gives = Object.fromEntries(reward.postings.map(({ resource, delta }) => [resource, delta]));
  const drawing = drawingOf(type);
  const base = { costs: {}, gives, draws: drawing ? offeredDraws(drawing, rules) : [] };
  if (type !== 'daily_quest') return base;
  // Whatever the streak is: the highest row first.
  const rows = progressNumbers(rules).rows.map(({ lumees }) => ({
    ...base,
    gives: { ...gives, lumees: (gives.lumees ?? 0) + lumees },
  }));
  const [first = base, ...others] = [...rows.toReversed(), base];
  return { ...first, others };
}

/** What a claim uses of limits, whether it is claimed or announced. */
export function claimLimits(type: string, now: number, rules: Rules): LimitUse[] {
  if (type !== 'arena_chest') return [];
  const { perDay } = numbersOf(rules).chest;
  const offer = { bounds: { perDay }, shared: [SUPPLIES], counter: `claims:${type}`, kind: 'CLAIMS' };
  return limitUses({ ...offer, amount: 1 }, now, rules);
}

/** The key of a calendar claim: the name of its period. */
export function calendarKey(type: string, day: string): string {
  return type === 'festival_gift' ? SEASON : day;
}
