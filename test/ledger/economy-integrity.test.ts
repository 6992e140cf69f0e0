// `npm run integrity` compares the sums of the economy with the ledger, and names what differs.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { integrityCommand } from '../../cli/integrity.ts';
import { runHere } from '../support/ledger/commands.ts';
import { economyOf } from '../support/ledger/economy.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { give, operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';

/** A server of this file's own: a transaction of any database holds back what is contained. */
let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
let economy: ReturnType<typeof economyOf>;
beforeAll(async () => {
  database = await startOwnServer();
  ledger = openLedger(database);
  economy = economyOf(ledger);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

beforeAll(async () => {
  const draws = [{ table: 'summons', outcome: 'hero', roll: 1, of: 100, guaranteed: false }];
  const choices = [{ one_of: [{ when: [], draws, postings: [give('gold', 1)] }] }];
  for (let count = 0; count < 3; count++) await granted(ledger.commit(operation({ choices })));
});
afterEach(async () => {
  await economy.rollUpAll();
  expect(await economy.faults()).toEqual([]);
});

test('sums that were rolled up are those of the ledger, and the command says that all is sound', async () => {
  await economy.rollUpAll();
  const { status, out } = await runHere(integrityCommand, ['--database-url', database.ownerDatabaseUrl]);
  expect([status, out]).toEqual([0, expect.stringContaining('The ledger is sound.')]);
});

const SUMS = [
  ['economy_flows', 'gained = gained + 1', 'flow'],
  ['economy_flows', 'lost = lost + 1', 'flow'],
  ['economy_claims', 'claims = claims + 1', 'claims'],
  ['economy_draws', 'draws = draws - 1', 'draws'],
  ['economy_buckets', 'players = players + 1', 'bucket'],
] as const;

test.each(SUMS)('reports a damaged row of %s (%s)', async (table, change, what) => {
  await economy.rollUpAll();
  const first = `ctid = (SELECT min(ctid) FROM onceward.${table})`;
  const kept = `damaged_${table}`;
  await ledger.owner.query(`CREATE TABLE ${kept} AS SELECT * FROM onceward.${table}`);
  await ledger.owner.query(`UPDATE onceward.${table} SET ${change} WHERE ${first}`);
  const found = await economy.faults();
  const { status, out } = await runHere(integrityCommand, ['--database-url', database.ownerDatabaseUrl]);
  await ledger.owner.query(`TRUNCATE onceward.${table}`);
  await ledger.owner.query(`INSERT INTO onceward.${table} SELECT * FROM ${kept}`);
  await ledger.owner.query(`DROP TABLE ${kept}`);
  expect(found).toEqual([expect.stringContaining(what)]);
  expect(status).toBe(1);
  expect(out).toContain(`I17  economy: ${found[0]}`);
});

test('reports a sum of a day without claims', async () => {
  await economy.rollUpAll();
  await ledger.owner.query(
    `INSERT INTO onceward.economy_claims (day, claims, units, claim_type, operation) VALUES ('2001-01-01', 1, 1, 1, 1)`,
  );
  const found = await economy.faults();
  await ledger.owner.query(`DELETE FROM onceward.economy_claims WHERE day = '2001-01-01'`);
  expect(found).toEqual(['on 2001-01-01, claims 1/1 is {1,1} in the sums and missing in the ledger']);
});

test('reports claims that no sum contains', async () => {
  await economy.rollUpAll();
  await ledger.owner.query('UPDATE onceward.settings SET outbox = false');
  const { claim } = await granted(ledger.commit(operation({ claim_type: 'scouting' })));
  await ledger.owner.query('UPDATE onceward.settings SET outbox = true');
  const found = await economy.faults();
  // As the claim would have done it.
  await ledger.owner.query(
    `INSERT INTO onceward.outbox (player, number, slot)
     SELECT a.no, 1, s.outbox_slot FROM onceward.actors a, onceward.settings s WHERE a.id = $1`,
    [claim.playerId],
  );
  expect(found).toEqual(expect.arrayContaining([expect.stringContaining('is missing in the sums')]));
});
