/** Turns an Operation of the domain into the kernel's parameters. It decides nothing. */
import type { LimitUse } from '../domain/limits.ts';
import type { Choice, Conversion, Posting, Requirement, Reset } from '../domain/moves.ts';
import type { AnnouncedPlan, Operation, Source, StaffTerms } from '../domain/operation.ts';
import type { ScopedSourceKey } from '../domain/rejections.ts';
import { MAX_AMOUNT } from '../domain/values.ts';
import { REWARD_ORIGINS } from './columns.ts';
import type {
  KernelActorOperation,
  KernelChoice,
  KernelLimitUse,
  KernelOperation,
  KernelPlan,
  KernelPosting,
  KernelRequirement,
  KernelSourceKey,
  KernelStaffTerms,
} from './kernel-contract.ts';
import type { KernelConversion } from './kernel-postings.ts';

export function encodeOperation(operation: Operation): KernelOperation {
  const { actor, counterparty, source, staff, permission } = operation;
  return {
    mode: operation.mode,
    name: operation.name,
    player: operation.playerId,
    creates_player: operation.createsPlayer,
    actor_kind: actor.kind,
    actor_id: actor.id,
    permission,
    idempotency_key: operation.idempotencyKey,
    fingerprint: uuidOf(operation.fingerprint),
    input: operation.input,
    correlation_id: operation.correlationId,
    client_correlation_id: operation.clientCorrelationId,
    reason: operation.reason,
    config_version: operation.configVersion,
    config_sha256: operation.configSha256,
    holds_from: operation.holdsFrom ?? '-infinity',
    holds_until: operation.holdsUntil ?? 'infinity',
    claim_type: operation.claimType,
    claim_key: operation.claimKey,
    source_keys: operation.sourceKeys.map(sourceKeyOf),
    expected_version: operation.expectedVersion,
    decided_on: operation.decidedOn,
    facts_read: operation.factsRead,
    zones_seen: operation.zones?.seen ?? null,
    zones_next: operation.zones?.next ?? null,
    rejection: operation.rejection,
    source: source.kind,
    requires: operation.requires.map(requirementOf),
    resources: operation.resources,
    postings: operation.postings.map(postingOf),
    advances: operation.advances.map(postingOf),
    choices: operation.choices.map(choiceOf),
    milestones: operation.milestones,
    counterparty: counterparty?.playerId ?? null,
    counterparty_postings: counterparty?.postings.map(postingOf) ?? [],
    limits: operation.limits.map(limitUseOf),
    age: operation.age,
    staff: staff && staffTermsOf(staff),
    units: operation.units,
    announces: source.kind === 'announcement' ? announcedBy(source) : null,
    on_full: operation.onFull && {
      origin: REWARD_ORIGINS.indexOf(operation.onFull.origin) + 1,
      message: operation.onFull.message,
    },
    reverses: source.kind === 'reversal' ? reversedBy(source) : null,
    redeems: source.kind === 'code' ? source.digest : null,
    shown: operation.shown,
    accepts_gifts: operation.acceptsGifts,
    freezes: operation.freezes,
    occurred_at: operation.occurredAt,
    server: serverTermsOf(operation),
    merges: source.kind === 'merge' ? mergedBy(source) : null,
  };
}

/** The JSON of an operation. What is null is left out: the kernel reads it as null, and reading it costs Postgres more. */
export function operationText(operation: KernelOperation): string {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(operation)) if (value !== null) given[name] = value;
  return JSON.stringify(given);
}

/** An operation of staff or a game server that belongs to its actor: it concerns no player and no balance. */
export function encodeOwnOperation(operation: Operation): KernelActorOperation {
  const own = { player: null, creates_player: false, resources: [], shown: [], staff: null } as const;
  const kind = operation.actor.kind === 'server' ? 'server' : 'staff';
  return { ...encodeOperation(operation), ...own, actor_kind: kind };
}

/** The first 128 bits. Postgres stores a UUID in 16 bytes and accepts any digits in one. */
export function uuidOf(sha256: string): string {
  const part = (from: number, to: number) => sha256.slice(from, to);
  return `${part(0, 8)}-${part(8, 12)}-${part(12, 16)}-${part(16, 20)}-${part(20, 32)}`;
}

