/** applyDamage and heal as operations of the simulation: one server's blows meet another's healing, cut at 0 and at the maximum. */
import { mutationDocument } from '../clients/document.ts';
import { type Draw, drawExpectation, type Operation, subjectOf } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { give, type Move, take } from './effect.ts';
import type { Rules } from './rules.ts';

interface HealthChange {
  readonly amount: number;
  readonly source: string | null;
}

interface Kind {
  readonly name: 'applyDamage' | 'heal';
  readonly inputType: string;
  readonly claimType: string;
}

const DAMAGE: Kind = { name: 'applyDamage', inputType: 'ApplyDamageInput', claimType: 'damage' };
const HEALING: Kind = { name: 'heal', inputType: 'HealInput', claimType: 'healing' };

function drawChange(draw: Draw): Draft<HealthChange> {
  const { random, world, number } = draw;
  const amount = random.int(1, random.chance(0.2) ? 900 : 150);
  return {
    actor: { kind: 'server', id: random.pick(world.servers) },
    player: subjectOf(draw),
    input: { amount, source: random.chance(0.5) ? `encounter-${number}` : null },
    ...drawExpectation(draw),
  };
}

function boundary(draw: Draw): Draft<HealthChange> {
  const change = drawChange(draw);
  const wrong = (amount: number): Draft<HealthChange> => ({
    ...change,
    input: { ...change.input, amount },
    refusal: 'BAD_USER_INPUT',
  });
  const most = { ...change.input, amount: Number.MAX_SAFE_INTEGER };
  return draw.random.pick([wrong(0), wrong(-1), wrong(0.5), wrong(2 ** 53), { ...change, input: most }]);
}

function trespass(draw: Draw): Draft<HealthChange> {
  const { random, world } = draw;
  const change = drawChange(draw);
  const actor = random.pick<Actor>([
    { kind: 'player', id: change.player },
    { kind: 'staff', id: world.staff.chief.id },
  ]);
  return { ...change, actor, refusal: 'FORBIDDEN' };
}

function healthChange(
  { name, inputType, claimType }: Kind,
  move: (rules: Rules, amount: number) => Move,
): Operation<HealthChange> {
  return {
    name,
    shares: { spending: 2 },
    document: mutationDocument({
      field: name,
      inputType,
      refusals: ['IdempotencyKeyReused', 'VersionConflict'],
    }),
    draw: drawChange,
    alter: (input) => ({ ...input, amount: input.amount + 1 }),
    // A blow falls as often as somebody strikes: its key is its only name.
    again: () => null,
    trespass,
    boundary,
    variables: ({ player, input: { amount, source } }) => ({
      playerId: player,
      amount,
      ...(source !== null && { source }),
    }),
    effect: ({ intent: { key, input }, rules }) => ({
      kind: 'claim',
      type: claimType,
      key,
      moves: [{ ...move(rules, input.amount), clamp: true }],
    }),
  };
}

export const applyDamage: Operation<HealthChange> = {
  ...healthChange(DAMAGE, (rules, amount) => take(rules, 'health', amount)),
  balance: () => ({ document: { combat: { health: 'health' } }, numbers: {} }),
};
export const heal = healthChange(HEALING, (rules, amount) => give(rules, 'health', amount));
