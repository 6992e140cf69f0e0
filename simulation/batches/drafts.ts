/** Drafts of what players do in batches: few keys and small bounds, so that they meet each other all the time. */
import type { Random } from '../random.ts';
import { type BatchWorld, STOCK } from './game.ts';
import {
  type BatchChoice,
  type BatchIntent,
  type BatchLimit,
  type BatchOperation,
  type BatchPosting,
  type BatchSourceKey,
  MAX_AMOUNT,
} from './operation.ts';

/** A granted claim that an answer has shown. */
export interface KnownClaim {
  readonly player: string;
  readonly handle: string;
  readonly number: number;
  readonly operation: BatchOperation;
}

export interface BatchDraw {
  readonly random: Random;
  readonly world: BatchWorld;
  readonly number: number;
  /** Earlier intents that may be repeated, oldest first. */
  readonly earlier: readonly BatchIntent[];
  readonly claims: readonly KnownClaim[];
  /** The highest version of a player that an answer has shown. */
  readonly versionOf: (player: string) => number;
}

/** What is special about an operation. */
export type BatchDraft = Partial<BatchOperation> &
  Pick<BatchOperation, 'name' | 'player' | 'claim_type' | 'claim_key'>;

export const DAY_MS = 86_400_000;

export function posting(resource: string, delta: number, rest: Partial<BatchPosting> = {}): BatchPosting {
  return {
    resource,
    delta,
    floor: delta < 0 ? 0 : -MAX_AMOUNT,
    ceiling: MAX_AMOUNT,
    ceiling_per_unit: 0,
    ceiling_of: null,
    clamp: false,
    ...rest,
  };
}

/** Everything that levels need, besides the resources of the postings. */
export const LEVELS = ['xp', 'levels', 'points'];
export const ENERGY = ['energy', 'points'];

/** The limit of a player for the current day. */
export function dailyLimit(name: string, claimType: string, amount: number, bound: number): BatchLimit {
  const since = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS).toISOString();
  return {
    kind: 'player',
    name,
    period: since.slice(0, 10),
    since,
    claim_type: claimType,
    shares_with: null,
    about: null,
    resource: null,
    amount,
    bound,
    rejection: 'claims',
    renews_at: null,
  };
}

function sourceKeys({ random, world }: BatchDraw): BatchSourceKey[] {
  if (random.chance(0.6)) return [];
  const game = random.chance(0.6);
  return [{ game, resource: 'relic', key: `${game ? world.seed : 'own'}/${random.int(0, 25)}` }];
}

export const QUESTS_PER_DAY = 45;

export function reward(draw: BatchDraw): Pick<BatchOperation, 'postings' | 'source_keys' | 'resources'> {
  const { random } = draw;
  const keys = sourceKeys(draw);
  const postings = [
    ...(keys.length > 0 ? [posting('relic', 1)] : []),
    posting('gold', random.int(5, 60), random.chance(0.3) ? { ceiling: 400, clamp: random.chance(0.5) } : {}),
    posting('xp', random.int(5, 50)),
  ];
  return { postings, source_keys: keys, resources: ['gold', 'relic', ...LEVELS] };
}

export function quest(draw: BatchDraw): BatchDraft {
  const { random, world } = draw;
  const energy = random.chance(0.5) ? [posting('energy', -random.int(1, 12))] : [];
  const { postings, resources, source_keys } = reward(draw);
  return {
    name: 'play',
    player: random.pick(world.players),
    claim_type: 'quest',
    claim_key: `quest-${random.int(0, 60)}`,
    postings: [...energy, ...postings],
    resources: [...new Set([...resources, ...ENERGY])],
    source_keys,
    milestones: true,
    limits: [dailyLimit('claims:quest', 'quest', 1, QUESTS_PER_DAY)],
  };
}

export function shop(draw: BatchDraw): BatchDraft {
  const { random, world } = draw;
  const isLimited = random.chance(0.8);
  const buyer = { player: random.pick(world.players), units: random.int(1, 4) };
  return purchase(draw, { ...buyer, season: isLimited ? random.pick(world.seasons) : null });
}

