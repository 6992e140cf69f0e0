/**
 * A history without a fault, as a service that keeps every promise would leave it: answers, rows, reads and log. Built with
 * the model, for doctoring: it says nothing of the product.
 */
import { type Answer, type Attempt, Journal, type ReceiptSeen } from '../../simulation/clients/journal.ts';
import type { AuditRow, ClaimRow, EntryRow, Rows } from '../../simulation/invariants/rows.ts';
import type { History } from '../../simulation/model/history.ts';
import { judge, type Verdict } from '../../simulation/model/kernel.ts';
import { shownBalances } from '../../simulation/model/receipts.ts';
import { drawVariant, levelFor, tierFor } from '../../simulation/model/rules.ts';
import { Timeline } from '../../simulation/model/timeline.ts';
import { loadOperations } from '../../simulation/operation.ts';
import { Random } from '../../simulation/random.ts';
import type { Draft, Intent } from '../../simulation/schedule/intent.ts';
import { createWorld } from '../../simulation/schedule/world.ts';

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
  send(intent: Intent, sent: Record<string, unknown> = {}): Attempt {
    const attempt = this.journal.begin({
      category: 'fresh',
      intent,
      sent: { ...sent, idempotencyKey: intent.key },
      ticket: null,
      expiredTicket: false,
      faults: { front: null, database: null },
    });
    this.journal.end(attempt, this.#answer(attempt));
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

  #answer(attempt: Attempt): Answer {
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
    const answer = known?.answer ?? this.#carryOut(attempt);
    this.log[correlationId] =
      answer.kind === 'rejected'
        ? answer.rejection.kind.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase()
        : 'RECEIPT';
    return known && answer.kind === 'receipt'
      ? { kind: 'receipt', receipt: { ...answer.receipt, replayed: true } }
      : answer;
  }

  #carryOut({ intent, sent, correlationId }: Attempt): Answer {
    const { player, actor, key } = intent;
    const id = `claim-${this.#rows.claims.length + 1}`;
    const recordedKey = String(
      (intent.input as { key?: string }).key ?? 'award:2026-11-22:0123456789abcdef0123456789abcdef',
    );
    const effect = operations.get(intent.operation)?.effect({
      intent,
      sent,
      rules,
      published: [rules],
      days: [DAY],
      claim: { type: '', key: recordedKey, claimedAt: 0, row: {} },
    });
    if (effect?.kind !== 'claim') throw new Error('sound histories here hold claims alone');
    const version = this.#timeline.version(player);
    const member = Object.values(world.staff).find((one) => one.id === actor.id);
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
      draws: [],
      counterparty: null,
      claimedAt: 0,
      row: {},
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
    names: { type: string; key: string },
    { changes, anchors, furtherKeys }: Extract<Verdict, { kind: 'granted' }>,
  ): ReceiptSeen {
    const { player, id, version } = claim;
    const before = this.#timeline.at(player, version - 1) ?? {};
    const entries = changes.map((change, index): EntryRow => {
      const sequence =
        1 +
        this.#rows.entries.filter((entry) => entry.player === player && entry.resource === change.resource)
          .length;
      return { ...change, claimId: id, version, ordinal: index + 1, sequence };
    });
    this.#rows.entries.push(...(entries as Mutable<EntryRow>[]));
    this.#timeline.grant({ ...claim, changes, anchors }, { ...names, furtherKeys, days: [DAY] }, [player]);
    claim.anchorsAfter = Object.fromEntries(this.#timeline.anchorsAt(player, version));
    const balances = { ...this.#timeline.at(player, version) };
    const own = this.#rows.balances.filter((balance) => balance.player !== player);
    this.#rows.balances = [
      ...own,
      ...Object.entries(balances).map(([resource, amount]) => ({
        player,
        resource,
        amount,
        lastSequence: this.#rows.entries.filter(
          (entry) => entry.player === player && entry.resource === resource,
        ).length,
      })),
    ];
    claim.balancesAfter = balances;
    const others = this.#rows.players.filter((one) => one.id !== player);
    this.#rows.players = [...others, { id: player, version, createdAt: 0 }];
    const shown = shownBalances(this.#timeline, rules, { player, version, at: 0 });
    const of = (state: Readonly<Record<string, number>>, resource: string) => state[resource] ?? 0;
    return {
      replayed: false,
      correlationId: claim.correlationId,
      levelBefore: levelFor(rules, of(before, 'experience')),
      levelAfter: levelFor(rules, of(balances, 'experience')),
      tierBefore: tierFor(rules, of(before, 'lifetime_points')),
      tierAfter: tierFor(rules, of(balances, 'lifetime_points')),
      claim: {
        ...claim,
        playerId: player,
        actorKind: claim.actorKind.toUpperCase(),
        playerVersion: version,
        claimedAt: '',
        counterpartyId: null,
      },
      changes: entries.map((entry) => ({ ...entry, cause: entry.cause.toUpperCase() })),
      counterpartyChanges: null,
      player: {
        version,
        level: levelFor(rules, of(balances, 'experience')),
        unspentStatPoints: of(balances, 'stat_points'),
        balances: Object.entries(shown).map(([resource, amount]) => ({ resource, amount })),
        stats: Object.entries(rules.stats).map(([name, { base, perPoint }]) => {
          const points = of(balances, `stat:${name}`);
          return { name: name.toUpperCase(), points, maximum: base + perPoint * points };
        }),
        tier: { name: null },
      },
    };
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
      (one) => one.actorId === actorId && one.outcome === 'granted',
    ).length;
    this.#rows.budgets = [
      ...this.#rows.budgets.filter(({ staff }) => staff !== actorId),
      { staff: actorId, day: DAY, spent, awards },
    ];
  }
}
