/**
 * Decides an operation and sends it to the kernel, which alone knows the current config and the time. Where the decision was made
 * under another config or for another time, nothing was recorded: it is made again.
 */
import { type Decision, type Intent, NO_CONFIG } from '../domain/decide.ts';
import type { Operation } from '../domain/operation.ts';
import type { Outcome, Stale } from '../domain/outcome.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import { writeLog } from '../log/log.ts';
import type { RequestContext } from '../schema/builder.ts';
import { graphqlErrors } from '../schema/errors.ts';
import { FaultError, type Observation } from './observe.ts';

/** A config that is published between two attempts, four times in a row, does not happen. */
const MAX_ATTEMPTS = 4;

interface Sending<Answer> {
  readonly intent: Omit<Intent, 'now' | 'rules' | 'correlationId' | 'clientCorrelationId'>;
  readonly decide: (intent: Intent) => Decision;
  readonly send: (operation: Operation, held: readonly string[]) => Promise<Answer>;
}

type ClockBehind = Extract<Outcome, { kind: 'clock_behind' }>;

/** The kernel's answer, and the decision that it answers. */
export interface Answered<Answer> extends Decision {
  readonly answer: Exclude<Answer, Stale | ClockBehind>;
  /** Null: the kernel answered a known key without a config. */
  readonly rules: BalanceRules | null;
}

export async function sendOperation<Answer extends { readonly kind: string }>(
  context: RequestContext,
  observation: Observation,
  { intent, decide, send }: Sending<Answer>,
): Promise<Answered<Answer>> {
  const { config } = context.services;
  const identified = { ...intent, ...correlationOf(context) };
  let rules = await config.loaded(context.correlationId);
  let { now } = context;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const decision = decide({ ...identified, now, rules });
    noteOperation(observation, decision.operation);
    const answer = await observation.timeDatabase(() => send(decision.operation, config.held()));
    if (answer.kind === 'clock_behind') throw clockBehind(context, answer as unknown as ClockBehind);
    if (!isStale(answer)) return { ...decision, answer: answer as Answered<Answer>['answer'], rules };
    if (answer.kind === 'stale_time') now = answer.at;
    else rules = await rulesOf(answer, context);
  }
  throw new LedgerUnavailable('the config or the day changed with every attempt');
}

/** Somebody has to correct the database's clock: it was set back, or ran ahead when the players' times were recorded. */
function clockBehind({ correlationId }: RequestContext, { seconds }: ClockBehind) {
  writeLog({ event: 'clock_behind', seconds }, correlationId);
  return graphqlErrors.clockBehind();
}

function correlationOf({ requestId, correlationId }: RequestContext) {
  const clientCorrelationId = correlationId === requestId ? null : correlationId;
  return { correlationId: requestId, clientCorrelationId };
}

function isStale(answer: { readonly kind: string }): answer is Stale {
  return answer.kind === 'stale_config' || answer.kind === 'stale_time';
}

/** The rules of the config that the kernel says is current. */
async function rulesOf(
  { current }: Extract<Stale, { kind: 'stale_config' }>,
  { services: { config } }: RequestContext,
): Promise<BalanceRules | null> {
  if (!current) throw new FaultError(NO_CONFIG);
  const adopted = await config.adoptCurrent(current);
  if (adopted.kind === 'rules') return adopted.rules;
  // Other requests may have evicted a document that was held: without rules the next answer brings it.
  if (current.document === null) return null;
  throw new FaultError({ ...NO_CONFIG, detail: adopted.why });
}

function noteOperation(
  observation: Observation,
  { claimType, claimKey, postings, configVersion }: Operation,
) {
  observation.note({
    ...(claimType && { claimType, claimKey }),
    ...(postings.length > 0 && { requested: sumByResource(postings) }),
    configVersion,
  });
}

export function sumByResource(
  moves: readonly { readonly resource: string; readonly delta: number }[],
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { resource, delta } of moves) sums[resource] = (sums[resource] ?? 0) + delta;
  return sums;
}
