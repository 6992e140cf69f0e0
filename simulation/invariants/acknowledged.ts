/**
 * I6, I8, I10 and I12 between journal and rows: everything acknowledged is recorded with exactly those numbers, a request that failed
 * left nothing behind, and no operation was decided at a state older than what had been acknowledged.
 */
import {
  type Answer,
  type Attempt,
  type BalanceChange,
  keyOf,
  type Receipt,
  type RewardClaim,
} from '../clients/journal.ts';
import { involved } from './answers.ts';
import { type ClaimRow, type EntryRow, placeOf, type Rows } from './rows.ts';
import { same, type Tally } from './tally.ts';
import { isHidden } from './visibility.ts';

interface Acknowledged {
  readonly attempts: readonly Attempt[];
  readonly rows: Rows;
  /** Only attempts that had ended by then, if the rows were read during the run. */
  readonly until?: number;
}

export function checkAcknowledged(
  tally: Tally,
  { attempts, rows, until = Number.POSITIVE_INFINITY }: Acknowledged,
): void {
  const claims = new Map(rows.claims.map((claim) => [`${claim.player}\n${claim.idempotencyKey}`, claim]));
  const calls = new Set(rows.calls.map(({ actor, idempotencyKey }) => `${actor}\n${idempotencyKey}`));
  const entries = Map.groupBy(rows.entries, placeOf);
  const byCorrelationId = new Map(rows.claims.map((claim) => [claim.sentCorrelationId, claim]));
  /** Keys that at least one valid request used. */
  const usable = new Set(attempts.filter(({ intent }) => !intent.expectedFault).map(keyOf));
  const compared = new Set<string>();
  const forbidden = new Set(rows.forbidden.map(({ correlationId }) => correlationId));
  checkForbidden(tally, attempts, rows);
  for (const attempt of attempts) {
    const { answer, ended, injected } = attempt;
    const key = keyOf(attempt);
    const claim = claims.get(key);
    const recorded = byCorrelationId.get(attempt.correlationId);
    if (recorded) {
      checkFreshness(tally, attempt, recorded);
      checkActor(tally, attempt, recorded);
    }
    if (attempt.secondMutation)
      tally.check('I8', recorded === undefined, () => ({
        what: `its document had two mutations, but it is recorded as ${recorded?.outcome}`,
        ...involved(attempt),
      }));
    if (!answer || ended > until) continue;
    if (answer.kind === 'fault' && answer.code === 'FORBIDDEN' && isForbiddenByKernel(attempt))
      tally.check('I10', forbidden.has(attempt.correlationId), () => ({
        what: `${attempt.intent.actor.id} was forbidden ${attempt.intent.operation}, and the audit does not say so`,
        ...involved(attempt),
      }));
    if (answer.kind === 'fault' && !answer.retryable && !usable.has(key))
      tally.check('I8', claim === undefined, () => ({
        what: `answered ${answer.code}, but recorded as ${claim?.outcome}`,
        ...involved(attempt),
      }));
    // A duplicate of the request may have been executed before or after it.
    if (answer.kind === 'fault' && answer.nothingDone && injected.client !== 'duplicate')
      tally.check('I8', recorded === undefined, () => ({
        what: `was answered that nothing was done, but recorded as ${recorded?.outcome}`,
        ...involved(attempt),
      }));
    if (answer.kind === 'call')
      tally.check('I6', calls.has(key), () => ({
        what: `${attempt.intent.operation} was answered, but its call is not recorded`,
        ...involved(attempt),
      }));
    if (answer.kind !== 'receipt' && answer.kind !== 'rejected') continue;
    tally.check('I6', claim !== undefined || (isKeyReused(answer) && calls.has(key)), () => ({
      what: `${attempt.intent.operation} was answered ${answer.kind}, but nothing is recorded`,
      ...involved(attempt),
    }));
    // All answers of a key are equal, which AnswerChecker checks, so one of them is enough.
    if (!claim || compared.has(key) || isKeyReused(answer)) continue;
    compared.add(key);
    const sides = [claim, ...(claim.counterparty ? [claim.counterparty] : [])];
    const recordedEntries = sides.flatMap((side) => entries.get(placeOf(side)) ?? []);
    if (answer.kind === 'receipt') checkReceipt(tally, attempt, answer.receipt, claim, recordedEntries);
    else checkRejection(tally, attempt, answer, claim);
  }
}

/** Mutations that staff may call: their row decides. */
const OF_STAFF: readonly string[] = [
  'applyDamage',
  'heal',
  'claimReward',
  'manualReward',
  'recoverReward',
  'reverseClaim',
  'takeResource',
  'freezePlayer',
  'unfreezePlayer',
];

function isForbiddenByKernel({ intent: { actor, operation } }: Attempt): boolean {
  return actor.kind === 'staff' && OF_STAFF.includes(operation);
}

/**
 * Each audited attempt that was forbidden is one of that staff member. It may be recorded, too: a second copy of its request can
 * arrive after the member was disabled.
 */
