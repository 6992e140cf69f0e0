/**
 * A service that keeps every promise: it answers with the model's own decisions and records the rows and the log that belong to
 * them. Its history is valid, so that tests can tamper with it. It says nothing about the product.
 */
import { type Answer, type Attempt, Journal, keyOf, type Receipt } from '../../simulation/clients/journal.ts';
import { drawVariant } from '../../simulation/game/balance-config.ts';
import type { History } from '../../simulation/invariants/history.ts';
import type { ClaimRow, EntryRow, Rows } from '../../simulation/invariants/rows.ts';
import type { ClaimEffect } from '../../simulation/model/effect.ts';
import { decide, type Granted, type StaffLimits } from '../../simulation/model/kernel.ts';
import { Timeline } from '../../simulation/model/timeline.ts';
import { loadOperations } from '../../simulation/operation.ts';
import { Random } from '../../simulation/random.ts';
import type { Draft, Intent } from '../../simulation/schedule/intent.ts';
import { createWorld, staffOf } from '../../simulation/schedule/world.ts';
import { referenceReceipt } from './reference-receipt.ts';

export type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

export const operations = await loadOperations();
export const world = createWorld('t');
// The seed decides the numbers that the tests rely on.
export const { rules } = drawVariant(new Random('a sound history'), operations.values());
export const CONFIG = 1;
export const DAY = '2026-11-22';

export interface MutableHistory {
  readonly attempts: Mutable<Attempt>[];
  readonly reads: Mutable<History['reads'][number]>[];
  readonly rows: Mutable<Rows>;
  /** Codes by correlation ID. */
  readonly log: Record<string, string>;
}

