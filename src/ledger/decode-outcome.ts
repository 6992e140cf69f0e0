/** Turns the kernel's answers into outcomes of the domain: claim IDs for numbers, ISO 8601 for milliseconds. */
import type { Actor, Operator } from '../domain/actor.ts';
import { chosenIn, combatDetailOf } from '../domain/claim-detail.ts';
import { encodeClaimId } from '../domain/claim-id.ts';
import { usedLimit } from '../domain/limits.ts';
import type { Draw } from '../domain/moves.ts';
import type {
  Anchors,
  ChangeRecord,
  ClaimRecord,
  NamedConfig,
  OriginalClaim,
  Outcome,
  Preview,
  Stale,
} from '../domain/outcome.ts';
import type { Rejection, StoredRejection } from '../domain/rejections.ts';
import { placeOfOriginal } from './archive-place.ts';
import { ENTRY_CAUSES } from './columns.ts';
import { LedgerUnavailable } from './failures.ts';
import type {
  KernelActorOperation,
  KernelAnswer,
  KernelChange,
  KernelClaim,
  KernelConfigs,
  KernelNewGrant,
  KernelOperation,
  KernelOriginal,
  KernelOutcome,
  KernelPreviewAnswer,
  KernelReplay,
} from './kernel-contract.ts';

/** In the order of the operations. */
export function decodeOutcomes(
  { outcomes, ...configs }: KernelAnswer,
  operations: readonly (KernelOperation | KernelActorOperation)[],
): Outcome[] {
  return outcomes.map((outcome, index) =>
    decodeOutcome(outcome, operations[index] as KernelOperation | KernelActorOperation, configs),
  );
}

function decodeOutcome(
  outcome: KernelOutcome,
  operation: KernelOperation | KernelActorOperation,
  configs: KernelConfigs,
): Outcome {
  switch (outcome.kind) {
    case 'granted':
      return grantedOutcome(outcome.replayed ? outcome : grantOf(outcome, operation), operation, configs);
    case 'rejected':
      return rejectedOutcome(outcome);
    case 'archived':
      // Only a caller that reads the archive (read-archive.ts) can answer it.
      throw new LedgerUnavailable('the archive was not read');
    case 'key_reused':
      return { kind: 'key_reused', fields: outcome.fields, ...decodeAttempt(outcome) };
    case 'rate_limited':
      return { kind: 'rate_limited', retryAt: new Date(outcome.retryAt), of: outcome.of ?? 'player' };
    case 'stale_config':
      return staleOutcome(configs);
    case 'stale_time':
      return { kind: 'stale_time', at: new Date(outcome.at) };
    case 'stale_player':
    case 'stale_zones':
    case 'unknown_key':
    case 'forbidden':
    case 'busy':
    case 'clock_behind':
      return outcome;
  }
}

export function decodePreview({ preview, ...configs }: KernelPreviewAnswer): Preview {
  switch (preview.kind) {
    case 'preview': {
      const { kind, pending, playerVersion, changes, paidWith, becamePending, shown, balances } = preview;
      return {
        kind,
        pending,
        playerVersion,
        changes: decodeChanges(changes),
        paidWith,
        becamePending: becamePending ?? false,
        anchors: anchorsOf(changes),
        shown,
        balances,
      };
    }
    case 'rejected':
      return rejectedOutcome(preview);
    case 'stale_config':
      return staleOutcome(configs);
    case 'stale_time':
      return { kind: 'stale_time', at: new Date(preview.at) };
    case 'stale_player':
    case 'stale_zones':
    case 'unknown_key':
    case 'forbidden':
    case 'clock_behind':
      return preview;
  }
}

type KernelKind<Kind> = Extract<KernelOutcome, { kind: Kind }>;

/** A grant with its whole claim. */
export type Grant = Omit<KernelReplay, 'replayed' | 'claim'> & {
  readonly replayed: boolean;
  readonly claim: KernelClaim;
};

/** The answer to a new claim leaves out what its operation says. */
export function grantOf(granted: KernelNewGrant, operation: KernelOperation | KernelActorOperation): Grant {
  const { handle, number, version, key, configVersion, amountsVersion, counterpartyId, draws } = granted;
  const { replayed, changes, counterpartyChanges, shown, factsRead, limitsUsed } = granted;
  const { name, player, claim_type, idempotency_key, actor_kind, actor_id, reason } = operation;
  const claim = {
    handle,
    number,
    version,
    playerId: player ?? actor_id,
    operation: name,
    type: claim_type,
    key,
    idempotencyKey: idempotency_key,
    actorKind: actor_kind,
    actorId: actor_id,
    reason,
    configVersion,
    amountsVersion,
    correlationId: operation.correlation_id,
    clientCorrelationId: operation.client_correlation_id,
    claimedAt: Date.parse(granted.claimedAt),
    counterpartyId,
    draws,
    paidWith: granted.paidWith,
    becamePending: granted.becamePending,
    input: operation.input,
    occurredAt: operation.occurred_at === null ? null : Date.parse(operation.occurred_at),
    factsRead,
    limitsUsed,
  };
  return { kind: 'granted', replayed, claim, changes: changes ?? [], counterpartyChanges, shown };
}

function grantedOutcome(
  { replayed, archived = false, claim, changes, counterpartyChanges, shown }: Grant,
  operation: KernelOperation | KernelActorOperation,
  { configs = [] }: KernelConfigs,
): Outcome {
  return {
    kind: 'granted',
    replayed,
    archived,
    claim: decodeClaim(claim),
    changes: decodeChanges(changes),
    counterpartyChanges: counterpartyChanges && decodeChanges(counterpartyChanges),
    anchors: anchorsOf(changes),
    shown,
    config:
      // Another operation of the call may refer to the config that this one named.
      claim.configVersion === operation.config_version
        ? null
        : (configs.find(({ version }) => version === claim.configVersion) ?? null),
  };
}