function checkForbidden(tally: Tally, attempts: readonly Attempt[], { forbidden }: Rows): void {
  const byCorrelationId = new Map(attempts.map((attempt) => [attempt.correlationId, attempt]));
  for (const { actorId, action, correlationId } of forbidden) {
    const intent = byCorrelationId.get(correlationId ?? '')?.intent;
    const isTheirs = intent?.actor.id === actorId && intent.operation === action;
    tally.check('I10', isTheirs, () => ({
      what: `the audit says that ${actorId} was forbidden ${action} (${correlationId}), which is no such attempt`,
      player: intent?.player ?? '',
    }));
  }
}

function isKeyReused(answer: Answer): boolean {
  return answer.kind === 'rejected' && answer.rejection.kind === 'IdempotencyKeyReused';
}

/** An operation observes every claim and every publication that was acknowledged before it started. */
function checkFreshness(tally: Tally, attempt: Attempt, claim: ClaimRow): void {
  const { acknowledgedVersion, acknowledgedNumber, acknowledgedConfig } = attempt;
  const { version, number, outcome, configVersion } = claim;
  const isFresh = version >= acknowledgedVersion && (number === null || number > acknowledgedNumber);
  tally.check('I12', isFresh, () => ({
    what:
      `was ${outcome} at version ${version} and number ${number}, after version ${acknowledgedVersion} and ` +
      `number ${acknowledgedNumber} were acknowledged`,
    ...involved(attempt),
  }));
  tally.check('I12', configVersion >= acknowledgedConfig, () => ({
    what: `was decided under config ${configVersion}, after the publication of ${acknowledgedConfig} was acknowledged`,
    ...involved(attempt),
  }));
}

/** A claim names the subject of the token that made it. */
function checkActor(tally: Tally, attempt: Attempt, { id, actorKind, actorId }: ClaimRow): void {
  const { actor } = attempt.intent;
  tally.check('I10', actorKind === actor.kind && actorId === actor.id, () => ({
    what: `the recorded actor is ${actorKind} ${actorId}, the token's subject was ${actor.kind} ${actor.id}`,
    ...involved(attempt),
    claims: [id],
  }));
}

function checkRejection(
  tally: Tally,
  attempt: Attempt,
  { rejection, correlationId }: Extract<Answer, { kind: 'rejected' }>,
  claim: ClaimRow,
): void {
  tally.check('I8', claim.outcome === 'rejected', () => ({
    what: `answered ${rejection.kind}, but recorded as ${claim.outcome}`,
    ...involved(attempt),
    claims: [claim.id],
  }));
  // Where another actor made the record, a player is shown the ID of their own request.
  const isShown = isHidden(claim, attempt.intent.actor) || claim.correlationId === correlationId;
  tally.check('I10', isShown, () => ({
    what: `the rejection has correlation ID ${correlationId}, its record ${claim.correlationId}`,
    ...involved(attempt),
  }));
}

function checkReceipt(
  tally: Tally,
  attempt: Attempt,
  { claim: shown, changes, counterpartyChanges }: Receipt,
  claim: ClaimRow,
  entries: readonly EntryRow[],
): void {
  const about = (what: string) => () => ({ what, ...involved(attempt), claims: [shown.id, claim.id] });
  const shownClaim = comparableClaim(shown);
  const hidden = isHidden(claim, attempt.intent.actor) && {
    idempotencyKey: null,
    correlationId: null,
    actorId: claim.actorKind,
  };
  const recordedClaim = comparableClaim({
    ...claim,
    ...hidden,
    playerId: claim.player,
    actorKind: claim.actorKind.toUpperCase(),
    playerVersion: claim.version,
    counterpartyId: claim.counterparty?.player ?? null,
  });
  tally.check(
    'I6',
    claim.outcome === 'granted' && same(shownClaim, recordedClaim),
    about(
      `the receipt shows ${JSON.stringify(shownClaim)}, ${claim.outcome} was ${JSON.stringify(recordedClaim)}`,
    ),
  );
  const shownEntries = [
    ...comparableEntries(changes, shown.playerId),
    ...comparableEntries(counterpartyChanges ?? [], shown.counterpartyId ?? 'nobody'),
  ];
  // Players do not see the other player's changes.
  const other = attempt.intent.actor.kind === 'player' ? [] : [claim.counterparty?.player];
  const recordedEntries = [claim.player, ...other].flatMap((player) =>
    comparableEntries(
      entries.filter((entry) => entry.player === player),
      player ?? '',
    ),
  );
  tally.check(
    'I6',
    same(shownEntries, recordedEntries),
    about(`the receipt shows ${shownEntries.join('; ')}, recorded are ${recordedEntries.join('; ')}`),
  );
}

function comparableEntries(changes: readonly BalanceChange[], player: string): string[] {
  return changes
    .map(({ resource, sequence, before, after, delta, requested, cause }) =>
      [player, resource, sequence, before, after, delta, requested, cause.toUpperCase()].join(' '),
    )
    .sort();
}

const COMPARED_FIELDS = [
  'id',
  'playerId',
  'type',
  'key',
  'idempotencyKey',
  'operation',
  'actorKind',
  'actorId',
  'configVersion',
  'correlationId',
  'playerVersion',
  'counterpartyId',
  'draws',
] as const;

function comparableClaim(claim: Pick<RewardClaim, (typeof COMPARED_FIELDS)[number]>) {
  return Object.fromEntries(COMPARED_FIELDS.map((field) => [field, claim[field]]));
}
