/**
 * A service that keeps every promise: it answers with the model's own decisions and records the rows and the log that belong to
 * them. Its history is valid, so that tests can tamper with it. It says nothing about the product.
 */
import { createHash } from 'node:crypto';
import { type Answer, type Attempt, Journal, keyOf, type Receipt } from '../../simulation/clients/journal.ts';
import { drawVariant } from '../../simulation/game/balance-config.ts';
import type { History } from '../../simulation/invariants/history.ts';
import type { ClaimRow, EntryRow, Rows } from '../../simulation/invariants/rows.ts';
import { claimIdOf } from '../../simulation/model/claim-id.ts';
import type { ClaimEffect } from '../../simulation/model/effect.ts';
import { keyOf as claimKeyOf, decide, type Granted } from '../../simulation/model/kernel.ts';
import { RegenerationHistory } from '../../simulation/model/regeneration.ts';
import type { StaffLimits } from '../../simulation/model/staff-limits.ts';
import { Timeline } from '../../simulation/model/timeline.ts';
import { loadOperations } from '../../simulation/operation.ts';
import { Random } from '../../simulation/random.ts';
import type { Draft, Intent } from '../../simulation/schedule/intent.ts';
import { createWorld, staffOf } from '../../simulation/schedule/world.ts';
import {
  CONFIG,
  DAY,
  type Mutable,
  recordAudit,
  recordCounters,
  recordServerAudit,
} from './reference-counters.ts';
import { referenceReceipt } from './reference-receipt.ts';

export { CONFIG, type Mutable };

export const operations = await loadOperations();
export const world = createWorld('t');
// The seed decides the numbers that the tests rely on.
const drawn = drawVariant(new Random('a sound history'), operations.values(), {
  seed: world.seed,
  began: 0,
});
/** Without windows: a history has no clock. */
export const rules = { ...drawn.rules, windows: {} };
const regeneration = new RegenerationHistory([{ version: CONFIG, from: 0, rules }]);

export interface MutableHistory {
  readonly attempts: Mutable<Attempt>[];
  readonly reads: Mutable<History['reads'][number]>[];
  readonly rows: Mutable<Rows>;
  /** Codes by correlation ID, and the sums of the economy by name. */
  readonly log: Record<string, string>;
  readonly sums: Record<string, bigint[]>;
}