function rejectedOutcome(rejected: KernelKind<'rejected'>): Extract<Outcome, { kind: 'rejected' }> {
  // A preview does not read the archive.
  const found = placeOfOriginal(rejected.original) ? null : rejected.original;
  return {
    kind: 'rejected',
    replayed: rejected.replayed,
    rejection: decodeRejection(rejected.rejection, found?.claim.handle ?? null),
    ...decodeAttempt(rejected),
    original: found && decodeOriginal(found),
  };
}

/** The attempt that took a key. */
export function decodeAttempt({ madeBy: actor, ...attempt }: KernelKind<'rejected' | 'key_reused'>): {
  actor: Actor | Operator;
  correlationId: string;
} {
  return { actor, correlationId: correlationOf(attempt, actor.kind).correlationId };
}

/** The config that the kernel says is current. */
export function staleOutcome({
  current = null,
  configs = [],
}: KernelConfigs): Extract<Stale, { kind: 'stale_config' }> {
  const document = configs.find(({ version }) => version === current?.version)?.document ?? null;
  const named: NamedConfig | null = current && { ...current, document };
  return { kind: 'stale_config', current: named };
}

/**
 * A stored rejection, with the IDs of the claim that was granted first and of its reversal instead of their numbers. `handle`: that
 * of their player; null: no claim is shown.
 */
export function decodeRejection(rejection: StoredRejection, handle: string | null): Rejection {
  if (rejection.kind === 'reward_expired') return { kind: rejection.kind, expiredAt: rejection.expiredAt };
  if (rejection.kind === 'unknown_reward')
    return { kind: rejection.kind, rewardId: encodeClaimId(rejection.handle, rejection.number) };
  if (rejection.kind === 'reward_held')
    return { kind: rejection.kind, rewardId: encodeClaimId(rejection.handle, rejection.number) };
  if (rejection.kind !== 'already_claimed') return rejection;
  const { kind, sourceKey, number, reversedBy } = rejection;
  if (handle === null || number === null) return { kind, sourceKey, claimId: null, reversedBy: null };
  const { guestHandle: claimant = handle } = rejection;
  return {
    kind,
    sourceKey,
    claimId: encodeClaimId(claimant, number),
    reversedBy: reversedBy && {
      claimId: encodeClaimId(claimant, reversedBy.number),
      reversedAt: isoTime(reversedBy.at),
    },
  };
}

function decodeOriginal({ claim, changes }: KernelOriginal): OriginalClaim {
  return { claim: decodeClaim(claim), changes: decodeChanges(changes) };
}

export function decodeClaim(claim: KernelClaim): ClaimRecord {
  const { playerId, operation, type, key, idempotencyKey, actorKind, actorId, reason } = claim;
  const { configVersion, amountsVersion, counterpartyId } = claim;
  return {
    id: encodeClaimId(claim.handle, claim.number),
    playerId,
    operation,
    type,
    key,
    idempotencyKey,
    actorKind,
    actorId,
    reason,
    configVersion,
    amountsVersion,
    ...correlationOf(claim, actorKind),
    playerVersion: claim.version,
    claimedAt: isoTime(claim.claimedAt),
    counterpartyId,
    draws: (claim.draws ?? []) as readonly Draw[],
    paidWith: claim.paidWith,
    becamePending: claim.becamePending ?? false,
    chosen: chosenIn(operation, claim.input),
    combat: combatDetailOf(operation, claim.input),
    occurredAt: claim.occurredAt === null ? null : isoTime(claim.occurredAt),
    factsRead: claim.factsRead,
    usedLimits: (claim.limitsUsed ?? []).map(([ofGame, counter, period, amount]) =>
      usedLimit(counter, { subject: ofGame ? 'game' : 'player', period, amount }),
    ),
  };
}

/** The entries among the changes. */
export function decodeChanges(changes: readonly KernelChange[]): ChangeRecord[] {
  return changes.flatMap(({ resource, before, delta, requested, sequence, cause }) => {
    if (sequence === null || cause === null) return [];
    const named = ENTRY_CAUSES[cause - 1] as ChangeRecord['cause'];
    return [{ resource, before, after: before + delta, delta, requested, sequence, cause: named }];
  });
}

/** Of each regenerating resource, the anchor of its last entry: the anchor of a change that is no entry is not in a replay. */
function anchorsOf(changes: readonly KernelChange[]): Anchors {
  return Object.fromEntries(
    changes.flatMap(({ resource, sequence, anchored_at: anchoredAt }) =>
      sequence === null || anchoredAt === null ? [] : [[resource, new Date(anchoredAt).toISOString()]],
    ),
  );
}

/**
 * The ID that files an attempt, and what a player sent. The kernel stores that behind the player's number and a slash, which no
 * correlation ID contains, so that it files nothing that anybody else looks for.
 */
export function correlationOf(
  attempt: { readonly correlationId: string; readonly clientCorrelationId: string | null },
  actorKind: KernelClaim['actorKind'],
): Pick<ClaimRecord, 'correlationId' | 'clientCorrelationId'> {
  const { correlationId, clientCorrelationId: client } = attempt;
  if (actorKind !== 'player') return { correlationId: client ?? correlationId, clientCorrelationId: null };
  return { correlationId, clientCorrelationId: client?.slice(client.indexOf('/') + 1) ?? null };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