export function postingOf({
  resource,
  delta,
  floor,
  ceiling,
  atLimit,
  reset,
  converts,
}: Posting): KernelPosting {
  // A bound that the rules do not set is that of SafeInt, where nothing is clamped.
  const isBounded = (delta < 0 ? floor : ceiling) !== null;
  return {
    resource,
    delta,
    floor: floor ?? -MAX_AMOUNT,
    ...ceilingOf(ceiling),
    clamp: atLimit === 'clamp' && isBounded,
    ...(reset && resetOf(reset)),
    ...(converts && { converts: conversionOf(converts) }),
  };
}

function ceilingOf(
  ceiling: Posting['ceiling'],
): Pick<KernelPosting, 'ceiling' | 'ceiling_per_unit' | 'ceiling_of'> {
  const limit = typeof ceiling === 'object' && ceiling !== null ? ceiling : null;
  return {
    ceiling: typeof ceiling === 'number' ? ceiling : (limit?.base ?? MAX_AMOUNT),
    ceiling_per_unit: limit?.perUnit ?? 0,
    ceiling_of: limit?.resource ?? null,
  };
}

function conversionOf({ resource, rate, ceiling, atLimit }: Conversion): KernelConversion {
  return { resource, rate, ...ceilingOf(ceiling), clamp: atLimit === 'clamp' && ceiling !== null };
}

function requirementOf({ counter, atLeast, reset }: Requirement): KernelRequirement {
  return { counter, at_least: atLeast, ...resetOf(reset) };
}

function resetOf({ before, by }: Reset): { reset_before: string; reset_by: number | null } {
  return { reset_before: before ?? '-infinity', reset_by: by };
}

function choiceOf({ oneOf }: Choice): KernelChoice {
  return {
    one_of: oneOf.map(({ when, draws, postings, paidWith }) => ({
      when: when.map(({ resource, atLeast }) => ({ resource, at_least: atLeast })),
      draws,
      postings: postings.map(postingOf),
      ...(paidWith !== undefined && { paid_with: paidWith }),
    })),
  };
}

function sourceKeyOf({ scope, type: resource, key }: ScopedSourceKey): KernelSourceKey {
  return { game: scope === 'game', resource, key };
}

export function limitUseOf(use: LimitUse): KernelLimitUse {
  const { subject, name, period, resource, amount, bound, about } = use;
  return {
    kind: subject,
    name,
    period: period.name,
    // Outside of a season nothing is left, whatever was used.
    since: period.isRunning ? (period.begins ?? '-infinity') : 'infinity',
    claim_type: use.claimType,
    shares_with: use.sharesWith,
    resource,
    amount,
    bound,
    rejection: use.limit,
    about,
    renews_at: use.renewsAt,
  };
}

function serverTermsOf({ actor, name }: Operation): KernelOperation['server'] {
  if (actor.kind !== 'server' || !actor.token) return null;
  const { keyId, scope } = actor.token;
  return {
    key_id: keyId,
    operation: actor.operation ?? name,
    claim_types: scope.claimTypes,
    largest_amount: scope.largestAmount,
  };
}

function staffTermsOf({ day, renewsAt }: StaffTerms): KernelStaffTerms {
  return { day, renews_at: renewsAt };
}

function announcedBy({
  announces: { claimType, claimKey, plan, origin, expiresAt, message },
}: Extract<Source, { kind: 'announcement' }>): KernelOperation['announces'] {
  return {
    claim_type: claimType,
    claim_key: claimKey,
    plan: encodePlan(plan),
    origin: REWARD_ORIGINS.indexOf(origin) + 1,
    expires_at: expiresAt,
    message,
  };
}

export function encodePlan({
  resources,
  postings,
  choices,
  sourceKeys,
  onExpiry,
}: AnnouncedPlan): KernelPlan {
  return {
    resources,
    postings: postings.map(postingOf),
    choices: choices.map(choiceOf),
    source_keys: sourceKeys.map(sourceKeyOf),
    on_expiry: onExpiry.map(postingOf),
  };
}

function mergedBy({
  takes,
  counters,
  keeps,
  limits,
}: Extract<Source, { kind: 'merge' }>): KernelOperation['merges'] {
  return { takes, counters: counters.map(postingOf), keeps, limits: limits.map(limitUseOf) };
}

function reversedBy(source: Extract<Source, { kind: 'reversal' }>): KernelOperation['reverses'] {
  const { claimId, handle, number, quantity, reopen, allowDebt, counters } = source;
  return {
    claim_id: claimId,
    handle: `\\x${handle}`,
    number,
    quantity,
    reopen,
    allow_debt: allowDebt,
    counters,
  };
}
