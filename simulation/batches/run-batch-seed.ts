/**
 * One seed of batches: several callers commit random batches for a few players at once, while configs are published, backends are
 * killed and expired refusals are deleted. Then every key is settled, and all rows are checked with the model.
 */
import pg from 'pg';
import { Tally } from '../invariants/tally.ts';
import { Random } from '../random.ts';
import { again } from './bulks.ts';
import { BatchJournal, Caller } from './callers.ts';
import { checkBatches } from './check.ts';
import type { BatchDraw } from './drafts.ts';
import { drawBulk, drawIntent, drawRush } from './draw.ts';
import {
  type BatchConfig,
  type BatchWorld,
  createBatchWorld,
  digestOf,
  drawConfig,
  effectsOf,
  PERMISSION,
  STOCK,
} from './game.ts';
import { type BatchIntent, isRetryable, keyOf } from './operation.ts';
import { readBatchRows } from './rows.ts';

export interface BatchSeedOptions {
  readonly seed: string;
  /** How many operations are drawn. */
  readonly operations: number;
  readonly callers: number;
  readonly databaseUrl: string;
  readonly owner: pg.Pool;
  readonly count: (kind: string) => void;
  readonly signal: AbortSignal;
}

const REFUSALS_PER_DAY = 60;
const MOST_IN_A_BATCH = 20;
const SETTLE_ROUNDS = 20;
const RUSH_SHARE = 0.25;

export async function runBatchSeed(options: BatchSeedOptions): Promise<Tally> {
  const run = new BatchRun(options);
  await run.prepare();
  try {
    await run.perform();
    await run.settle();
  } finally {
    await run.close();
  }
  return run.check();
}

class BatchRun {
  readonly #options: BatchSeedOptions;
  readonly #world: BatchWorld;
  readonly #journal = new BatchJournal();
  readonly #random: Random;
  readonly #intents: BatchIntent[] = [];
  readonly #bulks: BatchIntent[][] = [];
  readonly #tally = new Tally();
  readonly #callers: Caller[];
  /** Those who want the last units of a stock at the same moment, one for each player. */
  readonly #buyers: Caller[];
  #isRushing = false;
  #publishing: Promise<void> = Promise.resolve();

