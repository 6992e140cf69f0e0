import { expect, test } from 'vitest';
import type { Database } from '../../src/ledger/database.ts';
import { rollUpEconomy } from '../../src/ledger/roll-up.ts';

/** A ledger with so many claims to roll up, and so many players to visit. */
function database({ claims, players }: { claims: number; players: number }) {
  const left = { roll_up_economy: claims, rank_balances: players };
  const calls: string[] = [];
  const query = async (statement: string, [atMost]: [number]) => {
    const name = statement.includes('roll_up_economy') ? 'roll_up_economy' : 'rank_balances';
    calls.push(name);
    const done = Math.min(left[name], atMost);
    left[name] -= done;
    return [{ done: String(done) }];
  };
  const count = (name: string) => calls.filter((call) => call === name).length;
  return { count, left, database: { sql: { query } } as unknown as Database };
}

test('claims are rolled up batch by batch until a batch is not full', async () => {
  const { count, database: ledger } = database({ claims: 25, players: 0 });
  expect(await rollUpEconomy(ledger, { claims: 10 })).toBe(25);
  expect(count('roll_up_economy')).toBe(3);
});

test('a run ends when its time is over, and the rest is left for the next one', async () => {
  const { count, database: ledger } = database({ claims: 1_000_000, players: 0 });
  expect(await rollUpEconomy(ledger, { claims: 10, until: Date.now() })).toBe(0);
  expect(count('roll_up_economy')).toBe(0);
});

test('the balances of a bounded number of players are visited in a run', async () => {
  const { count, left, database: ledger } = database({ claims: 0, players: 1_000_000 });
  await rollUpEconomy(ledger);
  expect(count('rank_balances')).toBe(20);
  expect(left.rank_balances).toBe(900_000);
  const small = database({ claims: 0, players: 12 });
  await rollUpEconomy(small.database);
  expect(small.count('rank_balances')).toBe(2);
});