export class ReferenceService {
  readonly journal = new Journal();
  readonly log: Record<string, string> = {};
  readonly #timeline = new Timeline(new Map([...world.hot, ...world.cold].map((id) => [id, 0])));
  readonly #rows: Mutable<Rows> = {
    ...{ players: [], claims: [], entries: [], balances: [] },
    sourceKeys: [],
    audit: [],
    forbidden: [],
    serverAudit: [],
    limitCounters: [],
    pendingRewards: [],
    ...{ settlements: [], emissions: [] },
    reversed: [],
    outbox: [],
    calls: [],
    configs: [
      {
        version: CONFIG,
        sha256: 'its digest',
        effectiveFrom: 0,
        scheduled: false,
        publishedAt: 0,
        publishedBy: '',
      },
    ],
  };
  #intents = 0;

  intent(operation: string, draft: Draft, key = `key-of-intent-number-${this.#intents}`): Intent {
    this.#intents += 1;
    return { ...draft, number: this.#intents, operation, key };
  }

  /** Executes the intent, or replays its outcome. */
  send(intent: Intent, sent: Record<string, unknown> = {}, draws: readonly object[] = []): Attempt {
    const attempt = this.journal.begin({
      category: 'fresh',
      intent,
      sent: { ...sent, idempotencyKey: intent.key },
      ticket: null,
      expiredTicket: false,
      secondMutation: null,
      injected: { client: null, database: null, lane: null },
    });
    this.journal.end(attempt, this.#answer(attempt, draws));
    return attempt;
  }

  read(player: string): void {
    const number = this.#timeline.number(player);
    const version = this.#timeline.versionAt(player, number);
    const balances = { ...this.#timeline.at(player, number) };
    const began = this.journal.tick();
    const { version: acknowledgedVersion, number: acknowledgedNumber } = this.journal.known(player);
    const acknowledgedConfig = this.journal.config;
    const acknowledged = { acknowledgedVersion, acknowledgedNumber, acknowledgedConfig };
    const seen = { kind: 'player' as const, version, balances };
    this.journal.reads.push({ player, began, ...acknowledged, ended: this.journal.tick(), seen });
  }

  history(): Omit<MutableHistory, 'sums'> {
    const { attempts, reads } = this.journal;
    // Copied, so that no two parts share an object and each can be changed alone.
    return JSON.parse(JSON.stringify({ attempts, reads, rows: this.#rows, log: this.log }));
  }

  #answer(attempt: Attempt, draws: readonly object[]): Answer {
    const { intent, correlationId } = attempt;
    if (intent.expectedFault)
      return { kind: 'fault', code: intent.expectedFault, retryable: false, nothingDone: false };
    const known = this.journal.attempts.find(
      (other) =>
        keyOf(other) === keyOf(attempt) &&
        (other.answer?.kind === 'receipt' || other.answer?.kind === 'rejected'),
    );
    if (known && known.intent !== intent) {
      this.log[correlationId] = 'IDEMPOTENCY_KEY_REUSED';
      return {
        kind: 'rejected',
        rejection: { kind: 'IdempotencyKeyReused', details: { fields: [] } },
        correlationId: known.correlationId,
        original: null,
      };
    }
    const answer = known?.answer ?? this.#execute(attempt, draws);
    this.log[correlationId] =
      answer.kind === 'rejected'
        ? answer.rejection.kind.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase()
        : 'RECEIPT';
    return known && answer.kind === 'receipt'
      ? { kind: 'receipt', receipt: { ...answer.receipt, replayed: true } }
      : answer;
  }

  #execute(attempt: Attempt, draws: readonly object[]): Answer {
    const { player, actor } = attempt.intent;
    const row = { outcome: 'granted', player_id: player, draws };
    const effect = this.#effectOf(attempt, row);
    const number = this.#timeline.number(player);
    const staff = actor.kind === 'staff' ? this.#staffLimits(actor.id) : null;
    const outcome = decide(
      effect,
      {
        player,
        exists: () => number > 0,
        createsPlayer: actor.kind !== 'staff',
        version: this.#timeline.versionAt(player, number),
        expectedVersion: null,
        ledger: this.#timeline.view(player, number),
        recorded: { row },
        segmentsOf: (resource) => regeneration.of(resource, CONFIG),
        now: 0,
        used: () => 0,
        takenBy: (type, key) => this.#timeline.takenBy(player, number, type, key),
        sourceTakenBy: (sourceKey) => this.#timeline.sourceTakenBy(player, number, sourceKey, 0),
        expiredAt: () => null,
        reversalOf: (id) => this.#timeline.reversalOf(id, number),
        staff,
        ...{ isHeld: false, maySettleHeld: false, isCounter: () => false },
      },
      rules,
    );
    const granted = outcome.kind === 'granted' ? outcome : null;
    const claim = this.#recordClaim(attempt, effect, granted !== null, row);
    if (staff) recordAudit(this.#rows, claim, granted?.awarded ?? 0);
    else if (granted && claim.operation === 'manualReward')
      recordServerAudit(this.#rows, claim, granted.awarded);
    if (granted) return { kind: 'receipt', receipt: this.#grant(claim, effect, granted) };
    const { rejection } = outcome as Exclude<typeof outcome, Granted>;
    const original = this.#receiptOf(String(rejection.details.claimId ?? ''));
    return { kind: 'rejected', rejection, correlationId: attempt.correlationId, original };
  }

  #effectOf({ intent, sent }: Attempt, row: Record<string, unknown>): ClaimEffect {
    const { key = `award:${DAY}:0123456789abcdef0123456789abcdef` } = intent.input as { key?: string };
    const claim = { type: '', key: String(key), claimedAt: 0, row };
    const effect = operations.get(intent.operation)?.effect({ intent, sent, rules, day: DAY, claim });
    if (effect?.kind !== 'claim') throw new Error('The reference service supports claims only.');
    return effect;
  }

  #staffLimits(id: string): StaffLimits {
    const member = staffOf(world).find((one) => one.id === id);
    const spentBefore = this.#rows.audit
      .filter((row) => row.actorId === id && row.outcome === 'granted')
      .reduce((sum, { amount }) => sum + amount, 0);
    return {
      rewardLimit: member?.rewardLimit ?? rules.limitPerReward,
      budget: member?.dailyBudget ?? rules.budgetPerDay,
      spentBefore,
      givenBefore: {},
      awards: rules.awardsPerDay,
      awardsBefore: 0,
    };
  }

  #receiptOf(claimId: string): Receipt | null {
    const answers = this.journal.attempts.map(({ answer }) => answer);
    const found = answers.find((answer) => answer?.kind === 'receipt' && answer.receipt.claim.id === claimId);
    return found?.kind === 'receipt' ? found.receipt : null;
  }

  #recordClaim(
    { intent, correlationId }: Attempt,
    effect: ClaimEffect,
    isGranted: boolean,
    row: Record<string, unknown> & { readonly draws: readonly object[] },
  ): Mutable<ClaimRow> {
    const { player, operation, actor, key: idempotencyKey } = intent;
    const { type, counterparty } = effect;
    const number = this.#timeline.number(player) + 1;
    const key = claimKeyOf(effect, this.#timeline.view(player, number - 1));
    const version = this.#timeline.versionAt(player, number - 1);
    const raised = isGranted && operation !== 'announceReward' ? 1 : 0;
    const other = isGranted ? counterparty : undefined;
    const claim: ClaimRow = {
      id: isGranted ? claimIdOf(handleOf(player), number) : `refusal of ${idempotencyKey}`,
      player,
      operation,
      type,
      key,
      idempotencyKey,
      outcome: isGranted ? 'granted' : 'rejected',
      actorKind: actor.kind,
      actorId: actor.id,
      configVersion: CONFIG,
      amountsVersion: null,
      correlationId,
      sentCorrelationId: correlationId,
      number: isGranted ? number : null,
      version: version + raised,
      draws: row.draws,
      units: 1,
      generation: 0,
      counterparty:
        other === undefined
          ? null
          : {
              player: other,
              number: this.#timeline.number(other) + 1,
              version: this.#timeline.versionAt(other, this.#timeline.number(other)),
            },
      claimedAt: 0,
      ...{ becamePending: false, row },
    };
    this.#rows.claims.push(claim as Mutable<ClaimRow>);
    return claim as Mutable<ClaimRow>;
  }

  #grant(
    claim: Mutable<ClaimRow>,
    effect: ClaimEffect,
    { entries: expected, anchors, sourceKeys, paidPending }: Granted,
  ): Receipt {
    const { player, counterparty, type, key } = claim;
    const number = claim.number ?? 0;
    const { announces, reverses } = effect;
    const limits = paidPending ? [] : (effect.limits ?? []);
    const numbers = new Map([[player, number]]);
    if (counterparty) numbers.set(counterparty.player, counterparty.number);
    const before = this.#timeline.at(player, number - 1) ?? {};
    const entries = expected.map((entry, index): EntryRow => {
      const isSameBalance = (one: { player: string; resource: string }) =>
        one.player === entry.player && one.resource === entry.resource;
      const sequence =
        this.#rows.entries.filter(isSameBalance).length +
        expected.slice(0, index).filter(isSameBalance).length +
        1;
      const stored = anchors.find((anchor) => isSameBalance(anchor));
      const made = numbers.get(entry.player) ?? 0;
      return { ...entry, number: made, ordinal: index + 1, sequence, anchoredAt: stored?.at ?? null };
    });
    this.#rows.entries.push(...(entries as Mutable<EntryRow>[]));
    const keys = { type, key, sourceKeys, announces, reverses, limits };
    const counterpartyId = counterparty?.player ?? null;
    this.#timeline.grant(
      { ...claim, number, entries: expected, anchors, counterparty: counterpartyId },
      keys,
    );
    for (const [one, made] of numbers) this.#recordBalances(one, made);
    recordCounters(this.#rows, { ...claim, number }, { ...(announces && { announces }), limits });
    return referenceReceipt({ claim, number, entries, before, timeline: this.#timeline }, rules);
  }

  #recordBalances(player: string, number: number): void {
    const lastSequence = (resource: string) =>
      this.#rows.entries.filter((entry) => entry.player === player && entry.resource === resource).length;
    this.#rows.balances = [
      ...this.#rows.balances.filter((balance) => balance.player !== player),
      ...Object.entries(this.#timeline.at(player, number) ?? {}).map(([resource, amount]) => ({
        player,
        resource,
        amount,
        lastSequence: lastSequence(resource),
        anchoredAt: this.#timeline.storedAnchor(player, resource),
      })),
    ];
    const others = this.#rows.players.filter((one) => one.id !== player);
    const version = this.#timeline.versionAt(player, number);
    this.#rows.players = [...others, { id: player, number, version, createdAt: 0 }];
  }
}

/** Ten bytes that stand for a player, in hex. */
function handleOf(player: string): string {
  return createHash('sha256').update(player).digest('hex').slice(0, 20);
}
