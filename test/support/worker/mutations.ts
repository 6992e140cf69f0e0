/** Every mutation with everything that it can answer, so that tests compare whole answers. */
import { type Answer, freshKey, type SendOptions, send } from './service.ts';

const OUTCOME = `
  __typename
  ... on Receipt {
    claim { id playerId operation type key idempotencyKey actorKind actorId reason configVersion correlationId playerVersion claimedAt counterpartyId occurredAt draws { table outcome roll of guaranteed } }
    changes { resource before after delta requested cutOff sequence cause }
    counterpartyChanges { resource before after delta requested sequence cause }
    player { id version level experience { current levelBeganAt nextLevelAt } tier { name lifetimePoints next { name from missing } }
      unspentStatPoints stats { name points maximum } balances { resource amount regeneration { upTo nextUnitAt fullAt } } }
    levelBefore levelAfter tierBefore tierAfter replayed correlationId
  }
  ... on Rejection { code message correlationId }
  ... on IdempotencyKeyReused { fields }
  ... on VersionConflict { expected current }`;
/** For those that a limit can stop. */
const RECEIPT = `${OUTCOME}
  ... on LimitExceeded { limit ceilingOf bound remaining requested renewsAt }`;
const ORIGINAL =
  '... on AlreadyClaimed { claim { id correlationId idempotencyKey } changes { resource before after delta requested cutOff sequence cause } sourceKey { type key } }';

const CLAIM_REWARD = `mutation($input: ClaimRewardInput!) { result: claimReward(input: $input) { ${RECEIPT} ${ORIGINAL}
  ... on NotEligible { claimType why } ... on UnknownClaimType { claimType } ... on UnknownPlayer { playerId } } }`;
const MANUAL_REWARD = `mutation($input: ManualRewardInput!) { result: manualReward(input: $input) { ${RECEIPT} ${ORIGINAL}
  ... on UnknownPlayer { playerId } } }`;
const SPEND_STAT_POINTS = `mutation($input: SpendStatPointsInput!) { result: spendStatPoints(input: $input) { ${RECEIPT}
  ... on InsufficientBalance { resource available required } } }`;

// biome-ignore lint/suspicious/noExplicitAny: a union of everything that a mutation may answer
export type Result = any;
export type Sent = Answer<{ result: Result } | null>;

const mutation = (query: string) => (input: object, options: SendOptions) =>
  send<{ result: Result } | null>(query, { input: { idempotencyKey: freshKey(), ...input } }, options);

const REVERSE_CLAIM = `mutation($input: ReverseClaimInput!) { result: reverseClaim(input: $input) { ${RECEIPT} ${ORIGINAL}
  ... on InsufficientBalance { resource available required counterpartyId } ... on UnknownPlayer { playerId } ... on UnknownClaim { claimId }
  ... on NotReversible { claimId } } }`;

const INSUFFICIENT = '... on InsufficientBalance { resource available required counterpartyId }';
const EXCHANGE = `mutation($input: ExchangeInput!) { result: exchange(input: $input) { ${RECEIPT} ${INSUFFICIENT}
  ... on UnknownExchange { exchange } } }`;
const TRANSFER_RESOURCE = `mutation($input: TransferResourceInput!) { result: transferResource(input: $input) { ${RECEIPT} ${INSUFFICIENT}
  ... on UnknownPlayer { playerId } } }`;
const APPLY_DAMAGE = `mutation($input: ApplyDamageInput!) { result: applyDamage(input: $input) { ${OUTCOME} } }`;
const HEAL = `mutation($input: HealInput!) { result: heal(input: $input) { ${OUTCOME} } }`;
const ANNOUNCE_REWARD = `mutation($input: AnnounceRewardInput!) { result: announceReward(input: $input) { ${OUTCOME} ${ORIGINAL}
  ... on UnknownClaimType { claimType } } }`;
const RECOVER_REWARD = `mutation($input: RecoverRewardInput!) { result: recoverReward(input: $input) { ${RECEIPT} ${ORIGINAL}
  ... on NotAnnounced { claimType claimKey } ... on UnknownPlayer { playerId } } }`;

export const exchange = mutation(EXCHANGE);
export const transferResource = mutation(TRANSFER_RESOURCE);
export const applyDamage = mutation(APPLY_DAMAGE);
export const heal = mutation(HEAL);
export const announceReward = mutation(ANNOUNCE_REWARD);
export const recoverReward = mutation(RECOVER_REWARD);
export const claimReward = mutation(CLAIM_REWARD);
export const manualReward = mutation(MANUAL_REWARD);
export const spendStatPoints = mutation(SPEND_STAT_POINTS);
export const reverseClaim = mutation(REVERSE_CLAIM);

/** The code of the one fault that an answer must have instead of a result, and whether a retry may help. */
export function faultOf({ data, errors }: Sent): { code: string; retryable: boolean; field?: string } {
  if (data?.result || errors?.length !== 1) throw new Error(`no fault: ${JSON.stringify({ data, errors })}`);
  const { code, retryable, field } = (errors[0] as NonNullable<Sent['errors']>[number]).extensions;
  return { code, retryable, ...(field !== undefined && { field }) };
}

/** The result of an answer that must have one. */
export function resultOf({ data, errors }: Sent): Result {
  if (!data?.result) throw new Error(`no result: ${JSON.stringify(errors)}`);
  return data.result;
}

/** A receipt without what tells a replay from the original. */
export function original({ replayed: _, ...receipt }: Result): Result {
  return receipt;
}
