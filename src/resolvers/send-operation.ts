/**
 * Decides an operation and sends it to the kernel, which alone knows the current config, the time and the player. Where the
 * decision was made under another config, for another time, or on a state or zone that the player has left, nothing was recorded: it
 * is made again. A decision that reads the player takes one read first: two round trips instead of one.
 */
import { type Decision, type Intent, NO_CONFIG } from '../domain/decide.ts';
import type { Operation } from '../domain/operation.ts';
import type { Outcome, Stale } from '../domain/outcome.ts';
import { type NeededFacts, type PlayerSnapshot, unknownPlayer } from '../domain/player-facts.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { LedgerUnavailable } from '../ledger/failures.ts';
import { writeLog } from '../log/log.ts';
import type { RequestContext } from '../schema/builder.ts';
import { graphqlErrors } from '../schema/errors.ts';
import { FaultError, type Observation } from './observe.ts';

/** A config that is published between two attempts, or a zone that changes, four times in a row, does not happen. */
export const MAX_ATTEMPTS = 4;
/** How many states of the player a request is decided on: others may be granted something between each read and commit. */
const MAX_STATES = 3;

interface Sending<Answer> {
  readonly intent: Omit<
    Intent,
    'now' | 'rules' | 'player' | 'zones' | 'correlationId' | 'clientCorrelationId'
  >;
  readonly decide: (intent: Intent) => Decision;
  /** What a decision needs to know of the player; null: nothing was granted to them yet. */
  readonly read: (needed: NeededFacts) => Promise<PlayerSnapshot | null>;
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
  { intent, decide, read, send }: Sending<Answer>,
): Promise<Answered<Answer>> {
  const { config } = context.services;
  const identified = { ...intent, ...correlationOf(context) };
  let rules = await config.loaded(context.correlationId);
  let { now } = context;
  let player: PlayerSnapshot | null = null;
  let zones: string | null = null;
  let states = 0;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; ) {
    let decision = decide({ ...identified, now, rules, player, zones });
    const { needs } = decision;
    if (needs) {
      player = (await observation.timeDatabase(() => read(needs))) ?? unknownPlayer(now);
      decision = decide({ ...identified, now, rules, player, zones });
    }
    const { operation } = decision;
    noteOperation(observation, operation);
    const answer = await observation.timeDatabase(() => send(operation, config.held()));
    if (answer.kind === 'clock_behind') throw clockBehind(context, answer as unknown as ClockBehind);
    if (answer.kind === 'busy' && attempt < MAX_ATTEMPTS - 1) {
      // Another transaction holds what the operation needs, and the kernel did not wait: it could have waited for this one.
      attempt += 1;
      continue;
    }
    if (!isStale(answer)) return { ...decision, answer: answer as Answered<Answer>['answer'], rules };
    if (answer.kind === 'stale_player') {
      states += 1;
      if (states === MAX_STATES) throw graphqlErrors.playerBusy();
      player = null;
      continue;
    }
    attempt += 1;
    if (answer.kind === 'stale_zones') {
      zones = answer.zones;
    } else if (answer.kind === 'stale_time') {
      now = answer.at;
      // What was read holds as long as the player's number does; what has regenerated is computed for the new time.
      player = player && { ...player, at: now.toISOString() };
    } else {
      rules = await rulesOf(answer, context);
      // Other rules may read other values, and regenerate by other rows.
      player = null;
    }
  }
  throw new LedgerUnavailable('the config or the day changed with every attempt');
}

/** Somebody has to correct the database's clock: it was set back, or ran ahead when the players' times were recorded. */
export function clockBehind({ correlationId }: RequestContext, { seconds }: ClockBehind) {
  writeLog({ event: 'clock_behind', seconds }, correlationId);
  return graphqlErrors.clockBehind();
}

/** Ours, and the caller's text where one was sent. */
export function correlationOf({ requestId, correlationId }: RequestContext) {
  const clientCorrelationId = correlationId === requestId ? null : correlationId;
  return { correlationId: requestId, clientCorrelationId };
}

function isStale(answer: { readonly kind: string }): answer is Stale {
  return ['stale_config', 'stale_time', 'stale_player', 'stale_zones'].includes(answer.kind);
}

/** The rules of the config that the kernel says is current. */
export async function rulesOf(
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
  { claimType, claimKey, postings, source, configVersion }: Operation,
) {
  observation.note({
    ...(claimType && { claimType, claimKey }),
    // Those of a merge have no amounts: the ledger knows what the guest has.
    ...(postings.length > 0 && source.kind !== 'merge' && { requested: sumByResource(postings) }),
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
