import { spawn } from 'node:child_process';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IntegrityPage } from '../../src/ledger/read-integrity.ts';
import { commit as commitWith, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';

const PLAYERS = 9;

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
const players = Array.from({ length: PLAYERS }, () => fresh('player')).sort();
/** The one whose rows are damaged: neither the first nor the last. */
const victim = players[4] as string;

beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
  for (const [place, playerId] of players.entries()) {
    const grant = { playerId, postings: [give('gold', 100), give('experience', 150)], milestones: [LEVELS] };
    await ledger.commit(operation(grant));
    await ledger.commit(operation({ playerId, postings: [take('gold', 30)] }));
    await ledger.commit(operation({ playerId, postings: [take('gold', 1_000)] }));
    const recipient = { playerId: players[(place + 1) % PLAYERS] as string, postings: [give('gold', 5)] };
    if (place < PLAYERS - 1) await ledger.commit(operation({ ...grant, postings: [take('gold', 5)] }));
    await ledger.commit(operation({ playerId: recipient.playerId, postings: [give('gold', 20)] }));
    await ledger.commit(operation({ playerId, postings: [take('gold', 5)], counterparty: recipient }));
  }
}, 60_000);
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const pageOf = async (client: pg.ClientBase | pg.Pool, after = '', size = 1_000): Promise<IntegrityPage> =>
  (await (client as pg.Pool).query('SELECT onceward.integrity_page($1, $2) AS page', [after, size])).rows[0]
    .page;

async function run({ ownerDatabaseUrl } = database): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [
    'cli/integrity.ts',
    '--players',
    '4',
    '--database-url',
    ownerDatabaseUrl,
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}

test('a ledger that the kernel wrote is sound, transfers and refusals included', async () => {
  const { faults, ...page } = await pageOf(ledger.owner);
  expect(faults).toEqual([]);
  const { rows } = await ledger.owner.query('SELECT count(*)::int AS entries FROM onceward.ledger_entries');
  expect(rows[0].entries).toBeGreaterThan(PLAYERS * 4);
  expect(page).toEqual({ players: PLAYERS, entries: rows[0].entries, next: null });
});

test('pages of any size look at every player and entry once', async () => {
  const whole = await pageOf(ledger.owner);
  for (const size of [1, 2, 4, 8, 9, 10]) {
    let [seen, entries, pages] = [0, 0, 0];
    for (let after: string | null = ''; after !== null; pages += 1) {
      const page: IntegrityPage = await pageOf(ledger.owner, after, size);
      seen += page.players;
      entries += page.entries;
      after = page.next;
    }
    expect([seen, entries]).toEqual([PLAYERS, whole.entries]);
    expect(pages).toBeGreaterThanOrEqual(Math.ceil(PLAYERS / size));
  }
});

test('the app role may look, and sees the same', async () => {
  expect(await pageOf(ledger.app)).toEqual(await pageOf(ledger.owner));
});

