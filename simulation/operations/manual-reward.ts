/**
 * manualReward: awards by staff with different roles and limits, identified by their content or by an external ID; and rewards by game
 * servers, always with an ID, within limits of each server.
 */
import { give } from '../model/effect.ts';
import { type LimitUse, periodAt } from '../model/limits.ts';
import type { Rules } from '../model/rules.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import { Random } from '../random.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawStaff } from '../schedule/world.ts';

interface Award {
  readonly grants: readonly { readonly resource: string; readonly amount: number }[];
  readonly reason: string;
  /** Null: the server derives the claim key from player, staff member, grants, reason and date. */
  readonly rewardId: string | null;
}

const RESOURCES = [
  'lumees',
  'credits',
  'floor_tokens',
  'experience',
  'drop_charges',
  'auric_coins',
  'shards:fire',
];
/** It has no value, and servers give only what has one. */
const WITHOUT_VALUE = 'floor_tokens';
const MOST = Number.MAX_SAFE_INTEGER;

function staff(id: string): Actor {
  return { kind: 'staff', id };
}

/** Staff, or now and then a server, with an ID that staff may use as well. */
function drawActor(award: Award, { random, world }: Draw): Actor {
  const isForServers =
    award.rewardId !== null && award.grants.every(({ resource }) => resource !== WITHOUT_VALUE);
  return isForServers && random.chance(0.5)
    ? { kind: 'server', id: random.pick(world.servers) }
    : staff(drawStaff(world, random));
}

function drawAward(draw: Draw): Draft<Award> {
  const { random, world, number } = draw;
  const first = random.pick(RESOURCES);
  const second = random.pick(RESOURCES);
  const grants = [first, ...(random.chance(0.3) && second !== first ? [second] : [])].map((resource) => ({
    resource,
    // Sometimes more than the limit for one award.
    amount: random.chance(0.05) ? random.int(250, 900) : random.int(1, 90),
  }));
  const input = {
    ...{ grants, reason: `reason ${number}` },
    rewardId: random.chance(0.4) ? `promo-${world.seed}-${number}` : null,
  };
  const actor = drawActor(input, draw);
  // A server would create the player.
  const player = actor.kind === 'staff' && random.chance(0.03) ? world.ghost : subjectOf(draw);
  return { actor, player, input, ...drawExpectedVersion(draw) };
}

/** What a server's reward uses: in value, of one reward and of a day. The number of its rewards is counted and not bounded. */
function serverLimits({ grants }: Award, now: number, { values, servers }: Rules): LimitUse[] {
  const amount = grants.reduce((sum, one) => sum + one.amount * (values[one.resource] ?? 0), 0);
  const use = { period: periodAt('DAY', now), amount, about: {} };
  const { limitPerReward, budgetPerDay } = servers;
  const awards = { name: 'staff:awards', kind: '', bound: MOST };
  return [
    { ...use, subject: 'call', name: '', kind: 'SERVER_REWARD', bound: limitPerReward },
    { ...use, subject: 'server', name: 'staff:budget', kind: 'SERVER_DAILY_BUDGET', bound: budgetPerDay },
    { ...use, subject: 'server', ...awards, amount: 1 },
  ];
}

/** A derived key contains the date and a hash. Of the hash the model checks the form only. */
function claimKey(rewardId: string | null, recorded: string, day: string): string {
  if (rewardId !== null) return `reward:${rewardId}`;
  const [, hash = '<hash>'] = /:([0-9a-f]{32})$/.exec(recorded) ?? [];
  return `award:${day}:${hash}`;
}

/** One of many awards from a clerk who receives no other requests, or from a server. Together they exceed the daily budget. */
function drawRival({ actor, input: { reason } }: Draft<Award>, draw: Draw): Draft<Award> {
  const { random, world, number } = draw;
  const clerk = new Random(`${world.seed}/${reason}`).pick(world.clerks);
  const grants = [{ resource: 'credits', amount: random.int(60, 200) }];
  return {
    actor: actor.kind === 'server' ? actor : staff(clerk.id),
    player: subjectOf(draw),
    input: { grants, reason, rewardId: `crowd-${world.seed}-${number}` },
  };
}

function drawForbidden(draw: Draw): Draft<Award> {
  const { random, world } = draw;
  const award = drawAward(draw);
  return {
    ...award,
    actor: random.pick<Actor>([
      { kind: 'player', id: award.player },
      staff(world.staff.auditor.id),
      staff(world.stranger),
    ]),
    expectedFault: 'FORBIDDEN',
  };
}

function drawBoundary(draw: Draw): Draft<Award> {
  const { random, world } = draw;
  const award = { ...drawAward(draw), actor: staff(drawStaff(world, random)) };
  const server: Actor = { kind: 'server', id: random.pick(world.servers) };
  const one = (amount: number, resource = 'lumees') => ({ ...award.input, grants: [{ resource, amount }] });
  const wrong = (input: Award): Draft<Award> => ({ ...award, input, expectedFault: 'BAD_USER_INPUT' });
  // Close to the largest possible balance, so that the next award must be rejected.
  const whale = { actor: staff(world.staff.banker.id), player: world.whale };
  if (random.chance(0.3)) return { ...award, ...whale, input: one(MOST - random.int(0, 200)) };
  return random.pick<Draft<Award>>([
    wrong(one(0)),
    wrong(one(-1)),
    wrong(one(0.5)),
    wrong(one(2 ** 53)),
    wrong(one(1, 'no_such_resource')),
    wrong(one(1, 'stat_points')),
    wrong({ ...award.input, grants: [] }),
    { ...wrong({ ...award.input, rewardId: null }), actor: server },
    { ...wrong({ ...one(1, WITHOUT_VALUE), rewardId: 'of-a-server' }), actor: server },
    wrong({ ...award.input, reason: 'ab' }),
    wrong({ ...award.input, reason: 'a lone surrogate \ud800 here' }),
    wrong({ ...award.input, reason: 'a NUL \0 here' }),
    {
      ...award,
      input: { ...award.input, reason: `'); DROP TABLE onceward.players; --\n{"level":"info"}` },
    },
    { ...award, actor: staff(world.staff.chief.id), input: one(MOST) },
  ]);
}

const manualReward: Operation<Award> = {
  name: 'manualReward',
  weights: { manual: 7 },
  draw: drawAward,
  alterInput: (input, { random }) => ({
    ...input,
    grants: input.grants.map(({ resource, amount }) => ({ resource, amount: amount + random.int(1, 9) })),
  }),
  // A server would create the player who must not exist.
  drawSameClaim: (original, draw) =>
    original.player === draw.world.ghost ? original : { ...original, actor: drawActor(original.input, draw) },
  drawRival,
  drawForbidden,
  drawBoundary,
  toInput: ({ player, input: { grants, reason, rewardId } }) => ({
    playerId: player,
    grants: grants.map(({ resource, amount }) => ({ resource, amount })),
    reason,
    ...(rewardId !== null && { rewardId }),
  }),
  effect: ({ intent, rules, claim, day }) => ({
    kind: 'claim',
    type: 'manual_reward',
    key: claimKey(intent.input.rewardId, claim.key, day),
    limits: intent.actor.kind === 'server' ? serverLimits(intent.input, claim.claimedAt, rules) : [],
    postings: intent.input.grants
      .toSorted((a, b) => (a.resource < b.resource ? -1 : 1))
      .map(({ resource, amount }) => give(rules, resource, amount)),
  }),
};

export default manualReward;
