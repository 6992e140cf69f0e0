/** Where an operation's postings come from: the caller, an announced reward, or the claim that is reversed. */
import { unitValue } from './game.ts';
import {
  type BatchChoice,
  type BatchOperation,
  type BatchPosting,
  type BatchRejection,
  type BatchReversal,
  type BatchSourceKey,
  MAX_AMOUNT,
} from './operation.ts';
import { type OwnClaim, type PlayerState, placeOf } from './player.ts';
import type { BatchState } from './state.ts';

export interface Resolved {
  readonly kind: 'resolved';
  readonly claimKey: string;
  readonly postings: readonly BatchPosting[];
  readonly choices: readonly BatchChoice[];
  readonly counterpartyPostings: readonly BatchPosting[];
  readonly sourceKeys: readonly BatchSourceKey[];
  /** The config that the amounts come from, where it is another than the current one. */
  readonly amountsVersion: number | null;
  /** What counts towards the limits of a staff member: in value, and relics, which have a limit of their own. */
  readonly handedOut: number;
  readonly relics: number;
  /** Whether it pays a reward that was announced: it uses no limits. */
  readonly isPayment: boolean;
  readonly reversal: {
    readonly target: OwnClaim;
    readonly reversed: number;
    readonly reopens: boolean;
  } | null;
}

type Resolution = Resolved | { readonly kind: 'rejected'; readonly rejection: BatchRejection };

export function resolve(operation: BatchOperation, state: BatchState): Resolution {
  const { source, claim_type: type, claim_key: key } = operation;
  // What was announced is paid as announced, whatever the claim says.
  if (source === 'pending' || (source === 'postings' && state.me.pending.has(placeOf(type, key))))
    return resolvePending(operation, state);
  if (operation.reverses) return resolveReversal(operation, operation.reverses, state);
  const { postings, choices, counterparty_postings, source_keys, claim_key } = operation;
  return {
    kind: 'resolved',
    claimKey: claim_key,
    postings,
    choices,
    counterpartyPostings: counterparty_postings,
    sourceKeys: source_keys,
    amountsVersion: null,
    ...handedOut([...postings, ...counterparty_postings], state),
    isPayment: false,
    reversal: null,
  };
}

function handedOut(
  postings: readonly BatchPosting[],
  { published, version }: BatchState,
): Pick<Resolved, 'handedOut' | 'relics'> {
  const config = published.find((one) => one.version === version)?.config;
  const given = postings.filter(({ delta }) => delta > 0);
  return {
    handedOut: given.reduce(
      (sum, { resource, delta }) => sum + (config ? delta * unitValue(resource, config) : 0),
      0,
    ),
    relics: given.reduce((sum, { resource, delta }) => sum + (resource === 'relic' ? delta : 0), 0),
  };
}

function resolvePending({ claim_type, claim_key }: BatchOperation, { me, version }: BatchState): Resolution {
  const pending = me.pending.get(placeOf(claim_type, claim_key));
  if (!pending)
    return {
      kind: 'rejected',
      rejection: { kind: 'not_announced', claimType: claim_type, claimKey: claim_key },
    };
  return {
    kind: 'resolved',
    claimKey: claim_key,
    postings: pending.plan.postings,
    choices: pending.plan.choices,
    counterpartyPostings: [],
    sourceKeys: pending.plan.source_keys,
    amountsVersion: pending.configVersion === version ? null : pending.configVersion,
    handedOut: 0,
    isPayment: true,
    relics: 0,
    reversal: null,
  };
}

