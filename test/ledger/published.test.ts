import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/config/json.ts';
import {
  CONTRACT_VERSION,
  type KernelAnswer,
  type KernelOperation,
} from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commitAll, type Granted, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { testRules } from '../support/ledger/rules.ts';
import { standing } from '../support/ledger/standing.ts';

const SESSIONS = 64;

interface Published {
  readonly config_version: number;
  readonly config_sha256: string;
  /** What a claim gives under this config. */
  readonly gold: number;
}

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
let sessions: pg.Pool;
/** Every config that was published, by its version. */
const published = new Map<number, Published>();
let effects: string;

/** Publishes terms under which a claim gives this much gold. */
async function publish(gold: number): Promise<Published> {
  const document = JSON.stringify({ gold });
  const config_sha256 = await sha256Hex(document);
  const { rows } = await ledger.owner.query(
    `SELECT onceward.publish_config($1, $2, 'tests', NULL, $3) AS version`,
    [document, config_sha256, effects],
  );
  const config = { config_version: rows[0].version as number, config_sha256, gold };
  published.set(config.config_version, config);
  return config;
}
const newest = () => [...published.values()].at(-1) as Published;

beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  sessions = new pg.Pool({
    connectionString: database.databaseUrl,
    max: SESSIONS,
    options: '-c lock_timeout=30s -c statement_timeout=30s',
  });
  sessions.on('error', () => {});
  effects = JSON.stringify(await testRules());
  await publish(1);
});
afterAll(async () => {
  await sessions?.end();
  await ledger?.close();
  await database?.stop();
});

const under = ({ gold, ...config }: Published, over: Partial<KernelOperation> = {}): KernelOperation =>
  operation({ ...config, postings: [give('gold', gold)], ...over });

interface Attempt {
  readonly started: number;
  readonly outcome: Granted;
  readonly gold: number;
  readonly attempts: number;
}

/** Decides under the config that the caller knows, and again under the current one when the kernel says so. */
async function claim(player: string, known: Published): Promise<Attempt> {
  const started = performance.now();
  let sent = under(known, { player });
  for (let attempts = 1; ; attempts++) {
    const { outcomes, current } = await commitAll(sessions, [sent]);
    const [outcome] = outcomes;
    if (outcome?.kind === 'granted')
      return { started, outcome, gold: sent.postings[0]?.delta ?? 0, attempts };
    expect(outcome).toEqual({ kind: 'stale_config' });
    const config = published.get(current?.version ?? 0) ?? (await untilPublished(current?.version ?? 0));
    expect(current).toEqual({ version: config.config_version, sha256: config.config_sha256 });
    const { config_version, config_sha256 } = config;
    sent = { ...sent, config_version, config_sha256, postings: [give('gold', config.gold)] };
  }
}

/** The publisher's acknowledgement may arrive after the answer to an operation. */
async function untilPublished(version: number): Promise<Published> {
  for (;;) {
    const config = published.get(version);
    if (config) return config;
    await sleep(1);
  }
}

describe('at the moment of a publication', () => {
  test('64 operations sent at the moment of a publication each carry the old terms and had started before the publication was acknowledged, or carry the new ones', async () => {
    const players = Array.from({ length: SESSIONS }, () => fresh('player'));
    const old = newest();
    let acknowledged = Number.POSITIVE_INFINITY;
    const attempts: Attempt[] = [];
    const sending = players.map(async (player) => {
      // Every session knows the old config alone, and sends until the new one has decided an operation.
      for (;;) {
        const attempt = await claim(player, old);
        attempts.push(attempt);
        if (attempt.outcome.claim.configVersion !== old.config_version) return;
      }
    });
    await expect.poll(() => attempts.length, { timeout: 20_000 }).toBeGreaterThan(SESSIONS);
    const next = await publish(old.gold + 1);
    acknowledged = performance.now();
    await Promise.all(sending);

    for (const { started, outcome, gold } of attempts) {
      const { configVersion } = outcome.claim;
      expect([old.config_version, next.config_version]).toContain(configVersion);
      expect(gold).toBe(published.get(configVersion)?.gold);
      expect(outcome.changes).toMatchObject([{ delta: gold }]);
      if (configVersion === old.config_version) expect(started).toBeLessThan(acknowledged);
    }
    const underNew = attempts.filter(({ outcome }) => outcome.claim.configVersion === next.config_version);
    expect(underNew).toHaveLength(SESSIONS);
    // The publication met operations that had been decided under the old config.
    expect(underNew.filter(({ attempts: needed }) => needed === 2)).toHaveLength(SESSIONS);
    expect(await brokenInvariants(ledger.owner, players)).toEqual([]);
  });

  test('64 operations that wait for their players while a version is published carry the new terms', async () => {
    const players = Array.from({ length: SESSIONS }, () => fresh('player'));
    const old = newest();
    await Promise.all(players.map((player) => claim(player, old)));
    const holder = await ledger.owner.connect();
    await holder.query('BEGIN');
    await holder.query('SELECT FROM onceward.actors WHERE kind = 1 AND id = ANY ($1) FOR NO KEY UPDATE', [
      players,
    ]);
    const waiting = players.map((player) => claim(player, old));
    await expect
      .poll(
        async () => {
          const { rows } = await ledger.owner.query(
            `SELECT count(*)::int AS waiting FROM pg_stat_activity
            WHERE datname = current_database() AND usename = 'onceward_app' AND wait_event_type = 'Lock'`,
          );
          return rows[0].waiting;
        },
        { timeout: 20_000 },
      )
      .toBe(SESSIONS);
    const next = await publish(old.gold + 1);
    await holder.query('COMMIT');
    holder.release();
    for (const { outcome, gold, attempts } of await Promise.all(waiting)) {
      expect(outcome.claim.configVersion).toBe(next.config_version);
      expect([gold, attempts]).toEqual([next.gold, 2]);
    }
    expect(await brokenInvariants(ledger.owner, players)).toEqual([]);
  });

  test('an operation that starts after the acknowledgement never carries the old terms', async () => {
    const old = newest();
    const next = await publish(old.gold + 1);
    const attempts = await Promise.all(Array.from({ length: SESSIONS }, () => claim(fresh('player'), old)));
    for (const { outcome, attempts: needed } of attempts) {
      expect(outcome.claim.configVersion).toBe(next.config_version);
      expect(needed).toBe(2);
    }
  });
});

