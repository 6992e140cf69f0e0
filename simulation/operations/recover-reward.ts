/** recoverReward: servers and staff pay pending rewards while the player may be claiming them. Exactly one of both pays. */
import { claimProgress } from '../game/progress.ts';
import type { Effect, EffectContext } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, recentIntents, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawStaff } from '../schedule/world.ts';

interface Recovery {
  readonly type: string;
  readonly key: string;
  readonly reason: string | null;
}

function drawActor({ random, world }: Draw): Actor {
  return random.chance(0.6)
    ? { kind: 'server', id: random.pick(world.servers) }
    : { kind: 'staff', id: drawStaff(world, random) };
}

function drawRecovery(draw: Draw): Draft<Recovery> {
  const { random, number } = draw;
  const announced = recentIntents(draw, 'announceReward');
  const reason = `never came back ${number}`;
  // Sometimes a reward that was never announced.
  if (draw.player !== undefined || announced.length === 0 || random.chance(0.06)) {
    const input = { type: 'pve_victory', key: `unheard-of-${number}`, reason };
    return { actor: drawActor(draw), player: subjectOf(draw), input };
  }
  const { player, input } = random.pick(announced);
  const { type, key } = input as Recovery;
  return { actor: drawActor(draw), player, input: { type, key, reason }, ...drawExpectedVersion(draw) };
}

function effect({ intent, rules, claim }: EffectContext<Recovery>): Effect {
  const { type, key } = intent.input;
  const { advances = [] } = claimProgress(type, claim.claimedAt, rules);
  return { kind: 'claim', type, key, paysPending: 'only', postings: [], advances };
}

function drawForbidden(draw: Draw): Draft<Recovery> {
  const recovery = drawRecovery(draw);
  const { random, world } = draw;
  const actor = random.pick<Actor>([
    { kind: 'player', id: recovery.player },
    { kind: 'staff', id: world.staff.auditor.id },
    { kind: 'staff', id: world.stranger },
  ]);
  return { ...recovery, actor, expectedFault: 'FORBIDDEN' };
}

function drawBoundary(draw: Draw): Draft<Recovery> {
  const recovery = drawRecovery(draw);
  const { random, world } = draw;
  const wrong = (input: Partial<Recovery>): Draft<Recovery> => ({
    ...recovery,
    actor: { kind: 'staff', id: world.staff.chief.id },
    input: { ...recovery.input, ...input },
    expectedFault: 'BAD_USER_INPUT',
  });
  const server: Actor = { kind: 'server', id: random.pick(world.servers) };
  return random.pick<Draft<Recovery>>([
    wrong({ reason: null }),
    wrong({ reason: 'ab' }),
    wrong({ key: 'a key with blanks' }),
    // Servers need no reason.
    { ...recovery, actor: server, input: { ...recovery.input, reason: null } },
  ]);
}

const recoverReward: Operation<Recovery> = {
  name: 'recoverReward',
  weights: { fresh: 1.5 },
  draw: drawRecovery,
  alterInput: (input, { number }) => ({ ...input, key: `altered-${number}` }),
  // Staff must give a reason, so a request without one stays with its server.
  drawSameClaim: (original, draw) =>
    original.input.reason === null ? original : { ...original, actor: drawActor(draw) },
  drawForbidden,
  drawBoundary,
  toInput: ({ player, input: { type, key, reason } }) => ({
    playerId: player,
    type,
    key,
    ...(reason !== null && { reason }),
  }),
  effect,
};

export default recoverReward;
