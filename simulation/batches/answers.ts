/** Checks each answer of a caller against the rows, and against the other answers under its key. */
import { same, type Tally } from '../invariants/tally.ts';
import type { BatchHistory } from './history.ts';
import {
  type BatchAttempt,
  type BatchChange,
  type BatchGranted,
  type BatchOperation,
  type BatchOutcome,
  grantOf,
  isOwn,
  isRetryable,
  keyOf,
} from './operation.ts';
import type { BatchRefusalRow, BatchRows } from './rows.ts';

/** The SQLSTATE of an operation that no caller may send. */
const INVALID = '22023';

interface AnswerContext {
  readonly claims: ReadonlyMap<string, BatchRows['claims'][0]>;
  readonly refusals: ReadonlyMap<string, BatchRefusalRow>;
  /** The numbers of calls with an operation that must fail. */
  readonly poisoned: ReadonlySet<number>;
  /** Players who have no refusals left today. */
  readonly limited: ReadonlySet<string>;
}

type Check = (invariant: 'I0' | 'I5' | 'I6' | 'I7' | 'I8' | 'I12', holds: boolean, what: string) => void;

/** One key has one outcome, which the rows confirm; what is no outcome is allowed for the operation. */
export function checkAnswers(tally: Tally, { attempts, rows, refusalsPerDay }: BatchHistory): void {
  const byKey = <Row extends { player: string; idempotencyKey: string }>(list: readonly Row[]) =>
    new Map(list.map((row) => [`${row.player}\n${row.idempotencyKey}`, row]));
  const refused = Map.groupBy(
    rows.refusals.filter(({ isKept }) => !isKept),
    ({ player }) => player,
  );
  for (const [player, { length }] of refused)
    tally.check('I8', length <= refusalsPerDay, () => ({
      what: `${length} refusals are recorded, at most ${refusalsPerDay} may be`,
      player,
    }));
  const limited = [...refused].filter(([, { length }]) => length >= refusalsPerDay);
  const context: AnswerContext = {
    claims: byKey(rows.claims),
    refusals: byKey(rows.refusals),
    poisoned: new Set(attempts.filter(({ intent }) => intent.isPoison).map(({ call }) => call)),
    limited: new Set(limited.map(([player]) => player)),
  };
  const first = new Map<string, object>();
  for (const attempt of attempts) {
    const { sent, outcome, size } = attempt;
    const check: Check = (invariant, holds, what) =>
      tally.check(invariant, holds, () => ({
        what: `${sent.name}: ${what}, answered ${JSON.stringify(outcome).slice(0, 300)}`,
        player: sent.player,
        evidence: [`key ${sent.idempotency_key}, call ${attempt.call} of ${size} operations`],
      }));
    checkOutcome(check, attempt, context);
    if (outcome.kind !== 'granted' && outcome.kind !== 'rejected') continue;
    // A refusal that was not recorded leaves the key free: the claim may be reopened and then be made under it.
    if (outcome.kind === 'rejected' && !context.refusals.has(keyOf(sent))) continue;
    const shown = comparable(outcome);
    const known = first.get(intentOf(attempt)) ?? shown;
    first.set(intentOf(attempt), known);
    check('I7', same(known, shown), `another outcome was ${difference(known, shown)}`);
  }
}

/**
 * A transfer whose giver can pay after all may find its recipient locked. An operation that holds keys of the whole game may find
 * late that it pays a pending reward with others.
 */
function mayBeBusyAlone({ counterparty, source, source_keys: keys }: BatchOperation): boolean {
  return counterparty !== null || source === 'pending' || keys.some(({ game }) => game);
}

function checkOutcome(check: Check, attempt: BatchAttempt, context: AnswerContext): void {
  const { sent, outcome, intent, size, call } = attempt;
  const row = context.claims.get(keyOf(sent));
  switch (outcome.kind) {
    case 'error': {
      const isPoisoned = outcome.code === INVALID && context.poisoned.has(call);
      check('I0', isRetryable(outcome) || isPoisoned, 'an error that no caller may see');
      break;
    }
    case 'busy':
      check('I0', size > 1 || mayBeBusyAlone(sent), 'an operation that is sent alone waits');
      break;
    case 'forbidden':
      check('I0', intent.isForbidden, 'the actor may act');
      break;
    case 'stale_config':
    case 'stale_time':
      check('I8', row?.correlationId !== sent.correlation_id, 'a stale operation is recorded');
      break;
    case 'rate_limited':
      check('I0', context.limited.has(sent.player), 'the player has refusals left');
      break;
    case 'granted':
      checkGrant(check, attempt, outcome, row);
      break;
    case 'rejected': {
      const refusal = context.refusals.get(keyOf(sent));
      const isUnrecorded = outcome.rejection.kind === 'already_claimed' && context.limited.has(sent.player);
      const isRecorded = refusal !== undefined && same(refusal.rejection, outcome.rejection);
      check('I7', isUnrecorded || isRecorded, 'it is not recorded');
      check('I7', isUnrecorded || row === undefined, 'it was granted');
      check('I8', !isOwn(sent) || refusal?.isKept === true, 'a refusal of its actor expires');
      break;
    }
  }
}

function checkGrant(
  check: Check,
  { sent, intent, acknowledgedNumber, acknowledgedConfig }: BatchAttempt,
  outcome: BatchGranted,
  row: BatchRows['claims'][0] | undefined,
): void {
  const { number, version, configVersion } = grantOf(outcome);
  const isRecorded = row?.number === number && row.version === version && row.configVersion === configVersion;
  const isPermitted = !intent.isPoison && !intent.isForbidden;
  check('I6', isRecorded && isPermitted, `recorded as number ${row?.number}`);
  if (outcome.replayed) return;
  const isFresh = number > acknowledgedNumber && configVersion >= acknowledgedConfig;
  check('I12', isFresh, `after number ${acknowledgedNumber} and config ${acknowledgedConfig}`);
  check('I5', row?.correlationId === sent.correlation_id, 'another attempt made the claim');
}

/** What a replay repeats. */
function comparable(outcome: BatchOutcome): object {
  if (outcome.kind !== 'granted') return { ...outcome, replayed: null };
  const entries = (changes: readonly BatchChange[] | null) =>
    (changes ?? []).flatMap(({ resource, before, delta, requested, sequence, cause, anchored_at }) =>
      sequence === null ? [] : [[resource, before, delta, requested, sequence, cause, anchored_at]],
    );
  const { changes, counterpartyChanges, shown } = outcome;
  const { handle, number, version, key, configVersion, amountsVersion, counterpartyId, draws, claimedAt } =
    grantOf(outcome);
  const claim = { handle, number, version, key, configVersion, amountsVersion, counterpartyId, draws };
  return {
    ...claim,
    claimedAt: new Date(claimedAt).getTime(),
    changes: entries(changes),
    counterpartyChanges: entries(counterpartyChanges),
    shown,
  };
}

/** The members in which two outcomes differ. */
function difference(one: object, other: object): string {
  const others = new Map(Object.entries(other));
  return Object.entries(one)
    .filter(([name, value]) => !same(value, others.get(name)))
    .map(([name, value]) => `${name} ${JSON.stringify(value)} and ${JSON.stringify(others.get(name))}`)
    .join(', ');
}

function intentOf({ sent }: BatchAttempt): string {
  return `${keyOf(sent)}\n${sent.fingerprint}`;
}