describe('an operation under a config that is not current', () => {
  const wrong = (): [string, Partial<KernelOperation>][] => {
    const current = newest();
    const [first] = published.values();
    return [
      ['an invented version', { config_version: current.config_version + 1 }],
      [
        'an older version',
        { config_version: first?.config_version ?? 0, config_sha256: first?.config_sha256 ?? '' },
      ],
      ['another digest of the current version', { config_sha256: 'f'.repeat(64) }],
      ['no digest', { config_sha256: null }],
      ['no config', { config_version: null, config_sha256: null }],
    ];
  };

  test.each([
    'commit',
    'reject',
    'lookup',
    'preview',
  ] as const)('a %s under a config that is not current is answered `stale_config`, and nothing is recorded', async (mode) => {
    await publish(newest().gold + 1);
    const { outcome } = await claim(fresh('player'), newest());
    for (const [what, over] of wrong()) {
      for (const player of [outcome.claim.playerId, fresh('player')]) {
        const before = [await standing(ledger.owner, player), await ledger.playerLedger(player)];
        const sent = under(newest(), {
          player,
          ...(mode === 'reject' && { rejection: { kind: 'unknown_claim_type', claimType: 'x' } }),
          ...(mode !== 'preview' && { mode }),
          ...over,
        });
        const answer =
          mode === 'preview'
            ? await ledger.preview(sent).then(({ preview, ...rest }) => ({ ...rest, outcomes: [preview] }))
            : await ledger.commitAll([sent]);
        expect([what, answer.outcomes]).toEqual([what, [{ kind: 'stale_config' }]]);
        expect(answer.current).toEqual({
          version: newest().config_version,
          sha256: newest().config_sha256,
        });
        expect([await standing(ledger.owner, player), await ledger.playerLedger(player)]).toEqual(before);
      }
    }
  });

  test('a known key is answered under any config, and under none', async () => {
    const sent = under(newest());
    const first = await granted(ledger.commit(sent));
    for (const [, over] of wrong()) {
      const replay = await granted(ledger.commit({ ...sent, ...over }));
      expect(replay).toMatchObject({
        replayed: true,
        claim: { number: 1, configVersion: first.claim.configVersion },
      });
    }
  });

  test('the document travels once, and only to a caller who does not hold it', async () => {
    const { config_version: version, config_sha256: sha256, gold } = newest();
    const stale = under(newest(), { config_version: null, config_sha256: null });
    const send = async (held: readonly string[]): Promise<KernelAnswer> => {
      const { rows } = await ledger.app.query('SELECT onceward.commit_operations($1, $2, $3) AS answer', [
        CONTRACT_VERSION,
        JSON.stringify([stale, { ...stale, idempotency_key: fresh('key'), player: fresh('player') }]),
        held,
      ]);
      return rows[0].answer;
    };
    expect(await send([])).toEqual({
      outcomes: [{ kind: 'stale_config' }, { kind: 'stale_config' }],
      current: { version, sha256 },
      configs: [{ version, sha256, document: { gold } }],
    });
    expect((await send([sha256])).configs).toEqual([{ version, sha256, document: null }]);
  });

  test('a stale operation of a batch does not keep the others from being granted', async () => {
    const stale = under(newest(), { config_sha256: 'f'.repeat(64) });
    const before = await standing(ledger.owner, stale.player);
    const { outcomes } = await ledger.commitAll([under(newest()), stale, under(newest())]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['granted', 'stale_config', 'granted']);
    expect(await standing(ledger.owner, stale.player)).toEqual(before);
  });

  test('a claim stores the version that the kernel read', async () => {
    const next = await publish(newest().gold + 1);
    const { outcome } = await claim(fresh('player'), next);
    const { rows } = await ledger.owner.query(
      'SELECT config_version FROM onceward.claims_by_name WHERE player_id = $1',
      [outcome.claim.playerId],
    );
    expect(rows).toEqual([{ config_version: next.config_version }]);
  });
});
