/**
 * Checks each answer as it arrives against all earlier answers and nothing else: chains of before and after, one outcome for a
 * key, one claim for a type and key, and no answer older than what had been acknowledged when the request was sent.
 */
import {
  type Answer,
  type Attempt,
  type BalanceChange,
  keyOf,
  type Read,
  type Receipt,
  type RewardClaim,
} from '../clients/journal.ts';
import { numberIn } from '../model/claim-id.ts';
import { comparable, type StoredAnswer, summary } from './compared-answers.ts';
import {
  checkFault,
  type DisabledInterval,
  expectedFaultOf,
  isCertainlyDisabled,
  mayBeDisabled,
} from './permissions.ts';
import { canonicalJson, same, type Tally } from './tally.ts';
import { isHidden, publicPart } from './visibility.ts';

interface Outcome {
  readonly attempt: Attempt;
  readonly answer: StoredAnswer;
  /** How many receipts claimed to be the first, with `replayed: false`. */
  firsts: number;
}

interface CheckerOptions {
  /** When a staff member and a server were disabled. */
  readonly disabled: readonly DisabledInterval[];
  /** All attempts up to now, answered or not. */
  readonly sent: readonly Attempt[];
}

export class AnswerChecker {
  readonly #tally: Tally;
  readonly #options: CheckerOptions;
  readonly #outcomes = new Map<string, Outcome>();
  /** Claim IDs by player, type and key, by player and version, and by player and number. */
  readonly #claimByKey = new Map<string, string>();
  readonly #claimByVersion = new Map<string, string>();
  /** The claims that were held back. */
  readonly #held = new Set<string>();
  readonly #claimByNumber = new Map<string, string>();
  readonly #entries = new Map<string, { readonly change: BalanceChange; readonly key: string }>();
  readonly #receipts = new Map<string, Receipt>();

  constructor(tally: Tally, options: CheckerOptions) {
    this.#tally = tally;
    this.#options = options;
  }

