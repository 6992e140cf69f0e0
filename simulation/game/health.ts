/** What applyDamage and heal have in common as operations of the simulation: health changes are cut off at 0 and at the maximum. */
import type { Posting } from '../model/effect.ts';
import type { Rules } from '../model/rules.ts';
import { type Draw, drawExpectedVersion, type Operation, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawStaff } from '../schedule/world.ts';

interface HealthChange {
  readonly amount: number;
  readonly source: string | null;
  /** Required of staff. */
  readonly reason: string | null;
}

/** The type of each damage is one of these. */
export const DAMAGE_TYPES = ['fire', 'ice'];

function drawChange(draw: Draw): Draft<HealthChange> {
  const { random, world, number } = draw;
  const amount = random.int(1, random.chance(0.2) ? 900 : 150);
  const isCorrection = random.chance(0.2);
  return {
    actor: isCorrection
      ? { kind: 'staff', id: drawStaff(world, random) }
      : { kind: 'server', id: random.pick(world.servers) },
    player: isCorrection && random.chance(0.03) ? world.ghost : subjectOf(draw),
    input: {
      amount,
      source: random.chance(0.5) ? `encounter-${number}` : null,
      reason: isCorrection ? `correction ${number}` : null,
    },
    ...drawExpectedVersion(draw),
  };
}

function drawBoundary(draw: Draw): Draft<HealthChange> {
  const change = drawChange(draw);
  const wrong = (amount: number): Draft<HealthChange> => ({
    ...change,
    input: { ...change.input, amount },
    expectedFault: 'BAD_USER_INPUT',
  });
  const most = { ...change.input, amount: Number.MAX_SAFE_INTEGER };
  const withoutReason: Draft<HealthChange> = {
    ...change,
    actor: { kind: 'staff', id: draw.world.staff.chief.id },
    input: { ...change.input, reason: null },
    expectedFault: 'BAD_USER_INPUT',
  };
  return draw.random.pick([
    ...[wrong(0), wrong(-1), wrong(0.5), wrong(2 ** 53), withoutReason],
    { ...change, input: most },
  ]);
}

function drawForbidden(draw: Draw): Draft<HealthChange> {
  const { random, world } = draw;
  const change = drawChange(draw);
  const actor = random.pick<Actor>([
    { kind: 'player', id: change.player },
    { kind: 'staff', id: world.staff.auditor.id },
    { kind: 'staff', id: world.stranger },
  ]);
  const input = { ...change.input, reason: 'a correction' };
  return { ...change, actor, input, expectedFault: 'FORBIDDEN' };
}

export function healthOperation(
  name: string,
  claimType: string,
  posting: (rules: Rules, amount: number) => Posting,
): Operation<HealthChange> {
  return {
    name,
    weights: { spending: 2 },
    draw: drawChange,
    alterInput: (input) => ({ ...input, amount: input.amount + 1 }),
    drawSameClaim: () => null,
    drawForbidden,
    drawBoundary,
    toInput: ({ player, input: { amount, source, reason } }) => ({
      playerId: player,
      amount,
      ...(source !== null && { source }),
      ...(reason !== null && { reason }),
      ...(claimType === 'damage' && { type: DAMAGE_TYPES[amount % DAMAGE_TYPES.length] as string }),
    }),
    effect: ({ intent: { key, input }, rules }) => ({
      kind: 'claim',
      type: claimType,
      key,
      corrects: true,
      postings: [{ ...posting(rules, input.amount), clamp: true }],
    }),
  };
}