export class ReferenceService {
  readonly journal = new Journal();
  readonly log: Record<string, string> = {};
  readonly #timeline = new Timeline(new Map());
  readonly #rows: Mutable<Rows> = {
    players: [],
    claims: [],
    entries: [],
    balances: [],
    sourceKeys: [],
    audit: [],
    staffCounters: [],
    limitCounters: [],
    pendingRewards: [],
    configs: [{ version: CONFIG, sha256: 'its digest' }],
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
      injected: { client: null, database: null },
    });
    this.journal.end(attempt, this.#answer(attempt, draws));
    return attempt;
  }

  read(player: string): void {
    const version = this.#timeline.version(player);
    const balances = { ...this.#timeline.at(player, version) };
    const began = this.journal.tick();
    const acknowledgedVersion = this.journal.versionOf(player);
    const seen = { kind: 'player' as const, version, balances };
    this.journal.reads.push({ player, began, acknowledgedVersion, ended: this.journal.tick(), seen });
  }

  history(): MutableHistory {
    const { attempts, reads } = this.journal;
    const rows = this.#rows;
    // Copied, so that no two parts share an object and each can be changed alone.
    return JSON.parse(JSON.stringify({ attempts, reads, rows, log: this.log })) as MutableHistory;
  }

  #answer(attempt: Attempt, draws: readonly object[]): Answer {
    const { intent, correlationId } = attempt;
    if (intent.expectedFault) return { kind: 'fault', code: intent.expectedFault, retryable: false };
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
    const version = this.#timeline.version(player);
    const staff = actor.kind === 'staff' ? this.#staffLimits(actor.id) : null;
    const outcome = decide(
      effect,
      {
        player,
        exists: () => version > 0,
        createsPlayer: actor.kind !== 'staff',
        version,
        expectedVersion: null,
        ledger: this.#timeline.view(player, version),
        currentRules: rules,
        now: 0,
        used: 0,
        takenBy: (type, key) => this.#timeline.takenBy(player, version, type, key),
        sourceTakenBy: (sourceKey) => this.#timeline.sourceTakenBy(player, version, sourceKey),
        staff,
      },
      rules,
    );
    const granted = outcome.kind === 'granted' ? outcome : null;
    const claim = this.#recordClaim(attempt, effect, granted !== null, row);
    if (staff) this.#audit(claim, granted?.awarded ?? 0, staff.spentBefore);
    if (granted) return { kind: 'receipt', receipt: this.#grant(claim, effect, granted) };
    const { rejection } = outcome as Exclude<typeof outcome, Granted>;
    const original = this.#receiptOf(String(rejection.details.claimId ?? ''));
    return { kind: 'rejected', rejection, correlationId: attempt.correlationId, original };
  }

  #effectOf({ intent, sent }: Attempt, row: Record<string, unknown>): ClaimEffect {
    const { key = 'award:2026-11-22:0123456789abcdef0123456789abcdef' } = intent.input as { key?: string };
    const claim = { type: '', key: String(key), claimedAt: 0, row };
    const effect = operations
      .get(intent.operation)
      ?.effect({ intent, sent, rules, published: [rules], days: [DAY], claim });
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
    { type, key, counterparty }: ClaimEffect,
    isGranted: boolean,
    row: Record<string, unknown> & { readonly draws: readonly object[] },
  ): Mutable<ClaimRow> {
    const { player, operation, actor, key: idempotencyKey } = intent;
    const version = this.#timeline.version(player);
    const other = isGranted ? counterparty : undefined;
    const claim: ClaimRow = {
      id: `claim-${this.#rows.claims.length + 1}`,
      player,
      operation,
      type,
      key,
      idempotencyKey,
      outcome: isGranted ? 'granted' : 'rejected',
      actorKind: actor.kind,
      actorId: actor.id,
      configVersion: CONFIG,
      correlationId,
      version: isGranted ? version + 1 : version,
      balancesAfter: null,
      anchorsAfter: {},
      draws: row.draws,
      counterparty:
        other === undefined
          ? null
          : { player: other, version: this.#timeline.version(other) + 1, balancesAfter: {} },
      claimedAt: 0,
      row,
    };
    this.#rows.claims.push(claim as Mutable<ClaimRow>);
    return claim as Mutable<ClaimRow>;
  }

  #grant(
    claim: Mutable<ClaimRow>,
    effect: ClaimEffect,
    { entries: expected, anchors, sourceKeys }: Granted,
  ): Receipt {
    const { player, id, version, counterparty } = claim;
    const { type, key, announces, limit } = effect;
    const versions = new Map([[player, version]]);
    if (counterparty) versions.set(counterparty.player, counterparty.version);
    const before = this.#timeline.at(player, version - 1) ?? {};
    const entries = expected.map((entry, index): EntryRow => {
      const isSameBalance = (one: { player: string; resource: string }) =>
        one.player === entry.player && one.resource === entry.resource;
      const sequence =
        this.#rows.entries.filter(isSameBalance).length +
        expected.slice(0, index).filter(isSameBalance).length +
        1;
      const made = versions.get(entry.player) ?? 0;
      return { ...entry, claimId: id, version: made, ordinal: index + 1, sequence };
    });
    this.#rows.entries.push(...(entries as Mutable<EntryRow>[]));
    const keys = { type, key, sourceKeys, announces, limit, days: [DAY] };
    this.#timeline.grant({ ...claim, entries: expected, anchors }, keys, [...versions.keys()]);
    claim.anchorsAfter = Object.fromEntries(this.#timeline.anchorsAt(player, version));
    for (const [one, made] of versions) this.#recordBalances(one, made);
    claim.balancesAfter = { ...this.#timeline.at(player, version) };
    if (counterparty)
      counterparty.balancesAfter = { ...this.#timeline.at(counterparty.player, counterparty.version) };
    this.#recordCounters(claim, effect);
    return referenceReceipt({ claim, entries, before, timeline: this.#timeline }, rules);
  }

  #recordBalances(player: string, version: number): void {
    const lastSequence = (resource: string) =>
      this.#rows.entries.filter((entry) => entry.player === player && entry.resource === resource).length;
    this.#rows.balances = [
      ...this.#rows.balances.filter((balance) => balance.player !== player),
      ...Object.entries(this.#timeline.at(player, version) ?? {}).map(([resource, amount]) => ({
        player,
        resource,
        amount,
        lastSequence: lastSequence(resource),
      })),
    ];
    const others = this.#rows.players.filter((one) => one.id !== player);
    this.#rows.players = [...others, { id: player, version, createdAt: 0 }];
  }

  #recordCounters({ player, id, type, key }: ClaimRow, { announces, limit }: ClaimEffect): void {
    this.#rows.pendingRewards = this.#rows.pendingRewards.filter(
      (row) => row.player !== player || row.type !== type || row.key !== key,
    );
    if (announces)
      this.#rows.pendingRewards.push({
        player,
        type: announces.type,
        key: announces.key,
        announcedBy: id,
        configVersion: CONFIG,
      });
    if (limit) this.#rows.limitCounters.push({ player, name: limit.name, day: DAY, used: limit.amount });
  }

  #audit(claim: ClaimRow, amount: number, spentBefore: number): void {
    const { actorId, operation: action, outcome, player, id: claimId, correlationId } = claim;
    const about = { actorId, action, outcome, player, claimId, correlationId };
    this.#rows.audit.push({ ...about, amount, day: DAY, spentBefore });
    const spent = outcome === 'granted' ? spentBefore + amount : spentBefore;
    const awards = this.#rows.audit.filter(
      (one) => one.actorId === actorId && one.outcome === 'granted' && one.action !== 'reverseClaim',
    ).length;
    this.#rows.staffCounters = [
      ...this.#rows.staffCounters.filter(({ staff }) => staff !== actorId),
      { staff: actorId, day: DAY, spent, awards },
    ];
  }
}
