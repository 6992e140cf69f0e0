import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/domain/outcome.ts';
import { decodeOutcomes } from '../../src/ledger/decode-outcome.ts';
import {
  CONTRACT_VERSION,
  type KernelClaim,
  type KernelOperation,
} from '../../src/ledger/kernel-contract.ts';
import { dice } from '../support/ledger/dice.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { HOURLY, LEVELS, publishRules, testRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimOf,
  limitUse,
  type Pending,
  pending,
  recovery,
  reversal,
  timePasses,
  transfer,
} from '../support/ledger/systems.ts';
import { sizeOf } from '../support/long-run.ts';

/** A database of this file's own, because it publishes. */
let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
let staff: string;
beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
  staff = await ledger.addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000_000 });
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

/** What was sent, and everything that its caller learned. */
interface Sent {
  readonly operation: KernelOperation;
  readonly outcome: Outcome;
}

/** The outcome as the Worker decodes it. */
async function send(sent: KernelOperation): Promise<Outcome> {
  const { rows: current } = await ledger.owner.query(
    `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs WHERE effective_from <= clock_timestamp()
      ORDER BY effective_from DESC, version DESC LIMIT 1`,
  );
  const complete = { ...sent, ...current[0] };
  const { rows } = await ledger.app.query(`SELECT onceward.commit_operations($1, $2, '{}') AS answer`, [
    CONTRACT_VERSION,
    JSON.stringify([complete]),
  ]);
  return decodeOutcomes(rows[0].answer, [complete])[0] as Outcome;
}

/** All of a receipt. The config comes only with a replay whose claim was decided under another one. */
function receiptOf(outcome: Outcome) {
  if (outcome.kind === 'granted') {
    const { replayed: _, config: _config, ...receipt } = outcome;
    return receipt;
  }
  if (outcome.kind !== 'rejected') throw new Error(`not an outcome of a key: ${JSON.stringify(outcome)}`);
  const { replayed: _, ...receipt } = outcome;
  return receipt;
}

/** One history: what was sent so far, by whom, and what can be reversed or recovered. */
class History {
  readonly sent: Sent[] = [];
  readonly players = Array.from({ length: 3 }, () => fresh('player'));
  readonly #claims: Pick<KernelClaim, 'handle' | 'number' | 'playerId'>[] = [];
  readonly #pending: Pending[] = [];
  readonly #roll: (sides: number) => number;

  constructor(seed: number) {
    this.#roll = dice(seed);
  }

