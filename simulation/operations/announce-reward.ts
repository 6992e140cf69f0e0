/** announceReward: servers announce rewards before, after and while they are claimed. */
import {
  claimLimits,
  drawSource,
  drawTransaction,
  ELEMENTS,
  type Facts,
  givenOnExpiry,
  MAX_ENEMY,
  rewardFor,
  tablesOfClaim,
} from '../game/claim-types.ts';
import { claimProgress } from '../game/progress.ts';
import { notAvailable } from '../game/windows.ts';
import {
  announcementKey,
  type Effect,
  type EffectContext,
  give,
  type PendingReward,
  reject,
} from '../model/effect.ts';
import type { Rules } from '../model/rules.ts';
import { type Draw, drawExpectedVersion, type Operation, recentIntents, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';

const HOUR_MS = 3_600_000;

interface Announcement {
  readonly type: string;
  readonly key: string;
  readonly facts: Facts;
  /** Milliseconds after it is first sent; null: it does not expire. */
  readonly expiresAfter: number | null;
}

function drawFacts(type: string, { random, world, number }: Draw): Facts {
  switch (type) {
    case 'pve_victory':
      return { enemy_level: random.int(1, MAX_ENEMY) };
    case 'matron_victory':
      return { element: random.pick(ELEMENTS) };
    case 'skill_session':
      return { source_id: drawSource(random, number), passing: random.int(0, 3), shooting: 1 };
    case 'store_purchase':
      return { transaction: drawTransaction(random, world.seed, number), paid: 1 };
    default:
      return {};
  }
}

/** Mostly while the seed runs. */
function drawExpiry({ random }: Draw): number | null {
  if (!random.chance(0.6)) return null;
  return random.chance(0.9) ? random.int(200, 3_000) : random.int(60_000, 90_000);
}

function drawAnnouncement(draw: Draw): Draft<Announcement> {
  const { random, world, number } = draw;
  const actor: Actor = { kind: 'server', id: random.pick(world.servers) };
  // A reward that was claimed a moment ago, or is being claimed, must not become pending.
  const claimed = recentIntents(draw, 'claimReward').filter(
    ({ input }) => (input as Announcement).key !== null,
  );
  if (draw.player === undefined && claimed.length > 0 && random.chance(0.1)) {
    const { player, input } = random.pick(claimed);
    return { actor, player, input: { ...(input as Announcement), expiresAfter: null } };
  }
  const type = random.weighted([
    [40, 'pve_victory'],
    [20, 'matron_victory'],
    [15, 'pvp_victory'],
    [30, 'arena_chest'],
    [10, 'skill_session'],
    [5, 'store_purchase'],
    [1, 'no_such_claim'],
  ]);
  const key = `announced-${world.seed}-${number}`;
  return {
    actor,
    player: subjectOf(draw),
    input: { type, key, facts: drawFacts(type, draw), expiresAfter: drawExpiry(draw) },
    ...drawExpectedVersion(draw),
  };
}

function effect({ intent, sent, rules, claim: { claimedAt } }: EffectContext<Announcement>): Effect {
  const { type, key, facts } = intent.input;
  const reward = rewardFor(type, facts, rules);
  if (reward === null) return reject('UnknownClaimType', { claimType: type });
  const refused = notAvailable(type, tablesOfClaim(type), rules, claimedAt);
  if (refused) return refused;
  return {
    kind: 'claim',
    type: 'announcement',
    key: announcementKey(type, key),
    announces: { type, key, rules, ...reward, expiry: expiryOf(type, sent.expiresAt, rules) },
    limits: claimLimits(type, claimedAt, rules),
    requires: claimProgress(type, claimedAt, rules).requires ?? [],
    postings: [],
  };
}

function expiryOf(type: string, expiresAt: unknown, rules: Rules): PendingReward['expiry'] {
  if (typeof expiresAt !== 'string') return null;
  const lumees = givenOnExpiry(type, rules);
  return { at: Date.parse(expiresAt), postings: lumees > 0 ? [give(rules, 'lumees', lumees)] : [] };
}

const announceReward: Operation<Announcement> = {
  name: 'announceReward',
  weights: { fresh: 2.5 },
  draw: drawAnnouncement,
  alterInput: (_, { number }) => ({
    type: 'pve_victory',
    key: `altered-${number}`,
    facts: { enemy_level: 1 },
    expiresAfter: null,
  }),
  drawSameClaim: (original) => original,
  drawForbidden: (draw) => {
    const announcement = drawAnnouncement(draw);
    const actor: Actor = { kind: 'player', id: announcement.player };
    return { ...announcement, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: (draw) => {
    const announcement = drawAnnouncement(draw);
    const valid = { type: 'pve_victory', facts: { enemy_level: 1 }, expiresAfter: null };
    const wrong = (input: Partial<Announcement>): Draft<Announcement> => ({
      ...announcement,
      input: { ...valid, key: `bound-${draw.number}`, ...input },
      expectedFault: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Announcement>>([
      wrong({ type: 'daily_quest', facts: {} }),
      wrong({ facts: {} }),
      wrong({ facts: { enemy_level: 0 } }),
      wrong({ facts: { enemy_level: 1, unheard_of: 1 } }),
      wrong({ key: 'a key with blanks' }),
      wrong({ key: '' }),
      wrong({ expiresAfter: -13 * HOUR_MS }),
      wrong({ expiresAfter: 3_652 * 24 * HOUR_MS }),
    ]);
  },
  toInput: ({ player, input: { type, key, facts, expiresAfter } }) => ({
    playerId: player,
    ...{ type, key, facts },
    // How fast a seed runs depends on the machine.
    ...(expiresAfter !== null && {
      title: 'For you',
      text: 'It is yours until it expires',
      expiresAt: new Date(Date.now() + expiresAfter).toISOString(),
    }),
  }),
  effect,
};

export default announceReward;
