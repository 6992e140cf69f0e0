/**
 * A history without a fault, as a service that keeps every promise would leave it: answers, rows, reads and log. Built with
 * the model, for doctoring: it says nothing of the product.
 */
import { type Answer, type Attempt, Journal, type ReceiptSeen } from '../../simulation/clients/journal.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from '../../simulation/invariants/rows.ts';
import type { Change, Effect } from '../../simulation/model/effect.ts';
import type { History } from '../../simulation/model/history.ts';
import { judge, type Verdict } from '../../simulation/model/kernel.ts';
import { drawVariant } from '../../simulation/model/rules.ts';
import { Timeline } from '../../simulation/model/timeline.ts';
import { loadOperations } from '../../simulation/operation.ts';
import { Random } from '../../simulation/random.ts';
import type { Draft, Intent } from '../../simulation/schedule/intent.ts';
import { createWorld, staffOf } from '../../simulation/schedule/world.ts';
import { soundReceipt } from './sound-receipt.ts';

export type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

export const operations = await loadOperations();
export const world = createWorld('t');
export const { rules } = drawVariant(new Random('a sound history'), operations.values());
export const CONFIG = 1;
export const DAY = '2026-11-22';

export interface Doctorable {
  readonly attempts: Mutable<Attempt>[];
  readonly reads: Mutable<History['reads'][number]>[];
  readonly rows: Mutable<Rows>;
  /** Codes by correlation ID. */
  readonly log: Record<string, string>;
}

