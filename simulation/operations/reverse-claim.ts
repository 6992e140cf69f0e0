/** reverseClaim: staff take back what was granted a moment ago, while the player spends it; reversals of reversals too. */
import { mutationDocument } from '../clients/document.ts';
import type { Effect, LedgerView, Move, Rejection, Step } from '../model/effect.ts';
import { COUNTER } from '../model/exchanges.ts';
import type { Rules } from '../model/rules.ts';
import type { Draw, Operation } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawPlayer } from '../schedule/world.ts';

interface Reversal {
  /** The number of the intent whose claim is taken back; null: a claim that nobody ever made. */
  readonly target: number | null;
  readonly ifInsufficient: 'REFUSE' | 'DEBT';
  readonly reason: string;
}

interface Moved {
  readonly player: string;
  readonly resource: string;
  readonly delta: number;
}

const NO_CLAIM = '00000000-0000-4000-8000-000000000000';
const RECENT = 60;

function drawReversal({ random, world, number, earlier }: Draw): Draft<Reversal> {
  const target = earlier.length > 0 ? random.pick(earlier.slice(-RECENT)) : null;
  const { chief, temp } = world.staff;
  return {
    actor: { kind: 'staff', id: random.chance(0.7) ? temp.id : chief.id },
    // Somebody else's claim is nobody's.
    player: target && !random.chance(0.05) ? target.player : drawPlayer(world, random),
    input: {
      target: target?.number ?? null,
      ifInsufficient: random.chance(0.3) ? 'DEBT' : 'REFUSE',
      reason: `mistake ${number}`,
    },
  };
}

function movesBack({ intent, sent, rules }: Step<Reversal>, ledger: LedgerView): readonly Move[] | Rejection {
  const claimId = String(sent.claimId);
  const original = ledger.grantedClaim(claimId);
  if (!original) return { kind: 'UnknownClaim', details: { claimId } };
  if (original.operation === 'reverseClaim') return { kind: 'NotReversible', details: { claimId } };
  const moved = new Map<string, Moved>();
  // What time had brought stays, and levels are judged by the experience that is left.
  for (const { player, resource, delta, cause } of original.moved) {
    if (cause !== 'operation') continue;
    const before = moved.get(`${player}\n${resource}`)?.delta ?? 0;
    moved.set(`${player}\n${resource}`, { player, resource, delta: before - delta });
  }
  const back = [...moved.values()]
    .map((one) => (one.resource === COUNTER ? { ...one, delta: recounted(one, claimId, ledger) } : one))
    .filter(({ delta }) => delta !== 0)
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
  const grown = back.flatMap((one) => grownUnder(one, rules, ledger));
  return [...grown, ...back].map(({ player, resource, delta }) => ({
    player,
    resource,
    delta,
    floor: intent.input.ifInsufficient === 'DEBT' ? null : 0,
    ceiling: null,
    clamp: false,
    accrual: rules.resources[resource]?.accrual ?? null,
    isCounter: resource === COUNTER,
  }));
}

/** A guarantee's counter becomes what it would be without the draws that are taken back. */
function recounted({ player, resource }: Moved, claimId: string, ledger: LedgerView): number {
  return ledger.countedWithout(claimId, resource) - (ledger.balances(player)[resource] ?? 0);
}

/** What grew under the limit that these points had raised is written down before they go, where it ever was before. */
function grownUnder({ player, resource: points }: Moved, { resources }: Rules, ledger: LedgerView): Moved[] {
  const held = ledger.balances(player);
  return Object.entries(resources).flatMap(([resource, { accrual }]) => {
    const upTo = accrual?.regenerates?.upTo;
    const follows = typeof upTo === 'object' && upTo.points === points;
    return follows && held[resource] !== undefined ? [{ player, resource, delta: 0 }] : [];
  });
}

function effect(step: Step<Reversal>): Effect {
  return {
    kind: 'claim',
    type: 'reversal',
    key: String(step.sent.claimId),
    takesBack: true,
    moves: (ledger) => movesBack(step, ledger),
    levels: { anew: true, intoDebt: step.intent.input.ifInsufficient === 'DEBT' },
  };
}

const reverseClaim: Operation<Reversal> = {
  name: 'reverseClaim',
  shares: { manual: 3 },
  document: mutationDocument({
    field: 'reverseClaim',
    inputType: 'ReverseClaimInput',
    refusals: [
      'AlreadyClaimed',
      'IdempotencyKeyReused',
      'InsufficientBalance',
      'LimitExceeded',
      'NotReversible',
      'UnknownClaim',
      'UnknownPlayer',
      'VersionConflict',
    ],
  }),
  draw: drawReversal,
  alter: (input) => ({ ...input, reason: `${input.reason}, or not` }),
  again: (original) => original,
  trespass: (draw) => {
    const reversal = drawReversal(draw);
    const { random, world } = draw;
    const actor = random.pick<Actor>([
      { kind: 'player', id: reversal.player },
      { kind: 'server', id: random.pick(world.servers) },
      { kind: 'staff', id: world.staff.auditor.id },
    ]);
    return { ...reversal, actor, refusal: 'FORBIDDEN' };
  },
  boundary: (draw) => {
    const reversal = drawReversal(draw);
    const reason = (text: string): Draft<Reversal> => ({
      ...reversal,
      input: { ...reversal.input, reason: text },
      refusal: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Reversal>>([
      reason(''),
      reason('x'.repeat(501)),
      { ...reversal, input: { ...reversal.input, target: null } },
    ]);
  },
  variables: ({ player, input: { target, ifInsufficient, reason } }, { claimIdOf }) => ({
    playerId: player,
    claimId: target === null ? NO_CLAIM : claimIdOf(target),
    ifInsufficient,
    reason,
  }),
  effect,
};

export default reverseClaim;
