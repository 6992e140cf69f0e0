/** Drafts of what staff and servers do in batches: awards, announcements, payments and reversals. */
import {
  type BatchDraft,
  type BatchDraw,
  DAY_MS,
  dailyLimit,
  drawnChoice,
  ENERGY,
  type KnownClaim,
  LEVELS,
  posting,
  QUESTS_PER_DAY,
  reward,
} from './drafts.ts';
import { PERMISSION } from './game.ts';
import { type BatchOperation, uuidOf } from './operation.ts';

function staffTerms(): NonNullable<BatchOperation['staff']> {
  const day = new Date().toISOString().slice(0, 10);
  return { day, renews_at: new Date(Date.parse(day) + DAY_MS).toISOString() };
}

export function byStaff(
  actor: string,
): Pick<BatchOperation, 'actor_kind' | 'actor_id' | 'permission' | 'creates_player' | 'staff'> {
  return {
    actor_kind: 'staff',
    actor_id: actor,
    permission: PERMISSION.award,
    creates_player: false,
    staff: staffTerms(),
  };
}

export function award({ random, world, number }: BatchDraw): BatchDraft {
  const isSame = random.chance(0.3);
  const gems = [posting('gems', random.int(5, random.chance(0.1) ? 90 : 40))];
  const relics = random.chance(0.2) ? [posting('relic', random.int(1, random.chance(0.1) ? 3 : 2))] : [];
  return {
    name: 'award',
    player: random.chance(0.05) ? world.ghost : random.pick(world.players),
    claim_type: 'award',
    claim_key: isSame ? `award-${random.int(0, 20)}` : `award-${number}`,
    postings: random.chance(0.3) && relics.length > 0 ? relics : [...gems, ...relics],
    resources: ['gems', 'relic'],
    ...byStaff(random.pick(world.clerks)),
  };
}

/** Without a player. Clerks and the server use the same few keys, each with the same contents. */
export function notice({ random, world }: BatchDraw): BatchDraft {
  const isServer = random.chance(0.3);
  const owner = isServer ? world.server : random.pick(world.clerks);
  const number = random.int(0, 40);
  return {
    name: 'notify',
    player: owner,
    actor_kind: isServer ? 'server' : 'staff',
    actor_id: owner,
    permission: isServer ? PERMISSION.play : PERMISSION.award,
    creates_player: false,
    claim_type: 'notice',
    claim_key: `notice-${number % 30}`,
    idempotency_key: `${world.seed}-${number}-key-of-a-notice`,
    fingerprint: uuidOf(`${world.seed}/notice/${number}`),
    input: { number },
    expected_version: null,
  };
}

/** Who announces: a game server. */
const SERVER = 1;

export function announcement(draw: BatchDraw): BatchDraft {
  const { random, world } = draw;
  const key = `quest-${random.int(0, 60)}`;
  const { resources, ...given } = reward(draw);
  const choices = random.chance(0.4) ? [drawnChoice(random)] : [];
  const plan = { ...given, choices, resources: [...new Set([...resources, 'gems', 'pity'])] };
  return {
    name: 'announce',
    player: random.pick(world.players),
    claim_type: 'announcement',
    claim_key: `quest/${key}`,
    actor_kind: 'server',
    source: 'announcement',
    announces: { claim_type: 'quest', claim_key: key, plan, origin: SERVER, expires_at: null, message: null },
    limits: [dailyLimit('claims:quest', 'quest', 1, QUESTS_PER_DAY)],
  };
}

/** Pays what was announced a moment ago, or nothing. Paying uses no limit: the announcement has. */
export function payment({ random, world, earlier }: BatchDraw): BatchDraft {
  const announced = earlier.slice(-80).filter(({ operation }) => operation.announces !== null);
  const chosen = announced.length > 0 && random.chance(0.9) ? random.pick(announced).operation : null;
  return {
    name: 'pay',
    player: chosen?.player ?? random.pick(world.players),
    claim_type: 'quest',
    claim_key: chosen?.announces?.claim_key ?? `quest-${random.int(0, 60)}`,
    actor_kind: 'server',
    source: 'pending',
    milestones: true,
    resources: LEVELS,
  };
}

/** `handle`: 20 hex digits. */
function claimIdOf({ handle, number }: Pick<KnownClaim, 'handle' | 'number'>): string {
  return `${handle}/${number}`;
}

export function reversal(draw: BatchDraw): BatchDraft {
  const { random, world, claims } = draw;
  const again = random.chance(0.2) ? reopening(draw) : null;
  if (again) return again;
  const unknown = { player: random.pick(world.players), handle: '00'.repeat(10), number: 1 };
  const target = claims.length > 0 && !random.chance(0.03) ? random.pick(claims.slice(-120)) : unknown;
  const own = claims.slice(-120).filter(({ operation: { name } }) => name === 'award');
  // A clerk's own award: what it used of the budget is given back.
  if (own.length > 0 && random.chance(0.25)) {
    const one = random.pick(own);
    return { ...reversalOf(one, draw), ...byStaff(one.operation.actor_id) };
  }
  return {
    ...reversalOf(target, draw),
    ...(random.chance(0.6) ? byStaff(random.pick(world.clerks)) : { actor_kind: 'server' }),
  };
}

function reversalOf(
  target: Pick<KnownClaim, 'player' | 'handle' | 'number'>,
  { random, world }: BatchDraw,
): BatchDraft {
  const claimId = claimIdOf(target);
  return {
    name: 'reverse',
    player: random.chance(0.03) ? random.pick(world.players) : target.player,
    claim_type: 'reversal',
    claim_key: claimId,
    source: 'reversal',
    reverses: {
      claim_id: claimId,
      handle: `\\x${target.handle}`,
      number: target.number,
      quantity: random.chance(0.3) ? random.int(1, 3) : null,
      reopen: random.chance(0.4),
      allow_debt: random.chance(0.4),
      counters: ['pity'],
    },
    milestones: true,
    resources: [...new Set([...LEVELS, ...ENERGY])],
  };
}

/** Reopens a claim that was reversed a moment ago. Null: there was none. */
function reopening({ random, world, earlier }: BatchDraw): BatchDraft | null {
  const reversals = earlier.slice(-60).filter(({ operation: { reverses } }) => reverses?.reopen === false);
  if (reversals.length === 0) return null;
  const {
    idempotency_key: _key,
    fingerprint: _,
    correlation_id: _id,
    input: _input,
    ...draft
  } = random.pick(reversals).operation;
  const reverses = draft.reverses && { ...draft.reverses, quantity: null, reopen: true };
  return { ...draft, reverses, ...byStaff(random.pick(world.clerks)) };
}
