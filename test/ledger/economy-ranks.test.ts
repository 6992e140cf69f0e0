// The highest and lowest balances: a walk through all of them, some players at a time.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';

/** A server of this file's own: a transaction of any database holds back what is rolled up. */
let database: Awaited<ReturnType<typeof startOwnServer>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnServer();
  ledger = openLedger(database);
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

const call = async (
  name: 'roll_up_economy' | 'rank_balances',
  atMost: number,
  client: Pick<Ledger['app'], 'query'> = ledger.app,
) => (await client.query(`SELECT onceward.${name}($1) AS done`, [atMost])).rows[0].done as number;

/** One whole round, in slices. Returns how many visits it took. */
async function round(atMost = 1_000): Promise<number> {
  await call('roll_up_economy', 5_000);
  let visits = 0;
  while ((await call('rank_balances', atMost)) > 0) visits += 1;
  return visits;
}

async function ranks(resource: string, indebted = false): Promise<[string, number][]> {
  const { rows } = await ledger.owner.query(
    `SELECT a.id, r.amount FROM onceward.economy_ranks r JOIN onceward.actors a ON a.no = r.player
       JOIN onceward.names n ON (n.kind, n.no) = (1, r.resource) AND n.name = $1
      WHERE r.indebted = $2 AND r.round = (SELECT round - 1 FROM onceward.economy_walk)
      ORDER BY abs(r.amount) DESC, r.player`,
    [resource, indebted],
  );
  return rows.map(({ id, amount }) => [id, Number(amount)]);
}

const earn = (amount: number, player = fresh('player'), resource = 'gold') =>
  granted(ledger.commit(operation({ player, postings: [give(resource, amount)] })));

test('the hundred highest balances are found among more, in slices of any size', async () => {
  const amounts = Array.from({ length: 130 }, (_, place) => 1_000 + ((place * 37) % 130));
  for (const amount of amounts) await earn(amount);
  for (const atMost of [7, 1_000]) {
    await earn(1, fresh('player'), 'amber');
    expect(await round(atMost)).toBeGreaterThan(atMost === 7 ? 10 : 0);
    expect((await ranks('gold')).map(([, amount]) => amount)).toEqual(
      amounts.toSorted((a, b) => b - a).slice(0, 100),
    );
  }
});

test('debts are listed apart, the deepest first, and a balance of 0 nowhere', async () => {
  const [deep, shallow, even] = [fresh('player'), fresh('player'), fresh('player')];
  await earn(-5, shallow, 'zinc');
  await earn(-50, deep, 'zinc');
  await earn(5, even, 'zinc');
  await earn(-5, even, 'zinc');
  await round();
  expect(await ranks('zinc', true)).toEqual([
    [deep, -50],
    [shallow, -5],
  ]);
  expect(await ranks('zinc')).toEqual([]);
});

test('ranks are those of the last complete round while the next one is under way', async () => {
  const player = fresh('player');
  await earn(10, player, 'rubies');
  await round();
  expect(await ranks('rubies')).toEqual([[player, 10]]);
  await earn(90, player, 'rubies');
  await call('roll_up_economy', 5_000);
  expect(await call('rank_balances', 10)).toBe(10);
  expect(await ranks('rubies')).toEqual([[player, 10]]);
  await round();
  expect(await ranks('rubies')).toEqual([[player, 100]]);
});

test('no round begins while nothing is claimed', async () => {
  await round();
  expect(await call('rank_balances', 1_000)).toBe(0);
  const { rows } = await ledger.owner.query('SELECT round, began_at FROM onceward.economy_walk');
  expect(await call('rank_balances', 1_000)).toBe(0);
  expect((await ledger.owner.query('SELECT round, began_at FROM onceward.economy_walk')).rows).toEqual(rows);
  await earn(1);
  expect(await round()).toBeGreaterThan(0);
});

test('a second caller visits nobody while the first is at it', async () => {
  await earn(1);
  await call('roll_up_economy', 5_000);
  const first = await ledger.app.connect();
  await first.query('BEGIN');
  expect(await call('rank_balances', 5, first)).toBe(5);
  expect(await call('rank_balances', 5)).toBe(0);
  await first.query('ROLLBACK');
  first.release();
  expect(await call('rank_balances', 5)).toBe(5);
});