/** `season`: whose stock it takes; null: none. */
export function purchase(
  { random, number }: BatchDraw,
  {
    player,
    units,
    season,
  }: { readonly player: string; readonly units: number; readonly season: string | null },
): BatchDraft {
  const stockOf = (period: string): BatchLimit => ({
    ...dailyLimit('stock:shop', 'shop', units, STOCK.bound),
    kind: 'game',
    period,
    since: '-infinity',
    rejection: 'stock',
  });
  return {
    name: 'play',
    player,
    claim_type: 'shop',
    claim_key: `shop-${number}`,
    postings: [posting('gold', -7 * units), posting('gems', 2 * units)],
    resources: ['gold', 'gems'],
    units,
    limits: [
      dailyLimit('exchange:shop', 'shop', units, 40),
      ...(season === null ? [] : [stockOf(season)]),
      ...dealsLimit('shop', units, { random, number }),
    ],
  };
}

const GUARANTEE = 3;

/** One draw: a rare one is certain after three others. What is drawn is decided before, as the product does. */
export function drawnChoice(random: Random): BatchChoice {
  const draw = (guaranteed: boolean) => {
    const isRare = guaranteed || random.chance(0.15);
    return {
      draws: [{ outcome: isRare ? 'rare' : 'common', guaranteed }],
      postings: [
        posting('gems', isRare ? 5 : 1),
        isRare ? posting('pity', -1_000, { clamp: true }) : posting('pity', 1),
      ],
    };
  };
  return {
    one_of: [
      { when: [{ resource: 'pity', at_least: GUARANTEE }], ...draw(true) },
      { when: [], ...draw(false) },
    ],
  };
}

export function summon({ random, world, number }: BatchDraw): BatchDraft {
  const choices = Array.from({ length: random.int(1, 2) }, () => drawnChoice(random));
  return {
    name: 'play',
    player: random.pick(world.players),
    claim_type: 'summon',
    claim_key: `summon-${number}`,
    ...(random.chance(0.5) ? { postings: [posting('gold', -5)], choices } : paidByEnergy(random, choices)),
    resources: ['gold', 'gems', 'pity', ...ENERGY],
    limits: dealsLimit('summon', 1, { random, number }),
  };
}

/** Takes energy where there is enough of it, with gems in hand, and otherwise gold. */
function paidByEnergy(
  random: Random,
  choices: readonly BatchChoice[],
): Pick<BatchOperation, 'postings' | 'choices'> {
  const energy = random.int(1, 20);
  const when = [
    { resource: 'energy', at_least: energy },
    { resource: 'gems', at_least: random.int(0, 6) },
  ];
  const price = {
    one_of: [
      { when, draws: [], postings: [posting('energy', -energy)] },
      { when: [], draws: [], postings: [posting('gold', -5)] },
    ],
  };
  return { postings: [], choices: [price, ...choices] };
}

/** What summons and the shop use together. Each of them joins only after some were made without it, and not always names it. */
export const DEALS = { name: 'deals', joins: { summon: 40, shop: 100 } } as const;

function dealsLimit(
  claimType: keyof typeof DEALS.joins,
  amount: number,
  { random, number }: Pick<BatchDraw, 'random' | 'number'>,
): BatchLimit[] {
  const members = Object.entries(DEALS.joins).flatMap(([type, from]) => (number > from ? [type] : []));
  if (!random.chance(0.7) || !members.includes(claimType)) return [];
  const shared = { name: DEALS.name, shares_with: members.filter((type) => type !== claimType) };
  const forEver = { period: 'ever', since: '-infinity', rejection: 'shared' };
  return [{ ...dailyLimit(DEALS.name, claimType, amount, 24), ...shared, ...forEver }];
}

/** Gifts name their limit only after some were made without it, and not always. */
export const GIFT_LIMIT: BatchLimit = {
  kind: 'player',
  name: 'gifts',
  period: 'ever',
  since: '-infinity',
  claim_type: 'gift',
  shares_with: null,
  about: null,
  resource: null,
  amount: 1,
  bound: 12,
  rejection: 'claims',
  renews_at: null,
};
const GIFTS_UNLIMITED = 80;

export function gift({ random, world, number }: BatchDraw): BatchDraft {
  const player = random.pick(world.players);
  const others = world.players.filter((one) => one !== player);
  const amount = random.int(1, 30);
  return {
    name: 'give',
    player,
    claim_type: 'gift',
    claim_key: `gift-${number}`,
    postings: [posting('gold', -amount)],
    counterparty: random.chance(0.04) ? world.ghost : random.pick(others),
    counterparty_postings: [posting('gold', amount, random.chance(0.1) ? { ceiling: 300 } : {})],
    resources: ['gold'],
    limits: number > GIFTS_UNLIMITED && random.chance(0.4) ? [GIFT_LIMIT] : [],
  };
}