function resolveReversal(operation: BatchOperation, reverses: BatchReversal, state: BatchState): Resolution {
  const { me, other, handle } = state;
  const { claim_id: claimId, number, quantity: asked, reopen } = reverses;
  const reject = (rejection: BatchRejection): Resolution => ({ kind: 'rejected', rejection });
  const target = reverses.handle === `\\x${handle}` ? me.claims.get(number) : undefined;
  if (!target) return reject({ kind: 'unknown_claim', claimId });
  const forbidden =
    target.operation.source === 'reversal'
      ? 'reversal'
      : mayReverse(operation, target, state)
        ? null
        : 'not_by_servers';
  if (forbidden) return reject({ kind: 'not_reversible', claimId, why: forbidden, remaining: 0 });
  const { reversed, isReopened, isDrawn, operation: made } = target;
  const { units } = made;
  if (reversed === units && !(reopen && !isReopened))
    return reject({ kind: 'already_claimed', number: target.reversedBy, sourceKey: null, reversedBy: null });
  const quantity = asked ?? units - reversed;
  const why =
    quantity < Math.sign(units - reversed) || quantity > units - reversed
      ? 'quantity'
      : quantity < units && reversed < units && isDrawn
        ? 'draws'
        : reopen && reversed + quantity < units
          ? 'reopen'
          : null;
  if (why) return reject({ kind: 'not_reversible', claimId, why, remaining: units - reversed });
  const part = { target, from: reversed, to: reversed + quantity };
  const postings = postingsBack(reverses, me, part);
  const counterpartyPostings =
    other && target.counterparty === other.id ? postingsBack(reverses, other, part) : [];
  return {
    kind: 'resolved',
    choices: [],
    claimKey: target.parts === 0 ? operation.claim_key : `${operation.claim_key}/${target.parts + 1}`,
    postings,
    counterpartyPostings,
    sourceKeys: [],
    amountsVersion: null,
    ...handedOut([...postings, ...counterpartyPostings], state),
    isPayment: false,
    reversal: { target, reversed: part.to, reopens: reopen || isPending(me, target) },
  };
}

/** Servers take back what the config allows them. */
function mayReverse(
  { actor_kind }: BatchOperation,
  { operation: { claim_type } }: OwnClaim,
  { published, version }: BatchState,
): boolean {
  const current = published.find((one) => one.version === version);
  return actor_kind === 'staff' || current?.config.reversible.includes(claim_type) === true;
}

/** An announcement that is taken back before it is paid can be made again. */
function isPending({ pending }: PlayerState, { number }: OwnClaim): boolean {
  return [...pending.values()].some((one) => one.number === number);
}

interface Part {
  readonly target: OwnClaim;
  readonly from: number;
  readonly to: number;
}

/** What the target moved of this player's balances by its own postings, the other way round, for the units of this part. */
function postingsBack(
  { allow_debt, counters }: BatchReversal,
  player: PlayerState,
  { target, from, to }: Part,
): BatchPosting[] {
  const { units } = target.operation;
  const moved = new Map<string, number>();
  for (const { player: owner, resource, delta, cause } of target.entries) {
    if (owner !== player.id || cause !== 'operation') continue;
    const part = Math.trunc((delta * to) / units) - Math.trunc((delta * from) / units);
    moved.set(resource, (moved.get(resource) ?? 0) + part);
  }
  return [...moved]
    .map(([resource, delta]) => ({
      resource,
      delta: counters.includes(resource)
        ? countedWithout(player, target, resource) - (player.balances[resource] ?? 0)
        : -delta,
      floor: allow_debt ? -MAX_AMOUNT : 0,
      ceiling: MAX_AMOUNT,
      ceiling_per_unit: 0,
      ceiling_of: null,
      clamp: false,
    }))
    .filter(({ delta }) => delta !== 0)
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

/** Counts draw by draw what the counter would be, leaving out this claim and the claims that were reversed whole. */
function countedWithout({ claims }: PlayerState, target: OwnClaim, counter: string): number {
  let count = 0;
  for (const claim of claims.values()) {
    const isLeftOut = claim.number === target.number || claim.operation.source === 'reversal';
    if (isLeftOut || claim.reversed === claim.operation.units) continue;
    for (const { resource, delta, requested } of claim.entries)
      if (resource === counter) count = requested < 0 && claim.isDrawn ? 0 : count + delta;
  }
  return Math.max(count, 0);
}