  async step(): Promise<void> {
    const kinds = [
      () => this.#send(this.#claim()),
      () => this.#send(this.#claim()),
      () => this.#send(this.#claim()),
      () => this.#send(this.#spend()),
      () => this.#send(this.#transfer()),
      () => this.#send(this.#award()),
      () => this.#announce(),
      () => this.#settle(),
      () => this.#reverse(),
      () => this.#again(),
      () => this.#publish(),
      () => timePasses(ledger.owner, this.#player(), this.#roll(40) * 360),
    ];
    await kinds[this.#roll(kinds.length)]?.();
  }

  #player = (): string => this.players[this.#roll(this.players.length)] as string;

  #claim(): KernelOperation {
    const hero = (outcome: string, guaranteed: boolean) => ({
      draws: [{ table: 'summons', outcome, roll: this.#roll(100), of: 100, guaranteed }],
      postings: [
        give(`hero:${outcome}`, 1),
        outcome === 'legend' ? take('pity', 9, { clamp: true }) : give('pity', 1),
      ],
    });
    const draws = this.#roll(3) === 0;
    return operation({
      player: this.#player(),
      postings: [
        give('gold', this.#roll(20)),
        give('experience', this.#roll(90)),
        give('charges', this.#roll(3), { ceiling: 8, clamp: true }),
        // Nothing may move here, except from when the next unit counts.
        give('charges', 0),
      ],
      choices: draws
        ? [
            {
              one_of: [
                { when: [{ resource: 'pity', at_least: 2 }], ...hero('legend', true) },
                { when: [], ...hero('common', false) },
              ],
            },
          ]
        : [],
      milestones: true,
      shown: ['experience', 'gems', 'gold', 'levels_paid'],
      units: 1 + this.#roll(3),
      limits: this.#roll(3) === 0 ? [limitUse({ bound: 12, since: '2026-01-01T00:00:00Z' })] : [],
      source_keys: [{ game: false, resource: 'gold', key: String(this.#roll(60)) }],
      expected_version: this.#roll(8) === 0 ? this.#roll(30) : null,
      client_correlation_id: this.#roll(2) === 0 ? fresh('trace') : null,
    });
  }

  #spend(): KernelOperation {
    const postings = [take('gold', this.#roll(30)), take('charges', this.#roll(4)), give('gems', 1)];
    return operation({ player: this.#player(), postings, shown: ['experience'] });
  }

  #transfer(): KernelOperation {
    const [from, to] = [this.#player(), this.#player()];
    return transfer(from, from === to ? fresh('nobody') : to, 1 + this.#roll(15));
  }

  #award(): KernelOperation {
    return { ...award(staff, this.#roll(9)), player: this.#player() };
  }

  async #announce(): Promise<void> {
    const reward = pending(this.#player());
    this.#pending.push(reward);
    const resources = ['experience', 'levels_paid', 'stat_points'];
    await this.#send(announcement(reward, { resources, postings: [give('experience', this.#roll(200))] }));
  }

  async #settle(): Promise<void> {
    const reward = this.#pending[this.#roll(this.#pending.length + 1)] ?? pending(this.#player());
    await this.#send(this.#roll(2) === 0 ? recovery(reward) : claimOf(reward));
  }

  async #reverse(): Promise<void> {
    const claim = this.#claims[this.#roll(this.#claims.length + 1)];
    if (!claim) return;
    const options = { milestones: true, allow_debt: this.#roll(2) === 0, reopen: this.#roll(2) === 0 };
    await this.#send(reversal(staff, claim, { ...options, counters: ['pity'] }));
  }

  /** The same claim under another key: it is rejected, or granted because it was rejected or reopened. */
  async #again(): Promise<void> {
    const earlier = this.sent[this.#roll(this.sent.length + 1)];
    if (earlier) await this.#send({ ...earlier.operation, idempotency_key: fresh('key') });
  }

  async #publish(): Promise<void> {
    const { regeneration } = await testRules();
    const others = regeneration.filter(({ resource }) => resource !== HOURLY.resource);
    const rule = { ...HOURLY, every_seconds: 1_800 * (1 + this.#roll(4)), cap_base: 5 + this.#roll(5) };
    const thresholds = [100, 300, 600].map((threshold) => threshold + this.#roll(90));
    await publishRules(ledger.owner, {
      regeneration: [...others, rule],
      milestones: [{ ...LEVELS, thresholds }],
    });
  }

  async #send(sent: KernelOperation): Promise<void> {
    const outcome = await send(sent);
    this.sent.push({ operation: sent, outcome });
    if (outcome.kind !== 'granted') return;
    const { rows } = await ledger.owner.query(
      `SELECT handle, number, player_id AS "playerId" FROM onceward.claims_by_name
        WHERE player_id = $1 AND idempotency_key = $2`,
      [sent.player, sent.idempotency_key],
    );
    this.#claims.push(rows[0]);
  }

  /** Sends everything again, as a retry of another request would. */
  async expectReplays(): Promise<void> {
    const before = await standing(ledger.owner, ...this.players);
    for (const { operation: earlier, outcome } of this.sent) {
      const again = await send({
        ...earlier,
        correlation_id: randomUUID(),
        client_correlation_id: 'retry',
      });
      const described = JSON.stringify({ earlier, outcome });
      expect(again, described).toMatchObject({ kind: outcome.kind, replayed: true });
      expect(receiptOf(again), described).toEqual(receiptOf(outcome));
    }
    expect(await standing(ledger.owner, ...this.players)).toEqual(before);
  }
}

describe('a replay equals the original in every field', () => {
  test.each(
    [1, 2, 3, 4, 5, 6].slice(0, sizeOf({ long: 6, short: 3 })),
  )('after later claims, config changes, reversals and time: random history %i', async (seed) => {
    const history = new History(20_261_122 + seed);
    for (let count = 0; count < 80; count++) await history.step();
    await history.expectReplays();
    const kinds = history.sent.map(({ outcome }) => outcome.kind);
    expect(new Set(kinds)).toEqual(new Set(['granted', 'rejected']));
    expect(await brokenInvariants(ledger.owner, history.players)).toEqual([]);
  });
});
