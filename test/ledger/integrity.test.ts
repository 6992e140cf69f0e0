import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integrityCommand } from '../../cli/integrity.ts';
import type { IntegrityPage, StoredFault } from '../../src/ledger/read-integrity.ts';
import { runHere, startCommand } from '../support/ledger/commands.ts';
import { DAMAGES, entry } from '../support/ledger/damages.ts';
import { commit as commitWith, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { announcement, limitUse, pending, reversal, transfer } from '../support/ledger/systems.ts';

type Page = IntegrityPage<StoredFault>;

const PLAYERS = 9;

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
const players = Array.from({ length: PLAYERS }, () => fresh('player'));
/** The one whose rows are damaged: neither the first nor the last. */
const victim = players[4] as string;

beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
  const staff = await ledger.addStaff({ limit: 10_000, budget: 100_000 });
  for (const player of players)
    await granted(
      ledger.commit(
        operation({ player, postings: [give('gold', 100), give('experience', 150)], milestones: true }),
      ),
    );
  for (const [place, player] of players.entries()) {
    await ledger.commit(operation({ player, postings: [take('gold', 30)], limits: [limitUse()] }));
    await ledger.commit(operation({ player, postings: [take('gold', 1_000)] }));
    await granted(ledger.commit(transfer(player, players[(place + 1) % PLAYERS] as string, 5)));
    const { claim } = await granted(ledger.commit(operation({ player, postings: [give('charges', 2)] })));
    await granted(ledger.commit(reversal(staff, claim, { reopen: true, resources: ['charges'] })));
    await granted(ledger.commit({ ...award(staff, 7), player }));
    await granted(ledger.commit(announcement(pending(player))));
  }
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const pageOf = async (client: pg.ClientBase | pg.Pool, after = '', size = 1_000): Promise<Page> =>
  (await (client as pg.Pool).query('SELECT onceward.integrity_page($1, $2) AS page', [after, size])).rows[0]
    .page;

const argumentsFor = ({ ownerDatabaseUrl }: Pick<typeof database, 'ownerDatabaseUrl'>) => [
  '--players',
  '4',
  '--database-url',
  ownerDatabaseUrl,
];
const run = (of = database) => runHere(integrityCommand, argumentsFor(of));

test('a ledger that the kernel wrote is sound', async () => {
  const { faults, ...page } = await pageOf(ledger.owner);
  expect(faults).toEqual([]);
  const { rows } = await ledger.owner.query('SELECT count(*)::int AS entries FROM onceward.ledger_entries');
  expect(rows[0].entries).toBeGreaterThan(PLAYERS * 4);
  expect(page).toEqual({ players: PLAYERS, entries: rows[0].entries, next: null });
});

test('pages of any size check every player and entry once', async () => {
  const whole = await pageOf(ledger.owner);
  for (const size of [1, 2, 4, 8, 9, 10]) {
    let [seen, entries, pages] = [0, 0, 0];
    for (let after: string | null = ''; after !== null; pages += 1) {
      const page: Page = await pageOf(ledger.owner, after, size);
      seen += page.players;
      entries += page.entries;
      after = page.next;
    }
    expect([seen, entries]).toEqual([PLAYERS, whole.entries]);
    expect(pages).toBeGreaterThanOrEqual(Math.ceil(PLAYERS / size));
  }
});

test('the app role gets the same result', async () => {
  expect(await pageOf(ledger.app)).toEqual(await pageOf(ledger.owner));
});

test('a page after an unknown player is empty', async () => {
  expect(await pageOf(ledger.owner, 'nobody')).toEqual({ players: 0, entries: 0, next: null, faults: [] });
});

describe('names what was damaged, and whose it is:', () => {
  test.each(DAMAGES)('%s', async (_, expected, damage) => {
    const client = await ledger.owner.connect();
    try {
      await client.query(`BEGIN; SET LOCAL session_replication_role = replica;
        ALTER TABLE onceward.reward_claims DROP CONSTRAINT reward_claims_granted_once;
        ALTER TABLE onceward.reward_claims DROP CONSTRAINT reward_claims_one_per_idempotency_key;
        ALTER TABLE onceward.pending_rewards DROP CONSTRAINT pending_rewards_one_per_claim`);
      const { rowCount } = await client.query(damage, [victim]);
      expect(rowCount).toBeGreaterThan(0);
      const { faults } = await pageOf(client);
      expect(faults).toContainEqual(expect.objectContaining({ ...expected, playerId: victim }));
      // The recipient of the victim's transfer shares a claim with the victim.
      expect(players.slice(4, 6)).toEqual(expect.arrayContaining(faults.map(({ playerId }) => playerId)));
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    expect((await pageOf(ledger.owner)).faults).toEqual([]);
  });

  test('a counter of a staff member', async () => {
    const client = await ledger.owner.connect();
    try {
      await client.query('BEGIN');
      await client.query('UPDATE onceward.limit_counters SET used = used + 1 WHERE kind = 2');
      const { faults } = await pageOf(client);
      expect(faults.map(({ invariant }) => invariant)).toEqual(['I11', 'I11']);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

test('a chain may begin at a checkpoint, and is verified from there', async () => {
  const client = await ledger.owner.connect();
  const archive = async (balance: string) =>
    client.query(
      `WITH last AS (
         SELECT player, resource, sequence, number, ${balance} AS balance
           FROM onceward.ledger_entries WHERE ${entry(2)}),
       gone AS (
         DELETE FROM onceward.ledger_entries e USING last
          WHERE (e.player, e.resource) = (last.player, last.resource) AND e.sequence <= last.sequence)
       INSERT INTO onceward.checkpoints (player, resource, sequence, number, balance)
       SELECT player, resource, sequence, number, balance FROM last`,
      [victim],
    );
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    await client.query('SAVEPOINT whole');
    await archive('before + delta');
    expect((await pageOf(client)).faults).toEqual([]);
    await client.query('ROLLBACK TO whole');
    await archive('before + delta + 1');
    const found = (await pageOf(client)).faults.map(({ invariant }) => invariant);
    expect(found).toEqual(expect.arrayContaining(['I1', 'I2']));
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

test('a limited claim may be moved behind a checkpoint', async () => {
  const client = await ledger.owner.connect();
  try {
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    await client.query(
      `WITH claim AS (
         SELECT c.player, c.number FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
          WHERE a.id = $1 AND c.limits_used IS NOT NULL ORDER BY c.number LIMIT 1),
       last AS (
         SELECT DISTINCT ON (e.resource) e.* FROM onceward.ledger_entries e JOIN claim USING (player)
          WHERE e.number <= claim.number ORDER BY e.resource, e.sequence DESC),
       entries AS (
         DELETE FROM onceward.ledger_entries e USING claim
          WHERE e.player = claim.player AND e.number <= claim.number),
       claims AS (
         DELETE FROM onceward.reward_claims c USING claim
          WHERE c.player = claim.player AND c.number <= claim.number),
       events AS (
         DELETE FROM onceward.outbox o USING claim WHERE o.player = claim.player AND o.number <= claim.number)
       INSERT INTO onceward.checkpoints (player, resource, sequence, number, balance)
       SELECT last.player, last.resource, last.sequence, claim.number, last.before + last.delta
         FROM last, claim`,
      [victim],
    );
    expect((await pageOf(client)).faults).toEqual([]);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

describe('npm run integrity', () => {
  test('reports a sound ledger, and exits with 0', async () => {
    const { status, output } = await startCommand('integrity.ts', argumentsFor(database)).ended;
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining('The ledger is sound.'),
    });
    expect(output).toContain(`${PLAYERS} players and`);
  });

  test('exits with 1 where there are no players, because nothing was proved', async () => {
    const empty = await startOwnDatabase();
    try {
      const { status, output } = await run(empty);
      expect(status).toBe(1);
      expect(output).toContain('nothing was proved');
    } finally {
      await empty.stop();
    }
  });

  test('reports faults, rows of an unknown player included, and exits with 1', async () => {
    await ledger.owner.query('ALTER TABLE onceward.ledger_entries DISABLE TRIGGER ALL');
    await commitWith(ledger.owner, operation({ player: 'zz-last', postings: [give('gold', 1)] }));
    await ledger.owner.query(
      `UPDATE onceward.ledger_entries SET player = 9999 WHERE player = (SELECT no FROM onceward.actors WHERE id = 'zz-last')`,
    );
    const { status, output } = await run();
    expect(status).toBe(1);
    expect(output).toContain(
      'I1  zz-last, gold: the balance is 1 after 1 entries; the entries are 0 and add up to 0',
    );
    expect(output).toContain('I1  number 9999, gold: the balance is missing');
    expect(output).toContain('I4  number 9999, gold, entry 1');
  });
});