/** Past triggers, foreign keys and constraints, as a failing disk or a hand on the wrong table would do it. */
const DAMAGES: [string, { invariant: string; resource?: string }, string][] = [
  [
    'a balance that nobody moved',
    { invariant: 'I1', resource: 'gold' },
    `UPDATE onceward.balances SET amount = amount + 1 WHERE player_id = $1 AND resource = 'gold'`,
  ],
  [
    'a balance that is gone',
    { invariant: 'I1', resource: 'gold' },
    `DELETE FROM onceward.balances WHERE player_id = $1 AND resource = 'gold'`,
  ],
  [
    'a balance without entries',
    { invariant: 'I1', resource: 'gems' },
    `INSERT INTO onceward.balances (player_id, resource, amount, last_sequence) VALUES ($1, 'gems', 7, 0)`,
  ],
  [
    'an entry that is gone',
    { invariant: 'I2', resource: 'gold' },
    `DELETE FROM onceward.ledger_entries WHERE player_id = $1 AND resource = 'gold' AND sequence = 2`,
  ],
  [
    'an entry that was shifted',
    { invariant: 'I2', resource: 'gold' },
    `UPDATE onceward.ledger_entries SET balance_before = balance_before + 1, balance_after = balance_after + 1 WHERE player_id = $1 AND resource = 'gold' AND sequence = 2`,
  ],
  [
    'an entry from before its predecessor',
    { invariant: 'I2', resource: 'gold' },
    `UPDATE onceward.ledger_entries SET recorded_at = recorded_at - interval '1 day' WHERE player_id = $1 AND resource = 'gold' AND sequence = 2`,
  ],
  [
    'an entry that does not add up',
    { invariant: 'I3', resource: 'gold' },
    `UPDATE onceward.ledger_entries SET delta = delta + 1 WHERE player_id = $1 AND resource = 'gold' AND sequence = 1`,
  ],
  [
    'an entry of a claim that was refused',
    { invariant: 'I4', resource: 'gold' },
    `UPDATE onceward.ledger_entries SET claim_id = (SELECT id FROM onceward.reward_claims WHERE player_id = $1 AND outcome = 'rejected' LIMIT 1) WHERE player_id = $1 AND resource = 'gold' AND sequence = 1`,
  ],
  [
    'an entry of a claim that is gone',
    { invariant: 'I4', resource: 'gold' },
    `UPDATE onceward.ledger_entries SET claim_id = uuidv7() WHERE player_id = $1 AND resource = 'gold' AND sequence = 1`,
  ],
  [
    'a claim whose snapshot is another',
    { invariant: 'I4', resource: 'gold' },
    `UPDATE onceward.reward_claims SET balances_after = balances_after || '{"gold": 1}' WHERE player_id = $1 AND player_version = 1 AND outcome = 'granted'`,
  ],
  [
    'a version without a claim',
    { invariant: 'I4' },
    `UPDATE onceward.players SET version = version + 1 WHERE id = $1`,
  ],
  [
    'a claim granted twice',
    { invariant: 'I5' },
    `UPDATE onceward.reward_claims SET claim_type = 'quest', claim_key = 'the same' WHERE player_id = $1 AND outcome = 'granted'`,
  ],
  [
    'a key with two outcomes',
    { invariant: 'I5' },
    `UPDATE onceward.reward_claims SET idempotency_key = 'the-same-key-0000' WHERE player_id = $1`,
  ],
];

describe('names what was damaged, and whose it is:', () => {
  test.each(DAMAGES)('%s', async (_, expected, damage) => {
    const client = await ledger.owner.connect();
    try {
      await client.query(`BEGIN; SET LOCAL session_replication_role = replica;
        ALTER TABLE onceward.ledger_entries DROP CONSTRAINT ledger_entries_add_up;
        DROP INDEX onceward.reward_claims_granted_once;
        ALTER TABLE onceward.reward_claims DROP CONSTRAINT reward_claims_one_per_idempotency_key`);
      const { rowCount } = await client.query(damage, [victim]);
      expect(rowCount).toBeGreaterThan(0);
      const { faults } = await pageOf(client);
      expect(faults).toContainEqual(expect.objectContaining({ ...expected, playerId: victim }));
      // The recipient of the victim's transfer shares a claim with it, and nobody else has anything to do with it.
      expect(players.slice(4, 6)).toEqual(expect.arrayContaining(faults.map(({ playerId }) => playerId)));
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect((await pageOf(ledger.owner)).faults).toEqual([]);
  });
});

describe('npm run integrity', () => {
  test('says that all is sound, and ends with 0', async () => {
    const { status, output } = await run();
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining('The ledger is sound.'),
    });
    expect(output).toContain(`${PLAYERS} players and`);
  });

  test('ends with 1 where nobody is: nothing was proved', async () => {
    const empty = await startOwnDatabase();
    try {
      const { status, output } = await run(empty);
      expect(status).toBe(1);
      expect(output).toContain('nothing was proved');
    } finally {
      await empty.stop();
    }
  });

  test('names what is wrong, and ends with 1: on a damaged copy, rows of nobody included', async () => {
    await ledger.owner.query(`ALTER TABLE onceward.ledger_entries DISABLE TRIGGER ALL`);
    await commitWith(ledger.owner, operation({ playerId: 'zz-last', postings: [give('gold', 1)] }));
    await ledger.owner.query(
      `UPDATE onceward.ledger_entries SET player_id = 'zzz-nobody' WHERE player_id = 'zz-last'`,
    );
    const { status, output } = await run();
    expect(status).toBe(1);
    expect(output).toContain(
      'I1  zz-last, gold: the balance is 1 after 1 entries; the entries are 0 and add up to 0',
    );
    expect(output).toContain('I1  zzz-nobody, gold: the balance is missing');
    expect(output).toContain('I4  zzz-nobody, gold, entry 1');
  });
});
