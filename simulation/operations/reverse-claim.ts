/** reverseClaim: staff take back recent claims, including reversals, while the player spends what they gave. */
import { COUNTER } from '../game/exchanges.ts';
import type { Effect, EffectContext, LedgerView, Posting, Rejection } from '../model/effect.ts';
import type { Rules } from '../model/rules.ts';
import type { Draw, Operation } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawPlayer } from '../schedule/world.ts';

interface Reversal {
  /** The number of the intent whose claim is reversed; null: a claim that does not exist. */
  readonly target: number | null;
  readonly ifInsufficient: 'REFUSE' | 'DEBT';
  readonly reason: string;
}

interface Movement {
  readonly player: string;
  readonly resource: string;
  readonly delta: number;
}

const NO_CLAIM = '00000000000000001';
const RECENT = 60;

function drawReversal({ random, world, number, earlier }: Draw): Draft<Reversal> {
  const target = earlier.length > 0 ? random.pick(earlier.slice(-RECENT)) : null;
  const { chief, temp } = world.staff;
  return {
    actor: { kind: 'staff', id: random.chance(0.7) ? temp.id : chief.id },
    // Sometimes another player, who has no such claim.
    player: target && !random.chance(0.05) ? target.player : drawPlayer(world, random),
    input: {
      target: target?.number ?? null,
      ifInsufficient: random.chance(0.3) ? 'DEBT' : 'REFUSE',
      reason: `mistake ${number}`,
    },
  };
}

function reversingPostings(
  { intent, sent, rules }: EffectContext<Reversal>,
  ledger: LedgerView,
): readonly Posting[] | Rejection {
  const claimId = String(sent.claimId);
  const original = ledger.grantedClaim(claimId);
  if (!original) return { kind: 'UnknownClaim', details: { claimId } };
  if (original.operation === 'reverseClaim') return { kind: 'NotReversible', details: { claimId } };
  const moved = new Map<string, Movement>();
  // Opening balances and regeneration stay, and levels follow from the experience that is left.
  for (const { player, resource, delta, cause } of original.entries) {
    if (cause !== 'operation') continue;
    const before = moved.get(`${player}\n${resource}`)?.delta ?? 0;
    moved.set(`${player}\n${resource}`, { player, resource, delta: before - delta });
  }
  const back = [...moved.values()]
    .map((one) => (one.resource === COUNTER ? { ...one, delta: counterDelta(one, claimId, ledger) } : one))
    .filter(({ delta }) => delta !== 0)
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
  const regenerated = back.flatMap((one) => dependentRegeneration(one, rules, ledger));
  return [...regenerated, ...back].map(({ player, resource, delta }) => ({
    player,
    resource,
    delta,
    floor: intent.input.ifInsufficient === 'DEBT' ? null : 0,
    ceiling: null,
    clamp: false,
    isCounter: resource === COUNTER,
  }));
}

/** A guarantee's counter becomes what it would be without the reversed draws. */
function counterDelta({ player, resource }: Movement, claimId: string, ledger: LedgerView): number {
  return ledger.countedWithout(claimId, resource) - (ledger.balances(player)[resource] ?? 0);
}

/** Before points are taken out of a stat, regeneration up to the maximum that they gave is recorded, for existing balances. */
function dependentRegeneration(
  { player, resource: points }: Movement,
  { resources }: Rules,
  ledger: LedgerView,
): Movement[] {
  const held = ledger.balances(player);
  return Object.entries(resources).flatMap(([resource, { regeneration }]) => {
    const upTo = regeneration?.rate?.upTo;
    const depends = typeof upTo === 'object' && upTo.points === points;
    return depends && held[resource] !== undefined ? [{ player, resource, delta: 0 }] : [];
  });
}

function effect(context: EffectContext<Reversal>): Effect {
  return {
    kind: 'claim',
    type: 'reversal',
    key: String(context.sent.claimId),
    isReversal: true,
    postings: (ledger) => reversingPostings(context, ledger),
    levels: { allowDebt: context.intent.input.ifInsufficient === 'DEBT' },
  };
}

const reverseClaim: Operation<Reversal> = {
  name: 'reverseClaim',
  weights: { manual: 3 },
  draw: drawReversal,
  alterInput: (input) => ({ ...input, reason: `${input.reason}, or not` }),
  drawSameClaim: (original) => original,
  drawForbidden: (draw) => {
    const reversal = drawReversal(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: reversal.player },
      { kind: 'server', id: random.pick(world.servers) },
      { kind: 'staff', id: world.staff.auditor.id },
    ]);
    return { ...reversal, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: (draw) => {
    const reversal = drawReversal(draw);
    const wrong = (reason: string): Draft<Reversal> => ({
      ...reversal,
      input: { ...reversal.input, reason },
      expectedFault: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Reversal>>([
      wrong(''),
      wrong('x'.repeat(501)),
      { ...reversal, input: { ...reversal.input, target: null } },
    ]);
  },
  toInput: ({ player, input: { target, ifInsufficient, reason } }, { claimIdOf }) => ({
    playerId: player,
    claimId: target === null ? NO_CLAIM : claimIdOf(target),
    ifInsufficient,
    reason,
  }),
  effect,
};

export default reverseClaim;