  answered(attempt: Attempt): void {
    const { answer, intent } = attempt;
    const { actor } = intent;
    const expectedFault = expectedFaultOf(attempt);
    if (!answer || answer.kind === 'lost') return;
    if (answer.kind === 'fault') {
      const outcome = this.#outcomes.get(keyOf(attempt));
      checkFault(this.#tally, attempt, answer, {
        outcomeKnown: outcome !== undefined && outcome.attempt.ended < attempt.began,
        mayBeDisabled: mayBeDisabled(this.#options.disabled, attempt),
      });
      return;
    }
    const isDisabled = isCertainlyDisabled(this.#options.disabled, attempt);
    const isPermitted = expectedFault === undefined && !isDisabled;
    this.#tally.check(actor.kind === 'staff' ? 'I10' : 'I0', isPermitted, () => ({
      what: `${actor.kind} ${actor.id} is not permitted (${expectedFault ?? 'disabled'}), but the answer is ${answer.kind}`,
      ...involved(attempt),
    }));
    this.#checkOneOutcome(attempt, answer);
    if (answer.kind === 'receipt') this.#checkReceipt(attempt, answer.receipt);
    else if (answer.kind === 'rejected') this.#checkOriginal(attempt, answer);
  }

  read({ player, acknowledgedVersion, seen }: Read): void {
    if (seen.kind === 'ledger') {
      for (const { claimId: _claim, playerVersion: _version, ...entry } of seen.entries)
        this.#checkEntry(player, entry, '', []);
      return;
    }
    const version = seen.kind === 'missing' ? 0 : seen.version;
    this.#tally.check('I12', version >= acknowledgedVersion, () => ({
      what: `a read showed version ${version} after ${acknowledgedVersion} was acknowledged`,
      player,
    }));
  }

  /** All outcomes of a key are equal, belong to one input, and only one of them is not a replay. */
  #checkOneOutcome(attempt: Attempt, answer: Outcome['answer']): void {
    const { key } = attempt.intent;
    const known = this.#outcomes.get(keyOf(attempt));
    const check = (holds: boolean, what: () => string) =>
      this.#tally.check('I7', holds, () => ({ what: what(), ...involved(attempt) }));
    if (answer.kind === 'rejected' && answer.rejection.kind === 'IdempotencyKeyReused') {
      // Correct for any input but the one whose outcome is known.
      const isOther = !known || inputOf(known.attempt) !== inputOf(attempt);
      check(isOther, () => `key ${key} had an outcome, but the same input is answered IdempotencyKeyReused`);
      return;
    }
    const firsts = isFirst(answer) ? 1 : 0;
    if (!known) {
      this.#outcomes.set(keyOf(attempt), { attempt, answer, firsts });
      return;
    }
    known.firsts += firsts;
    check(
      inputOf(known.attempt) === inputOf(attempt),
      () => `key ${key} has outcomes for two different inputs`,
    );
    const sameActorKind = known.attempt.intent.actor.kind === attempt.intent.actor.kind;
    const [before, now] = [known.answer, answer].map((one) => comparable(one, sameActorKind));
    check(
      same(before, now),
      () => `key ${key} has two outcomes: ${summary(known.answer)} and ${summary(answer)}`,
    );
    check(known.firsts <= 1, () => `key ${key} was executed twice, according to its receipts`);
  }

  #checkReceipt(attempt: Attempt, receipt: Receipt): void {
    const { intent } = attempt;
    const { claim, changes, counterpartyChanges, player, replayed } = receipt;
    const about = (what: string) => () => ({ what, ...involved(attempt), claims: [claim.id] });
    this.#receipts.set(claim.id, receipt);
    const { kind, id } = intent.actor;
    const { playerId, idempotencyKey, operation, correlationId } = claim;
    // A server and the player may send the same request under one key. A replay names the actor of the first, and shows a player
    // neither the key nor the correlation ID of a server.
    const [key, made] = isHidden(claim, intent.actor) ? [null, null] : [intent.key, receipt.correlationId];
    const expected = [intent.player, key, intent.operation, made, claim.playerVersion];
    const shown = [playerId, idempotencyKey, operation, correlationId, player.version];
    this.#tally.check(
      'I6',
      same(expected, shown),
      about(`the receipt is for ${JSON.stringify(shown)}, the request was for ${JSON.stringify(expected)}`),
    );
    this.#tally.check(
      'I10',
      replayed || (claim.actorId === id && claim.actorKind === kind.toUpperCase()),
      about(`the claim's actor is ${claim.actorId}, the token's subject was ${id}`),
    );
    const { acknowledgedVersion, acknowledgedNumber, acknowledgedConfig } = attempt;
    const raised = leavesVersion(claim) ? 0 : 1;
    if (!replayed) {
      const made = `a new claim made version ${claim.playerVersion} and number ${numberIn(claim.id)}`;
      const isNew =
        claim.playerVersion >= acknowledgedVersion + raised && numberIn(claim.id) > acknowledgedNumber;
      this.#tally.check(
        'I12',
        isNew,
        about(`${made}, after ${acknowledgedVersion} and ${acknowledgedNumber} were acknowledged`),
      );
      this.#tally.check(
        'I12',
        claim.configVersion >= acknowledgedConfig,
        about(
          `a new claim names config ${claim.configVersion}, after ${acknowledgedConfig} was acknowledged`,
        ),
      );
    }
    this.#checkUnique(attempt, claim);
    for (const change of changes) this.#checkEntry(playerId, change, intent.key, [claim.id]);
    for (const change of counterpartyChanges ?? [])
      this.#checkEntry(claim.counterpartyId ?? 'nobody', change, intent.key, [claim.id]);
    this.#tally.check(
      'I0',
      (kind !== 'player' && claim.counterpartyId !== null) === (counterpartyChanges !== null),
      about(
        `the receipt for a ${kind} ${counterpartyChanges ? 'contains' : 'lacks'} the other player's changes`,
      ),
    );
    this.#checkShownBalances(receipt, about);
  }

  /** The player in a receipt has the balances that its last changes led to. */
  #checkShownBalances(
    { changes, player }: Receipt,
    about: (what: string) => () => { what: string; player: string },
  ): void {
    const balances = new Map(player.balances.map(({ resource, amount }) => [resource, amount]));
    const last = new Map(changes.map((change) => [change.resource, change]));
    for (const { resource, after } of last.values()) {
      const shown = balances.get(resource);
      this.#tally.check(
        'I6',
        shown === after,
        about(`the receipt shows ${resource} as ${after} and as ${shown}`),
      );
    }
  }

  /** AlreadyClaimed shows the numbers of the receipt of the earlier claim. */
  #checkOriginal(attempt: Attempt, { original }: Extract<Answer, { kind: 'rejected' }>): void {
    if (!original) return;
    const { claim, changes } = original;
    const known = this.#receipts.get(claim.id);
    // Players do not see who acted, nor why.
    const expected = known && publicPart(known.claim);
    const isEqual = !known || (same(expected, publicPart(claim)) && same(known.changes, changes));
    const { idempotencyKey, correlationId } = claim;
    this.#tally.check(
      'I10',
      isHidden(claim, attempt.intent.actor) === (idempotencyKey === null && correlationId === null),
      () => ({
        what: `the original claim shows key ${idempotencyKey} and correlation ID ${correlationId}`,
        ...involved(attempt),
      }),
    );
    this.#tally.check('I7', isEqual, () => ({
      what: `AlreadyClaimed shows other numbers than the receipt of ${claim.id}`,
      ...involved(attempt),
    }));
    this.#checkUnique(attempt, claim);
  }

  #checkUnique(attempt: Attempt, claim: RewardClaim): void {
    const { id, playerId, type, key, playerVersion } = claim;
    const number = numberIn(id);
    const sameKey = `${playerId}\n${type}\n${key}`;
    const earlier = this.#claimByKey.get(sameKey) ?? id;
    if (claim.becamePending) this.#held.add(id);
    // Each may be the one that was reopened: answers arrive in any order.
    const mayBeFree = (one: string) => this.#mayBeReopened(one, leavesVersion(claim));
    if (earlier !== id && (mayBeFree(earlier) || mayBeFree(id))) this.#claimByKey.set(sameKey, id);
    // An announcement has the version of the claim before it.
    const version = leavesVersion(claim) ? `announcement ${id}` : playerVersion;
    for (const [map, place, what] of [
      [this.#claimByKey, sameKey, `claim ${type} ${key} was granted twice`],
      [this.#claimByVersion, `${playerId}\n${version}`, `two claims made version ${version}`],
      [this.#claimByNumber, `${playerId}\n${number}`, `two claims have number ${number}`],
    ] as const) {
      const other = map.get(place) ?? id;
      map.set(place, other);
      this.#tally.check('I5', other === id, () => ({ what, ...involved(attempt), claims: [id, other] }));
    }
  }

  /** A claim that a reversal reopened can be made again, and so can an announcement that was taken back. */
  #mayBeReopened(claimId: string, isAnnounced: boolean): boolean {
    // Staff drop such a claim, which no attempt says. The rows are checked for it.
    if (this.#held.has(claimId)) return true;
    return this.#options.sent.some(
      ({ intent: { operation }, sent: { claimId: target, reopen } }) =>
        operation === 'reverseClaim' && target === claimId && (reopen === true || isAnnounced),
    );
  }

  #checkEntry(player: string, change: BalanceChange, key: string, claims: readonly string[]): void {
    const { resource, sequence, before, after, delta } = change;
    const at = (position: number) => `${player}\n${resource}\n${position}`;
    const about = (what: string, other?: string) => () => ({
      what: `${resource} #${sequence} (${before} → ${after}): ${what}`,
      player,
      keys: [key, other ?? ''].filter(Boolean),
      claims,
    });
    const isSafe = [before, after, delta, sequence].every(Number.isSafeInteger);
    this.#tally.check('I3', isSafe && after === before + delta, about(`its delta is ${delta}`));
    const known = this.#entries.get(at(sequence));
    if (known) {
      const { before: b, after: a } = known.change;
      const isSame = b === before && a === after;
      this.#tally.check('I2', isSame, about(`another answer showed it as ${b} → ${a}`, known.key));
      return;
    }
    this.#entries.set(at(sequence), { change, key });
    const previous = this.#entries.get(at(sequence - 1));
    const next = this.#entries.get(at(sequence + 1));
    this.#tally.check(
      'I2',
      sequence > 1 ? !previous || previous.change.after === before : before === 0,
      about(`the entry before it ended at ${previous?.change.after ?? 0}`, previous?.key),
    );
    if (next)
      this.#tally.check(
        'I2',
        next.change.before === after,
        about(`the entry after it begins at ${next.change.before}`, next.key),
      );
  }
}

function isFirst(answer: Outcome['answer']): boolean {
  if (answer.kind === 'call') return !answer.replayed;
  return answer.kind === 'receipt' && !answer.receipt.replayed;
}

/** An announcement is no change of the player, so it leaves the version alone. So may an expiry, and a claim that was held back. */
function leavesVersion({ operation, becamePending }: RewardClaim): boolean {
  return becamePending || operation === 'announceReward' || operation === 'expireReward';
}

/** The player and key of an attempt, for a finding. */
export function involved({ intent }: Attempt): { player: string; keys: string[] } {
  return { player: intent.player, keys: [intent.key] };
}

/** What must be equal under one key. The player is part of the key itself. */
function inputOf({ intent: { operation, isCall = false }, sent, ticket }: Attempt): string {
  const { playerId: _, ...others } = sent;
  return canonicalJson([operation, isCall ? sent : others, ticket]);
}
