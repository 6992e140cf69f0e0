/**
 * What every mutation does after it knows who asks for what: config → decide → commit in one request → shape the answer.
 * The decision is the domain's, the outcome is the kernel's; nothing is judged here.
 */
import { type Command, type Decision, NO_CONFIG } from '../domain/command.ts';
import { forbidden } from '../domain/fault.ts';
import type { OperationName } from '../domain/operation.ts';
import type { ChangeRecord, ClaimRecord, Outcome } from '../domain/outcome.ts';
import { type Receipt, receiptOf } from '../domain/receipt.ts';
import { rejectionMessage, type ToldRejection } from '../domain/rejection-message.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { commitOperation } from '../ledger/commit-operation.ts';
import type { OperationLine } from '../telemetry/log.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError, type Observation, observe } from './observe.ts';

/** A business "no", as a member of a mutation's result union. */
export interface RejectedAs<R extends ToldRejection> {
  readonly kind: 'rejected';
  readonly rejection: R;
  readonly message: string;
  /** Of the attempt that was told no first. */
  readonly correlationId: string;
  readonly original: { readonly claim: ClaimRecord; readonly changes: readonly ChangeRecord[] } | null;
}

type EachRejected<R extends ToldRejection> = R extends ToldRejection ? RejectedAs<R> : never;
export type RejectedResult = EachRejected<ToldRejection>;
/** The "no"s of these kinds. */
export type RefusalOf<K extends ToldRejection['kind']> = EachRejected<Extract<ToldRejection, { kind: K }>>;
/** The results of a mutation that can be refused in these ways. */
export type ResultOf<K extends ToldRejection['kind']> = Receipt | RefusalOf<K>;
export type MutationResult = ResultOf<ToldRejection['kind']>;

export interface Asked {
  readonly playerId: string;
  readonly idempotencyKey: string;
  readonly expectedVersion: number | null;
}

async function carryOut(
  context: RequestContext,
  observation: Observation,
  { asked, decide }: { asked: Asked; decide: (command: Command) => Decision },
): Promise<MutationResult> {
  const { services, correlationId, now } = context;
  observation.note({ player: asked.playerId });
  const answer = await services.config.current();
  const rules = answer.kind === 'rules' ? answer.rules : null;
  const { operation, fault } = decide({ ...asked, actor: requireActor(context), correlationId, now, rules });
  observation.note({
    ...(operation.claimType && { claimType: operation.claimType, claimKey: operation.claimKey }),
    ...(operation.postings.length > 0 && { requested: sumOf(operation.postings) }),
    configVersion: operation.configVersion,
  });

  const outcome = await observation.timeDatabase(() => {
    const committing = commitOperation(services.database, operation);
    // A client that hangs up must not cancel the transaction half-way: the Worker stays until it has an outcome.
    context.waitUntil(committing.catch(() => {}));
    return committing;
  });
  switch (outcome.kind) {
    case 'granted':
      return noted(observation, receiptOf(outcome, await rulesOfClaim(context, outcome, rules)));
    case 'rejected':
      return notedRejection(observation, outcome.rejection, outcome);
    case 'key_reused':
      return notedRejection(
        observation,
        { kind: 'idempotency_key_reused', fields: outcome.fields },
        { ...outcome, original: null },
      );
    case 'forbidden':
      throw new FaultError(forbidden(FORBIDDEN_STAFF[outcome.why]));
    case 'unknown_key':
      throw new FaultError(fault ?? NO_CONFIG);
  }
}

export const FORBIDDEN_STAFF = {
  unknown_staff: 'This staff member is not registered; an operator adds them with "npm run staff -- add"',
  disabled: 'This staff member has been disabled',
  role: 'The role of this staff member does not allow it',
} as const;

/** The rules of the claim's own version: the current ones, or those that came along with a replay from another time. */
async function rulesOfClaim(
  { services }: RequestContext,
  { config }: Extract<Outcome, { kind: 'granted' }>,
  current: BalanceRules | null,
): Promise<BalanceRules> {
  if (!config && current) return current;
  const adopted = config ? await services.config.adopt(config) : null;
  if (adopted?.kind !== 'rules') throw new FaultError(NO_CONFIG);
  return adopted.rules;
}

function noted(observation: Observation, receipt: Receipt): Receipt {
  const { type, key, configVersion, reason } = receipt.claim;
  const { replayed } = receipt;
  observation.note({
    code: 'RECEIPT',
    replayed,
    requested: null,
    amounts: sumOf(receipt.changes),
    claimType: type,
    claimKey: key,
    configVersion,
    reason,
  });
  return receipt;
}

export function sumOf(
  moves: readonly { readonly resource: string; readonly delta: number }[],
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { resource, delta } of moves) sums[resource] = (sums[resource] ?? 0) + delta;
  return sums;
}

export function notedRejection(
  observation: Observation,
  rejection: ToldRejection,
  {
    correlationId,
    original,
    ...outcome
  }: Pick<RejectedResult, 'correlationId' | 'original'> & { replayed?: boolean },
): RejectedResult {
  const message = rejectionMessage(rejection);
  observation.note({
    success: false,
    code: rejection.kind.toUpperCase(),
    error: message,
    replayed: outcome.replayed ?? false,
  });
  return { kind: 'rejected', rejection, message, correlationId, original } as RejectedResult;
}

/**
 * Authorises, then carries out and logs: the frame of every mutation. `refusals` are the "no"s that its SDL names; `about`
 * is what the log tells of a request that is refused before anything is decided.
 */
export function mutate<K extends ToldRejection['kind']>(
  context: RequestContext,
  { name, refusals, about }: { name: OperationName; refusals: readonly K[]; about: Partial<OperationLine> },
  prepare: () => Promise<{ asked: Asked; decide: (command: Command) => Decision }>,
): Promise<ResultOf<K>> {
  return observe(context, name, async (observation) => {
    observation.note(about);
    const result = await carryOut(context, observation, await prepare());
    return result.kind === 'rejected' ? requireNamed(name, result, refusals) : result;
  });
}

/** A "no" that the SDL does not name is a defect of ours, and no member of the result union. */
export function requireNamed<K extends ToldRejection['kind']>(
  name: string,
  result: RejectedResult,
  refusals: readonly K[],
): RefusalOf<K> {
  if ((refusals as readonly string[]).includes(result.rejection.kind)) return result as RefusalOf<K>;
  throw new Error(`${name} was refused as ${result.rejection.kind}, which its SDL does not name`);
}