  constructor(options: BatchSeedOptions) {
    const { seed, databaseUrl, callers, count } = options;
    this.#options = options;
    this.#world = createBatchWorld(seed);
    this.#random = new Random(`${seed}/batches`);
    const journal = this.#journal;
    const caller = (name: string) =>
      new Caller({ databaseUrl, journal, random: this.#random.fork(name), count });
    this.#callers = Array.from({ length: callers }, (_, index) => caller(`caller/${index}`));
    this.#buyers = this.#world.players.map((player) => caller(`buyer/${player}`));
  }

  /** Hires the clerks, allows what the operations need, and publishes the first config. */
  async prepare(): Promise<void> {
    const { owner } = this.#options;
    const { clerks, former, budget } = this.#world;
    await owner.query('UPDATE onceward.settings SET refusals_per_day = $1', [REFUSALS_PER_DAY]);
    await owner.query(
      `INSERT INTO onceward.role_permissions (permission, role)
       VALUES ($1, 'server'), ($2, 'admin') ON CONFLICT DO NOTHING`,
      [PERMISSION.play, PERMISSION.award],
    );
    await owner.query(
      `WITH hired AS (INSERT INTO onceward.actors (kind, id, updated_at)
                      SELECT 3, unnest($1::text[]), now() RETURNING no, id)
       INSERT INTO onceward.staff (actor, role, daily_budget, disabled_at)
       SELECT no, 'admin', $2, CASE WHEN id = $3 THEN now() END FROM hired`,
      [[...clerks, former], budget, former],
    );
    await this.#publish(drawConfig(this.#random));
  }

  async #publish(config: BatchConfig): Promise<void> {
    const { owner, seed, count } = this.#options;
    const sha256 = digestOf(config, `${seed}/${this.#journal.published.length}`);
    const published = await owner.query<{ version: number }>(
      `SELECT onceward.publish_config($1::jsonb, $2, 'batches', NULL, $3::jsonb) AS version`,
      [JSON.stringify(config), sha256, JSON.stringify(effectsOf(config, this.#world))],
    );
    const version = published.rows[0]?.version ?? 0;
    const { rows } = await owner.query<{ from: number }>(
      `SELECT (extract(epoch FROM effective_from) * 1000)::float8 AS "from"
         FROM onceward.balance_configs WHERE version = $1`,
      [version],
    );
    this.#journal.published.push({ version, sha256, from: rows[0]?.from ?? 0, config });
    count('config published');
  }

  async perform(): Promise<void> {
    const { operations, signal } = this.#options;
    const work = async (caller: Caller, random: Random) => {
      while (this.#intents.length < operations && !signal.aborted) {
        const size = random.chance(0.25) ? 1 : random.int(2, MOST_IN_A_BATCH);
        const batch = random.chance(0.15)
          ? this.#drawBulk(random, size)
          : Array.from({ length: size }, () => this.#draw(random));
        await Promise.all([caller.commit(batch), this.#rush(random), this.#disturb(random)]);
      }
    };
    await Promise.all(
      this.#callers.map((caller, index) => work(caller, this.#random.fork(`batches/${index}`))),
    );
    await this.#publishing;
  }

  #draw(random: Random): BatchIntent {
    const intent = drawIntent(this.#drawing(random, 0));
    this.#intents.push(intent);
    return intent;
  }

  /** A new call with several items, or an earlier one again. */
  #drawBulk(random: Random, size: number): BatchIntent[] {
    const earlier = this.#bulks.slice(-10);
    if (earlier.length > 0 && random.chance(0.5)) return again(random.pick(earlier), random);
    const items = drawBulk(Array.from({ length: size }, (_, index) => this.#drawing(random, index)));
    this.#bulks.push(items);
    this.#intents.push(...items);
    return items;
  }

  /** Now and then all players buy of one stock at once. */
  async #rush(random: Random): Promise<void> {
    // Each buyer has one connection.
    if (this.#isRushing || !random.chance(RUSH_SHARE)) return;
    this.#isRushing = true;
    const intents = drawRush(this.#world.players.map((_, index) => this.#drawing(random, index)));
    this.#intents.push(...intents);
    await Promise.all(this.#buyers.map((buyer, index) => buyer.commit(intents.slice(index, index + 1))));
    this.#isRushing = false;
  }

  #drawing(random: Random, offset: number): BatchDraw {
    return {
      random,
      world: this.#world,
      number: this.#intents.length + offset,
      earlier: this.#intents,
      claims: this.#journal.claims,
      versionOf: (player) => this.#journal.known(player).version,
    };
  }

  async #disturb(random: Random): Promise<void> {
    const { owner, count } = this.#options;
    if (random.chance(0.15)) {
      this.#publishing = this.#publishing.then(() => this.#publish(drawConfig(random)));
      await this.#publishing;
    }
    if (random.chance(0.05)) {
      const why = await this.#expireRefusals();
      this.#tally.check('I8', why === null, () => ({
        what: `refusals cannot be expired: ${why}`,
        player: '',
      }));
      count('refusals expired');
    }
    if (!random.chance(0.05)) return;
    const { rowCount } = await owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE usename = 'onceward_app' AND datname = current_database() AND state = 'active'
        ORDER BY random() LIMIT 1`,
    );
    if (rowCount) count('backend killed');
  }

  /** Deletes expired refusals as the app role does. Returns the error; null: there was none. */
  async #expireRefusals(): Promise<string | null> {
    const client = new pg.Client({ connectionString: this.#options.databaseUrl });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT onceward.expire_refusals()');
      return null;
    } catch (error) {
      const { code = '', message } = error as pg.DatabaseError;
      // The simulation kills backends, this one included, and uses up the connections of the role.
      return code.startsWith('57P') || code === '53300' ? null : message;
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** Sends every operation without an outcome again until it has one. */
  async settle(): Promise<void> {
    const [caller] = this.#callers as [Caller];
    let open = this.#open();
    for (let round = 0; round < SETTLE_ROUNDS && open.length > 0; round += 1) {
      for (const intent of open) await caller.commit([intent]);
      open = this.#open();
    }
    for (const { operation } of open)
      this.#tally.check('I7', false, () => ({
        what: `${operation.name} has no outcome after ${SETTLE_ROUNDS} retries`,
        player: operation.player,
        evidence: [`key ${operation.idempotency_key}`],
      }));
  }

  #open(): BatchIntent[] {
    const settled = new Set(
      this.#journal.attempts
        .filter(({ outcome, size }) => !isRetryable(outcome) && (outcome.kind !== 'error' || size === 1))
        .map(({ sent }) => `${keyOf(sent)}\n${sent.fingerprint}`),
    );
    return this.#intents.filter(
      ({ operation, isPoison, isForbidden, isStale }) =>
        !isPoison &&
        !isForbidden &&
        !isStale &&
        !settled.has(`${keyOf(operation)}\n${operation.fingerprint}`),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#callers, ...this.#buyers].map((caller) => caller.close()));
  }

  async check(): Promise<Tally> {
    const { owner, seed } = this.#options;
    const rows = await readBatchRows(owner, { seed, stripes: STOCK.stripes });
    const { attempts, published, bulkAnswers } = this.#journal;
    for (const fault of bulkAnswers)
      this.#tally.check('I7', fault === null, () => ({ what: String(fault), player: '' }));
    checkBatches(this.#tally, {
      attempts,
      rows,
      world: this.#world,
      published,
      refusalsPerDay: REFUSALS_PER_DAY,
    });
    return this.#tally;
  }
}
