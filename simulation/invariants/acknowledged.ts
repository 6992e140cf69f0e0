/**
 * I6, I8 and I12 between journal and rows: what a client was told is there to the last number, what was refused outright
 * left nothing behind, and nothing was judged at a state older than what had been acknowledged.
 */
import type { Attempt, ClaimSeen, ReceiptSeen } from '../clients/journal.ts';
import { same, type Tally } from './finding.ts';
import { concerns, keyOf } from './observer.ts';
import type { ClaimRow, EntryRow, Rows } from './rows.ts';

/** `until`: only attempts that had ended by then, where the rows were read while the run goes on. */
export function judgeAcknowledged(
  tally: Tally,
  {
    attempts,
    rows,
    until = Number.POSITIVE_INFINITY,
  }: { attempts: readonly Attempt[]; rows: Rows; until?: number },
): void {
  const claims = new Map(rows.claims.map((claim) => [`${claim.player}\n${claim.idempotencyKey}`, claim]));
  const entries = Map.groupBy(rows.entries, ({ claimId }) => claimId);
  const recorded = new Map(rows.claims.map((claim) => [claim.correlationId, claim]));
  /** Keys of which some request may have been carried out. */
  const claimable = new Set(attempts.filter(({ intent }) => !intent.refusal).map(keyOf));
  const judged = new Set<string>();
  for (const attempt of attempts) {
    const { answer, ended, intent } = attempt;
    const claim = claims.get(keyOf(attempt));
    const recorder = recorded.get(attempt.correlationId);
    if (recorder) judgeFreshness(tally, attempt, recorder);
    if (recorder) judgeActor(tally, attempt, recorder);
    if (!answer || ended > until) continue;
    if (answer.kind === 'fault' && !answer.retryable && !claimable.has(keyOf(attempt)))
      tally.check('I8', claim === undefined, () => ({
        what: `refused as ${answer.code}, and recorded as ${claim?.outcome}`,
        ...concerns(attempt),
      }));
    if (answer.kind !== 'receipt' && answer.kind !== 'rejected') continue;
    tally.check('I6', claim !== undefined, () => ({
      what: `${intent.operation} was answered ${answer.kind}, and the ledger knows nothing of it`,
      ...concerns(attempt),
    }));
    // Equal answers were found equal by the observer: one of each key is enough here.
    if (!claim || judged.has(keyOf(attempt))) continue;
    if (answer.kind === 'receipt') {
      judged.add(keyOf(attempt));
      judgeReceipt(tally, attempt, answer.receipt, { claim, entries: entries.get(claim.id) ?? [] });
    } else if (answer.rejection.kind !== 'IdempotencyKeyReused') {
      judged.add(keyOf(attempt));
      const moved = entries.get(claim.id)?.length ?? 0;
      tally.check('I8', claim.outcome === 'rejected' && moved === 0, () => ({
        what: `told ${answer.rejection.kind}, recorded as ${claim.outcome} with ${moved} entries`,
        ...concerns(attempt),
        claims: [claim.id],
      }));
      tally.check('I10', claim.correlationId === answer.correlationId, () => ({
        what: `refused under ${answer.correlationId}, recorded under ${claim.correlationId}`,
        ...concerns(attempt),
      }));
    }
  }
}

function judgeFreshness(tally: Tally, attempt: Attempt, { version, outcome }: ClaimRow): void {
  const { floorVersion } = attempt;
  const fresh = outcome === 'granted' ? version > floorVersion : version >= floorVersion;
  tally.check('I12', fresh, () => ({
    what: `was ${outcome} at version ${version}, after version ${floorVersion} was acknowledged`,
    ...concerns(attempt),
  }));
}

/** A claim is in the name of the token that it was made with. */
function judgeActor(tally: Tally, attempt: Attempt, { id, actorKind, actorId }: ClaimRow): void {
  const { actor } = attempt.intent;
  tally.check('I10', actorKind === actor.kind && actorId === actor.id, () => ({
    what: `recorded as ${actorKind} ${actorId}'s, the token was ${actor.kind} ${actor.id}'s`,
    ...concerns(attempt),
    claims: [id],
  }));
}

function judgeReceipt(
  tally: Tally,
  attempt: Attempt,
  { claim: told, changes, counterpartyChanges }: ReceiptSeen,
  { claim, entries }: { claim: ClaimRow; entries: readonly EntryRow[] },
): void {
  const about = (what: string) => () => ({ what, ...concerns(attempt), claims: [told.id, claim.id] });
  const asTold = shape(told);
  const asRecorded = shape({
    ...claim,
    playerId: claim.player,
    actorKind: claim.actorKind.toUpperCase(),
    playerVersion: claim.version,
    counterpartyId: claim.counterparty?.player ?? null,
  });
  tally.check(
    'I6',
    claim.outcome === 'granted' && same(asTold, asRecorded),
    about(
      `a receipt for ${JSON.stringify(asTold)}, recorded was ${claim.outcome} ${JSON.stringify(asRecorded)}`,
    ),
  );
  const numbers = (
    list: readonly {
      resource: string;
      before: number;
      after: number;
      delta: number;
      requested: number;
      sequence: number;
      cause: string;
    }[],
    player: string,
  ) =>
    list
      .map((one) =>
        [
          player,
          one.resource,
          one.sequence,
          one.before,
          one.after,
          one.delta,
          one.requested,
          one.cause.toUpperCase(),
        ].join(' '),
      )
      .sort();
  const other = claim.counterparty?.player;
  // Players are not told what moved of the other one's.
  const shown = attempt.intent.actor.kind === 'player' ? [claim.player] : [claim.player, other];
  const toldNumbers = [
    ...numbers(changes, told.playerId),
    ...numbers(counterpartyChanges ?? [], told.counterpartyId ?? 'nobody'),
  ];
  const kept = shown.flatMap((player) =>
    numbers(
      entries.filter((entry) => entry.player === player),
      player ?? '',
    ),
  );
  tally.check(
    'I6',
    same(toldNumbers, kept),
    about(`told ${toldNumbers.join('; ')}, kept ${kept.join('; ')}`),
  );
}

function shape(claim: Omit<ClaimSeen, 'claimedAt'>) {
  const {
    id,
    playerId,
    type,
    key,
    idempotencyKey,
    operation,
    actorKind,
    actorId,
    configVersion,
    correlationId,
    playerVersion,
    counterpartyId,
    draws,
  } = claim;
  return {
    id,
    playerId,
    type,
    key,
    idempotencyKey,
    operation,
    actorKind,
    actorId,
    configVersion,
    correlationId,
    playerVersion,
    counterpartyId,
    draws,
  };
}
