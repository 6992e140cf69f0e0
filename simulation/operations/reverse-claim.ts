/** reverseClaim: staff and servers take back recent claims, whole, in part or reopened, while the player spends what they gave. */
import { isReversibleType } from '../game/claim-types.ts';
import { COUNTERS } from '../game/draw-tables.ts';
import { exchangeNumbers } from '../game/exchanges.ts';
import { PROGRESS } from '../game/progress.ts';
import type { EarlierClaim, Effect, EffectContext, LedgerView, Posting, Rejection } from '../model/effect.ts';
import type { Rules } from '../model/rules.ts';
import type { Draw, Operation } from '../operation.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawPlayer } from '../schedule/world.ts';

interface Reversal {
  /** The number of the intent whose claim is reversed; null: a claim that does not exist. */
  readonly target: number | null;
  readonly ifInsufficient: 'REFUSE' | 'DEBT';
  readonly reopen: boolean;
  /** Null: all that is left. */
  readonly quantity: number | null;
  readonly reason: string;
}

interface Movement {
  readonly player: string;
  readonly resource: string;
  readonly delta: number;
  readonly restores?: Posting['restores'];
}

const NO_CLAIM = '00000000000000001';
const RECENT = 60;
const MOST = 100;

function drawReversal({ random, world, number, earlier }: Draw): Draft<Reversal> {
  const target = earlier.length > 0 ? random.pick(earlier.slice(-RECENT)) : null;
  const { chief, temp } = world.staff;
  const quantity = random.chance(target?.operation === 'exchange' ? 0.6 : 0.1) ? random.int(1, 4) : null;
  const staff = random.chance(0.7) ? temp.id : chief.id;
  return {
    actor: random.chance(0.3)
      ? { kind: 'server', id: random.pick(world.servers) }
      : { kind: 'staff', id: staff },
    // Sometimes another player, who has no such claim.
    player: target && !random.chance(0.05) ? target.player : drawPlayer(world, random),
    input: {
      target: target?.number ?? null,
      ifInsufficient: random.chance(0.3) ? 'DEBT' : 'REFUSE',
      reopen: random.chance(quantity === null ? 0.5 : 0.2),
      quantity,
      reason: `mistake ${number}`,
    },
  };
}

function isReversibleByServers(type: string, rules: Rules): boolean {
  if (type === 'progress' || isReversibleType(type, rules)) return true;
  return exchangeNumbers(rules).exchanges[type]?.reversible === true;
}

/** Why the claim cannot be taken back in this way. Null: it can. */
function refusal(
  { intent, sent, rules }: EffectContext<Reversal>,
  { operation, type, units, isDrawn, reversed, reversedBy, isReopened }: EarlierClaim,
): Rejection | null {
  const { quantity, reopen } = intent.input;
  const claimId = String(sent.claimId);
  const not = (why: string, remaining: number): Rejection => ({
    kind: 'NotReversible',
    details: { claimId, why, remaining },
  });
  if (operation === 'reverseClaim') return not('REVERSAL', 0);
  if (intent.actor.kind === 'server' && !isReversibleByServers(type, rules)) return not('NOT_BY_SERVERS', 0);
  const left = units - reversed;
  if (left === 0 && (!reopen || isReopened))
    return { kind: 'AlreadyClaimed', details: { claimId: reversedBy, sourceKey: null, reversedBy: null } };
  const part = quantity ?? left;
  if (part > left) return not('QUANTITY', left);
  if (part < units && left > 0 && isDrawn) return not('DRAWS', left);
  return reopen && part < left ? not('REOPEN', left) : null;
}

/** What a claim moved, for so many of its units. */
function share(delta: number, upTo: number, units: number): number {
  return Math.trunc((delta * upTo) / units);
}

function reversingPostings(
  context: EffectContext<Reversal>,
  ledger: LedgerView,
): readonly Posting[] | Rejection {
  const { intent, sent, rules } = context;
  const claimId = String(sent.claimId);
  const original = ledger.grantedClaim(claimId);
  if (!original) return { kind: 'UnknownClaim', details: { claimId } };
  const refused = refusal(context, original);
  if (refused) return refused;
  const { units, reversed } = original;
  const upTo = reversed + (intent.input.quantity ?? units - reversed);
  const moved = new Map<string, Movement>();
  // Opening balances and regeneration stay, and levels follow from the experience that is left.
  for (const { player, resource, delta, cause } of original.entries) {
    if (cause !== 'operation' && cause !== 'conversion') continue;
    const before = moved.get(`${player}\n${resource}`)?.delta ?? 0;
    const back = share(delta, reversed, units) - share(delta, upTo, units);
    moved.set(`${player}\n${resource}`, { player, resource, delta: before + back });
  }
  const back = [...moved.values()]
    .map((one) =>
      COUNTERS.includes(one.resource) ? { ...one, delta: counterDelta(one, claimId, ledger) } : one,
    )
    .map((one) => (isProgress(one) && upTo > reversed ? progressBack(one, claimId, ledger) : one))
    .filter(({ delta, restores }) => delta !== 0 || restores !== undefined)
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
  const regenerated = back.flatMap((one) => dependentRegeneration(one, rules, ledger));
  return [...regenerated, ...back].map((one) => ({
    ...one,
    floor: intent.input.ifInsufficient === 'DEBT' && !isProgress(one) ? null : 0,
    ceiling: null,
    clamp: isProgress(one),
    isCounter: COUNTERS.includes(one.resource) || isProgress(one),
  }));
}

function isProgress({ resource }: Movement): boolean {
  return PROGRESS.includes(resource);
}

function progressBack(one: Movement, claimId: string, ledger: LedgerView): Movement {
  const { delta, restores } = ledger.counterWithout(claimId, one.resource);
  return { ...one, delta, restores: restores ?? undefined };
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
  const claimId = String(context.sent.claimId);
  const { quantity, reopen, ifInsufficient } = context.intent.input;
  return {
    kind: 'claim',
    type: 'reversal',
    // The key of a later part has its number.
    key: (ledger) => {
      const parts = ledger.grantedClaim(claimId)?.parts ?? 0;
      return parts === 0 ? claimId : `${claimId}/${parts + 1}`;
    },
    reverses: { claimId, quantity, reopen },
    postings: (ledger) => reversingPostings(context, ledger),
    levels: { allowDebt: ifInsufficient === 'DEBT' },
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
      { kind: 'staff', id: world.staff.auditor.id },
    ]);
    return { ...reversal, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: (draw) => {
    const reversal = drawReversal(draw);
    const wrong = (input: Partial<Reversal>): Draft<Reversal> => ({
      ...reversal,
      input: { ...reversal.input, ...input },
      expectedFault: 'BAD_USER_INPUT',
    });
    return draw.random.pick<Draft<Reversal>>([
      wrong({ reason: '' }),
      wrong({ reason: 'x'.repeat(501) }),
      wrong({ quantity: 0 }),
      wrong({ quantity: -1 }),
      wrong({ quantity: 0.5 }),
      wrong({ quantity: MOST + 1 }),
      { ...reversal, input: { ...reversal.input, quantity: MOST } },
      { ...reversal, input: { ...reversal.input, target: null } },
    ]);
  },
  toInput: ({ player, input }, { claimIdOf }) => {
    const { target, ifInsufficient, reopen, quantity, reason } = input;
    return {
      playerId: player,
      claimId: target === null ? NO_CLAIM : claimIdOf(target),
      ifInsufficient,
      reopen,
      ...(quantity !== null && { quantity }),
      reason,
    };
  },
  effect,
};

export default reverseClaim;