/** Answers as the contract has them, one after the other. */
export class SoundService {
  readonly journal = new Journal();
  readonly log: Record<string, string> = {};
  readonly #timeline = new Timeline(new Map());
  readonly #rows: Mutable<Rows> = {
    players: [],
    claims: [],
    entries: [],
    balances: [],
    furtherKeys: [],
    audit: [],
    budgets: [],
    quotas: [],
    owed: [],
    configs: [{ version: CONFIG, sha256: 'its digest' }],
  };
  #intents = 0;

  intent(operation: string, draft: Draft, key = `key-of-intent-number-${this.#intents}`): Intent {
    this.#intents += 1;
    return { ...draft, number: this.#intents, operation, key };
  }

  /** Does it, or tells again what was done. */
  send(intent: Intent, sent: Record<string, unknown> = {}, draws: readonly object[] = []): Attempt {
    const attempt = this.journal.begin({
      category: 'fresh',
      intent,
      sent: { ...sent, idempotencyKey: intent.key },
      ticket: null,
      expiredTicket: false,
      faults: { front: null, database: null },
    });
    this.journal.end(attempt, this.#answer(attempt, draws));
    return attempt;
  }

  read(player: string): void {
    const version = this.#timeline.version(player);
    const balances = { ...this.#timeline.at(player, version) };
    const began = this.journal.tick();
    const floorVersion = this.journal.versionOf(player);
    const seen = { kind: 'player' as const, version, balances };
    this.journal.reads.push({ player, began, floorVersion, ended: this.journal.tick(), seen });
  }

  history(): Doctorable {
    const { attempts, reads } = this.journal;
    const rows = this.#rows;
    // Through JSON, so that no two parts are one object: each can be doctored by itself.
    return JSON.parse(JSON.stringify({ attempts, reads, rows, log: this.log })) as Doctorable;
  }

  #answer(attempt: Attempt, draws: readonly object[]): Answer {
    const { intent, correlationId } = attempt;
    if (intent.refusal) return { kind: 'fault', code: intent.refusal, retryable: false };
    const same = this.journal.attempts.filter(
      ({ intent: { player, key }, answer }) => answer && player === intent.player && key === intent.key,
    );
    const known = same.find(({ answer }) => answer?.kind === 'receipt' || answer?.kind === 'rejected');
    if (known && known.intent !== intent) {
      this.log[correlationId] = 'IDEMPOTENCY_KEY_REUSED';
      return {
        kind: 'rejected',
        rejection: { kind: 'IdempotencyKeyReused', details: { fields: [] } },
        correlationId: known.correlationId,
        original: null,
      };
    }
    const answer = known?.answer ?? this.#carryOut(attempt, draws);
    this.log[correlationId] =
      answer.kind === 'rejected'
        ? answer.rejection.kind.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase()
        : 'RECEIPT';
    return known && answer.kind === 'receipt'
      ? { kind: 'receipt', receipt: { ...answer.receipt, replayed: true } }
      : answer;
  }

  #carryOut({ intent, sent, correlationId }: Attempt, draws: readonly object[]): Answer {
    const { player, actor, key } = intent;
    const id = `claim-${this.#rows.claims.length + 1}`;
    const recordedKey = String(
      (intent.input as { key?: string }).key ?? 'award:2026-11-22:0123456789abcdef0123456789abcdef',
    );
    const row = { outcome: 'granted', player_id: player, draws };
    const effect = operations.get(intent.operation)?.effect({
      intent,
      sent,
      rules,
      published: [rules],
      days: [DAY],
      claim: { type: '', key: recordedKey, claimedAt: 0, row },
    });
    if (effect?.kind !== 'claim') throw new Error('sound histories here hold claims alone');
    const version = this.#timeline.version(player);
    const member = staffOf(world).find((one) => one.id === actor.id);
    const spentBefore = this.#rows.audit
      .filter((row) => row.actorId === actor.id && row.outcome === 'granted')
      .reduce((sum, { amount }) => sum + amount, 0);
    const verdict = judge(
      effect,
      {
        player,
        exists: () => version > 0,
        creates: actor.kind !== 'staff',
        version,
        expectedVersion: null,
        ledger: this.#timeline.view(player, version),
        today: rules,
        moment: 0,
        used: 0,
        takenBy: (type, name) => this.#timeline.takenBy(player, version, type, name),
        furtherTakenBy: (further) => this.#timeline.furtherTakenBy(player, version, further),
        staff: member
          ? {
              bound: member.rewardLimit ?? rules.limitPerReward,
              budget: member.dailyBudget ?? rules.budgetPerDay,
              spentBefore,
              awards: rules.awardsPerDay,
              awardsBefore: 0,
            }
          : null,
      },
      rules,
    );
    const granted = verdict.kind === 'granted';
    const other = granted ? effect.counterparty : undefined;
    const claim: ClaimRow = {
      id,
      player,
      operation: intent.operation,
      type: effect.type,
      key: effect.key,
      idempotencyKey: key,
      outcome: granted ? 'granted' : 'rejected',
      actorKind: actor.kind,
      actorId: actor.id,
      configVersion: CONFIG,
      correlationId,
      version: granted ? version + 1 : version,
      balancesAfter: null,
      anchorsAfter: {},
      draws,
      counterparty:
        other === undefined
          ? null
          : { player: other, version: this.#timeline.version(other) + 1, balancesAfter: {} },
      claimedAt: 0,
      row,
    };
    this.#rows.claims.push(claim as Mutable<ClaimRow>);
    const amount = granted ? verdict.handedOut : 0;
    if (member) this.#audit(claim, amount, spentBefore);
    if (!granted) {
      const paid = String(verdict.rejection.details.claimId ?? '');
      const original = this.journal.attempts.find(
        ({ answer }) => answer?.kind === 'receipt' && answer.receipt.claim.id === paid,
      )?.answer;
      return {
        kind: 'rejected',
        rejection: verdict.rejection,
        correlationId,
        original: original?.kind === 'receipt' ? original.receipt : null,
      };
    }
    return { kind: 'receipt', receipt: this.#grant(claim as Mutable<ClaimRow>, effect, verdict) };
  }

  #grant(
    claim: Mutable<ClaimRow>,
    effect: Extract<Effect, { kind: 'claim' }>,
    { changes, anchors, furtherKeys }: Extract<Verdict, { kind: 'granted' }>,
  ): ReceiptSeen {
    const { player, id, version, counterparty } = claim;
    const { type, key, owes, quota } = effect;
    const versions = new Map([[player, version]]);
    if (counterparty) versions.set(counterparty.player, counterparty.version);
    const before = this.#timeline.at(player, version - 1) ?? {};
    const entries = changes.map((change, index): EntryRow => {
      const place = this.#entriesOf(change.player, change.resource).length + 1;
      const made = versions.get(change.player) ?? 0;
      const earlier = changes.slice(0, index).filter((one) => isSameBalance(one, change)).length;
      return { ...change, claimId: id, version: made, ordinal: index + 1, sequence: place + earlier };
    });
    this.#rows.entries.push(...(entries as Mutable<EntryRow>[]));
    const names = { type, key, furtherKeys, owes, quota, days: [DAY] };
    this.#timeline.grant({ ...claim, changes, anchors }, names, [...versions.keys()]);
    claim.anchorsAfter = Object.fromEntries(this.#timeline.anchorsAt(player, version));
    for (const [one, made] of versions) this.#keepBalances(one, made);
    claim.balancesAfter = { ...this.#timeline.at(player, version) };
    if (counterparty)
      counterparty.balancesAfter = { ...this.#timeline.at(counterparty.player, counterparty.version) };
    this.#keepBooks(claim, effect);
    return soundReceipt({ claim, entries, before, timeline: this.#timeline }, rules);
  }

  #entriesOf(player: string, resource: string): readonly EntryRow[] {
    return this.#rows.entries.filter((entry) => entry.player === player && entry.resource === resource);
  }

  #keepBalances(player: string, version: number): void {
    this.#rows.balances = [
      ...this.#rows.balances.filter((balance) => balance.player !== player),
      ...Object.entries(this.#timeline.at(player, version) ?? {}).map(([resource, amount]) => ({
        player,
        resource,
        amount,
        lastSequence: this.#entriesOf(player, resource).length,
      })),
    ];
    const others = this.#rows.players.filter((one) => one.id !== player);
    this.#rows.players = [...others, { id: player, version, createdAt: 0 }];
  }

  /** What is kept beside claims and entries. */
  #keepBooks({ player, id, type, key }: ClaimRow, { owes, quota }: Extract<Effect, { kind: 'claim' }>): void {
    this.#rows.owed = this.#rows.owed.filter(
      (row) => row.player !== player || row.type !== type || row.key !== key,
    );
    if (owes)
      this.#rows.owed.push({
        player,
        type: owes.type,
        key: owes.key,
        announcedBy: id,
        configVersion: CONFIG,
      });
    if (quota) this.#rows.quotas.push({ player, name: quota.name, day: DAY, used: quota.amount });
  }

  #audit(
    { actorId, operation, outcome, player, id, correlationId }: ClaimRow,
    amount: number,
    spentBefore: number,
  ): void {
    const row: AuditRow = {
      actorId,
      action: operation,
      outcome,
      player,
      claimId: id,
      amount,
      correlationId,
      day: DAY,
      spentBefore,
    };
    this.#rows.audit.push(row);
    const spent = outcome === 'granted' ? spentBefore + amount : spentBefore;
    const awards = this.#rows.audit.filter(
      (one) => one.actorId === actorId && one.outcome === 'granted' && one.action !== 'reverseClaim',
    ).length;
    this.#rows.budgets = [
      ...this.#rows.budgets.filter(({ staff }) => staff !== actorId),
      { staff: actorId, day: DAY, spent, awards },
    ];
  }
}

function isSameBalance(one: Change, other: Change): boolean {
  return one.player === other.player && one.resource === other.resource;
}
