/**
 * Judges each answer as it comes in, from what clients were told before and nothing else: chains of before and after, one
 * outcome for a key, one claim for a name, and no answer that lags behind what was acknowledged when it was asked for.
 */
import type { Answer, Attempt, ChangeSeen, ClaimSeen, ReadSeen, ReceiptSeen } from '../clients/journal.ts';
import type { Disabled } from '../nemesis/nemesis.ts';
import { same, type Tally, text } from './finding.ts';
import { judgeFault, mayBeDisabled, surelyDisabled } from './permissions.ts';

interface Outcome {
  readonly attempt: Attempt;
  readonly answer: Extract<Answer, { kind: 'receipt' | 'rejected' }>;
  firsts: number;
}

export class Observer {
  readonly #tally: Tally;
  /** When the one staff member that is ever disabled was, and who that is. */
  readonly #disabled: readonly Disabled[];
  readonly #temp: string;
  readonly #outcomes = new Map<string, Outcome>();
  readonly #names = new Map<string, string>();
  readonly #versions = new Map<string, string>();
  readonly #entries = new Map<string, { readonly change: ChangeSeen; readonly key: string }>();
  readonly #receipts = new Map<string, ReceiptSeen>();

  constructor(tally: Tally, { disabled, temp }: { disabled: readonly Disabled[]; temp: string }) {
    this.#tally = tally;
    this.#disabled = disabled;
    this.#temp = temp;
  }

