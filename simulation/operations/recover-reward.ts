/** recoverReward: servers and staff pay what was announced, while the player may be claiming it: one of them pays. */
import { mutationDocument } from '../clients/document.ts';
import { claimQuota } from '../model/claim-types.ts';
import type { Effect, Step } from '../model/effect.ts';
import { type Draw, drawExpectation, type Operation, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawStaff } from '../schedule/world.ts';

interface Recovery {
  readonly type: string;
  readonly key: string;
  readonly reason: string | null;
}

const RECENT = 120;

function drawActor({ random, world }: Draw): Actor {
  return random.chance(0.6)
    ? { kind: 'server', id: random.pick(world.servers) }
    : { kind: 'staff', id: drawStaff(world, random) };
}

function drawRecovery(draw: Draw): Draft<Recovery> {
  const { random, number, earlier } = draw;
  const announced = earlier.slice(-RECENT).filter(({ operation }) => operation === 'announceReward');
  const reason = `never came back ${number}`;
  // Now and then what nobody has announced.
  if (draw.player !== undefined || announced.length === 0 || random.chance(0.06)) {
    const input = { type: 'pve_victory', key: `unheard-of-${number}`, reason };
    return { actor: drawActor(draw), player: subjectOf(draw), input };
  }
  const { player, input } = random.pick(announced);
  const { type, key } = input as Recovery;
  return { actor: drawActor(draw), player, input: { type, key, reason }, ...drawExpectation(draw) };
}

function effect({ intent, rules, published, claim }: Step<Recovery>): Effect {
  const { type, key } = intent.input;
  const quota = claimQuota(type, rules);
  // The claim names the config that it was announced under; by which it was counted is not recorded.
  const granted = claim.row.outcome === 'granted';
  const bounds = granted ? published.map((each) => claimQuota(type, each)?.bound ?? 0) : [];
  return {
    kind: 'claim',
    type,
    key,
    paysOwed: true,
    quota: quota && { ...quota, bound: Math.max(quota.bound, ...bounds) },
    moves: [],
  };
}

const recoverReward: Operation<Recovery> = {
  name: 'recoverReward',
  shares: { fresh: 1.5 },
  document: mutationDocument({
    field: 'recoverReward',
    inputType: 'RecoverRewardInput',
    refusals: [
      'AlreadyClaimed',
      'IdempotencyKeyReused',
      'LimitExceeded',
      'NotAnnounced',
      'UnknownPlayer',
      'VersionConflict',
    ],
  }),
  draw: drawRecovery,
  alter: (input, { number }) => ({ ...input, key: `altered-${number}` }),
  // Where nobody says why, servers alone may ask.
  again: (original, draw) =>
    original.input.reason === null ? original : { ...original, actor: drawActor(draw) },
  trespass: (draw) => {
    const recovery = drawRecovery(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: recovery.player },
      { kind: 'staff', id: world.staff.auditor.id },
      { kind: 'staff', id: world.stranger },
    ]);
    return { ...recovery, actor, refusal: 'FORBIDDEN' };
  },
  boundary: (draw) => {
    const recovery = drawRecovery(draw);
    const { random, world } = draw;
    const wrong = (input: Partial<Recovery>): Draft<Recovery> => ({
      ...recovery,
      actor: { kind: 'staff', id: world.staff.chief.id },
      input: { ...recovery.input, ...input },
      refusal: 'BAD_USER_INPUT',
    });
    const server: Actor = { kind: 'server', id: random.pick(world.servers) };
    return random.pick<Draft<Recovery>>([
      wrong({ reason: null }),
      wrong({ reason: 'ab' }),
      wrong({ key: 'a key with blanks' }),
      // A server need not say why.
      { ...recovery, actor: server, input: { ...recovery.input, reason: null } },
    ]);
  },
  variables: ({ player, input: { type, key, reason } }) => ({
    playerId: player,
    type,
    key,
    ...(reason !== null && { reason }),
  }),
  effect,
};

export default recoverReward;