  answered(attempt: Attempt): void {
    const { answer, intent } = attempt;
    if (!answer || answer.kind === 'lost') return;
    if (answer.kind === 'fault') {
      const outcome = this.#outcomes.get(keyOf(attempt));
      const known = outcome !== undefined && outcome.attempt.ended < attempt.began;
      judgeFault(this.#tally, attempt, answer, {
        known,
        mayBeDisabled: intent.actor.id === this.#temp && mayBeDisabled(this.#disabled, attempt),
      });
      return;
    }
    const allowed =
      intent.refusal === undefined &&
      !(intent.actor.id === this.#temp && surelyDisabled(this.#disabled, attempt));
    this.#tally.check(intent.actor.kind === 'staff' ? 'I10' : 'I0', allowed, () => ({
      what: `${intent.actor.kind} ${intent.actor.id} may not do this (${intent.refusal ?? 'disabled'}), and was answered ${answer.kind}`,
      ...concerns(attempt),
    }));
    this.#oneOutcome(attempt, answer);
    if (answer.kind === 'receipt') this.#receipt(attempt, answer.receipt);
    else this.#rejection(attempt, answer);
  }

  read({ player, floorVersion, seen }: ReadSeen): void {
    const about = (what: string) => () => ({ what, player });
    if (seen.kind === 'ledger') {
      for (const { claimId: _claim, playerVersion: _version, ...entry } of seen.entries)
        this.#entry(player, entry, '', []);
      return;
    }
    const version = seen.kind === 'player' ? seen.version : 0;
    this.#tally.check(
      'I12',
      version >= floorVersion,
      about(`a read showed version ${version} after ${floorVersion} was acknowledged`),
    );
  }

  /** Business outcomes of a key: all equal, of one input, and first told once. */
  #oneOutcome(attempt: Attempt, answer: Outcome['answer']): void {
    const reused = answer.kind === 'rejected' && answer.rejection.kind === 'IdempotencyKeyReused';
    const known = this.#outcomes.get(keyOf(attempt));
    if (reused) {
      // Told to whoever sends other input; never to the input whose outcome is known.
      this.#tally.check('I7', !known || inputOf(known.attempt) !== inputOf(attempt), () => ({
        what: `key ${attempt.intent.key} had an outcome, and the same input is now called another`,
        ...concerns(attempt),
      }));
      return;
    }
    const first = answer.kind === 'receipt' && !answer.receipt.replayed ? 1 : 0;
    if (!known) {
      this.#outcomes.set(keyOf(attempt), { attempt, answer, firsts: first });
      return;
    }
    known.firsts += first;
    this.#tally.check('I7', inputOf(known.attempt) === inputOf(attempt), () => ({
      what: `key ${attempt.intent.key} has outcomes for two inputs`,
      ...concerns(attempt),
    }));
    const alike = known.attempt.intent.actor.kind === attempt.intent.actor.kind;
    const [before, now] = [known.answer, answer].map((one) => comparable(one, alike));
    this.#tally.check('I7', same(before, now), () => ({
      what: `key ${attempt.intent.key} was answered in two ways: ${summary(known.answer)} and ${summary(answer)}`,
      ...concerns(attempt),
    }));
    this.#tally.check('I7', known.firsts <= 1, () => ({
      what: `key ${attempt.intent.key} was carried out twice, by what the receipts say`,
      ...concerns(attempt),
    }));
  }

  #receipt(attempt: Attempt, receipt: ReceiptSeen): void {
    const { intent, floorVersion } = attempt;
    const { claim, changes, counterpartyChanges, player, replayed } = receipt;
    const about = (what: string) => () => ({ what, ...concerns(attempt), claims: [claim.id] });
    this.#receipts.set(claim.id, receipt);
    const asked = [intent.player, intent.key, intent.operation, claim.correlationId, claim.playerVersion];
    const told = [
      claim.playerId,
      claim.idempotencyKey,
      claim.operation,
      receipt.correlationId,
      player.version,
    ];
    this.#tally.check(
      'I6',
      same(asked, told),
      about(`a receipt for ${JSON.stringify(told)}, asked was ${JSON.stringify(asked)}`),
    );
    // Under one key a server and the player may have asked for the same: a replay names whoever was first.
    this.#tally.check(
      'I10',
      replayed || (claim.actorId === intent.actor.id && claim.actorKind === intent.actor.kind.toUpperCase()),
      about(`claimed by ${claim.actorId}, the token was ${intent.actor.id}'s`),
    );
    if (!replayed)
      this.#tally.check(
        'I12',
        claim.playerVersion > floorVersion,
        about(`a new claim made version ${claim.playerVersion} after ${floorVersion} was acknowledged`),
      );
    this.#unique(attempt, claim);
    for (const change of changes) this.#entry(claim.playerId, change, intent.key, [claim.id]);
    for (const change of counterpartyChanges ?? [])
      this.#entry(claim.counterpartyId ?? 'nobody', change, intent.key, [claim.id]);
    const shown = intent.actor.kind !== 'player' && claim.counterpartyId !== null;
    this.#tally.check(
      'I0',
      shown === (counterpartyChanges !== null),
      about(
        `shows ${intent.actor.kind}s ${counterpartyChanges ? 'what' : 'nothing of what'} the other player got`,
      ),
    );
    const balances = new Map(player.balances.map(({ resource, amount }) => [resource, amount]));
    const last = new Map(changes.map((change) => [change.resource, change]));
    for (const { resource, after } of last.values()) {
      this.#tally.check(
        'I6',
        balances.get(resource) === after,
        about(`the receipt has ${resource} at ${after} and at ${balances.get(resource)}`),
      );
    }
  }

  #rejection(attempt: Attempt, { original }: Extract<Answer, { kind: 'rejected' }>): void {
    const about = (what: string) => () => ({ what, ...concerns(attempt) });
    if (original) {
      const known = this.#receipts.get(original.claim.id);
      // Players are not told who of the staff acted.
      const hidden = attempt.intent.actor.kind === 'player' && original.claim.actorKind === 'STAFF';
      const shown = hidden && known ? { ...known.claim, actorId: 'staff' } : known?.claim;
      const equal = !known || (same(shown, original.claim) && same(known.changes, original.changes));
      this.#tally.check(
        'I7',
        equal,
        about(`AlreadyClaimed shows other numbers than the receipt of ${original.claim.id}`),
      );
      this.#unique(attempt, original.claim);
    }
  }

  #unique(attempt: Attempt, { id, playerId, type, key, playerVersion }: ClaimSeen): void {
    for (const [map, name, what] of [
      [this.#names, `${playerId}\n${type}\n${key}`, `claim ${type} ${key} was granted twice`],
      [this.#versions, `${playerId}\n${playerVersion}`, `version ${playerVersion} was made twice`],
    ] as const) {
      const other = map.get(name) ?? id;
      map.set(name, other);
      this.#tally.check('I5', other === id, () => ({ what, ...concerns(attempt), claims: [id, other] }));
    }
  }

  #entry(player: string, change: ChangeSeen, key: string, claims: readonly string[]): void {
    const { resource, sequence, before, after, delta } = change;
    const name = (at: number) => `${player}\n${resource}\n${at}`;
    const about = (what: string, other?: string) => () => ({
      what: `${resource} #${sequence} (${before} → ${after}): ${what}`,
      player,
      keys: [key, other ?? ''].filter(Boolean),
      claims,
    });
    const safe = [before, after, delta, sequence].every(Number.isSafeInteger);
    this.#tally.check('I3', safe && after === before + delta, about(`delta ${delta}`));
    const known = this.#entries.get(name(sequence));
    if (known) {
      const { before: b, after: a } = known.change;
      this.#tally.check('I2', b === before && a === after, about(`was ${b} → ${a} before`, known.key));
      return;
    }
    this.#entries.set(name(sequence), { change, key });
    const previous = this.#entries.get(name(sequence - 1));
    const next = this.#entries.get(name(sequence + 1));
    this.#tally.check(
      'I2',
      sequence > 1 ? !previous || previous.change.after === before : before === 0,
      about(`the one before ended at ${previous?.change.after ?? 0}`, previous?.key),
    );
    if (next)
      this.#tally.check(
        'I2',
        next.change.before === after,
        about(`the next began at ${next.change.before}`, next.key),
      );
  }
}

export function keyOf({ intent: { player, key } }: Attempt): string {
  return `${player}\n${key}`;
}

/** What must be equal for the same key, which is one player's: two intents may happen to ask for the same. */
function inputOf({ intent: { operation }, sent: { playerId: _, ...sent }, ticket }: Attempt): string {
  return text([operation, sent, ticket]);
}

export function concerns({ intent }: Attempt): { player: string; keys: string[] } {
  return { player: intent.player, keys: [intent.key] };
}

/** Servers are shown what the other player got, and players are not. */
function comparable(answer: Outcome['answer'], alike: boolean): unknown {
  if (answer.kind !== 'receipt') return answer;
  return { ...answer.receipt, replayed: null, ...(!alike && { counterpartyChanges: null }) };
}

function summary(answer: Outcome['answer']): string {
  if (answer.kind === 'rejected')
    return `${answer.rejection.kind} ${JSON.stringify(answer.rejection.details)}`;
  const { claim, changes, player, levelAfter, tierAfter } = answer.receipt;
  const moved = changes.map(({ resource, before, after }) => `${resource} ${before}→${after}`).join(', ');
  return `claim ${claim.id} at version ${claim.playerVersion} (${moved}; level ${levelAfter}, tier ${tierAfter}, ${JSON.stringify(player.stats)})`;
}
