import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { dice } from '../support/ledger/dice.ts';
import { stock, stockUse } from '../support/ledger/game.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import {
  commitAll,
  commit as commitWith,
  type Ledger,
  type LedgerOutcome,
  openLedger,
} from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, staffTerms } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { transfer } from '../support/ledger/systems.ts';

const BATCHES = 64;
const SIZE = 20;
const PLAYERS = 200;
const STOCK = 100;
const STRIPED = 90;
const BUDGET = 300;
const AWARD = 10;
const INITIAL = 50;
/** On a slow machine a batch may wait longer for the one row of the stock than the app role's timeouts allow. */
const PATIENT = '-c lock_timeout=50s -c statement_timeout=50s';

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
let sessions: pg.Pool;
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  sessions = new pg.Pool({ connectionString: database.databaseUrl, max: BATCHES, options: PATIENT });
  sessions.on('error', () => {});
  await publishRules(ledger.owner, { game_limits: [stock('all', STOCK), stock('striped', STRIPED, 32)] });
});
afterAll(async () => {
  await sessions?.end();
  await ledger?.close();
  await database?.stop();
});

interface Sent {
  readonly operation: KernelOperation;
  readonly outcome: LedgerOutcome;
  /** Whether it was busy in the batch. */
  readonly busy: boolean;
}

function batch(seed: number, players: readonly string[], staff: readonly string[]): KernelOperation[] {
  const roll = dice(seed);
  const one = <T>(all: readonly T[]): T => all[roll(all.length)] as T;
  return Array.from({ length: SIZE }, () => {
    const player = one(players);
    const chest = (period: string) =>
      operation({ player, claim_type: 'chest', limits: [stockUse(period)], postings: [give('gems', 1)] });
    switch (roll(6)) {
      case 0:
        return chest('all');
      case 1:
        return chest('striped');
      case 2:
        return award(one(staff), AWARD, {}, { player });
      case 3:
        return operation({ player, postings: [give('gold', 1 + roll(9))] });
      default:
        return transfer(player, one(players.filter((each) => each !== player)), 1 + roll(30));
    }
  });
}

/** A transfer can be busy on its own too: its giver could not pay at first, could pay when locked, and its recipient was locked. */
async function commitUntilFree(operation: KernelOperation): Promise<LedgerOutcome> {
  const outcome = await commitWith(sessions, operation);
  return outcome.kind === 'busy' ? commitUntilFree(operation) : outcome;
}

/** As the Worker sends it: what was busy is sent again on its own. */
async function send(operations: readonly KernelOperation[]): Promise<Sent[]> {
  const { outcomes } = await commitAll(sessions, operations);
  const sent: Sent[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const one = operations[index] as KernelOperation;
    const busy = outcome.kind === 'busy';
    sent.push({ operation: one, busy, outcome: busy ? await commitUntilFree(one) : outcome });
  }
  return sent;
}

test(`${BATCHES} concurrent batches of ${SIZE} over ${PLAYERS} players with transfers both ways, staff awards and a stock of ${STOCK}: no deadlock reaches a caller, sums, budgets and stock are exact`, async () => {
  const players = Array.from({ length: PLAYERS }, () => fresh('player'));
  for (let index = 0; index < PLAYERS; index += 100) {
    const created = players
      .slice(index, index + 100)
      .map((player) => operation({ player, postings: [give('gold', INITIAL)] }));
    await commitAll(sessions, created);
  }
  const staff = await Promise.all([1, 2, 3].map(() => ledger.addStaff({ budget: BUDGET })));

  // Nothing is caught: a deadlock would fail the test.
  const sent = (
    await Promise.all(
      Array.from({ length: BATCHES }, (_, index) => send(batch(20_261_129 + index, players, staff))),
    )
  ).flat();
  expect(sent).toHaveLength(BATCHES * SIZE);
  const busy = sent.filter((each) => each.busy);
  expect(busy.length).toBeGreaterThan(0);
  for (const { outcome } of sent) expect(['granted', 'rejected']).toContain(outcome.kind);

  const granted = sent.filter(({ outcome }) => outcome.kind === 'granted');
  const sum = (some: readonly Sent[]) =>
    some.flatMap(({ operation: { postings } }) => postings).reduce((total, { delta }) => total + delta, 0);
  const { rows: balances } = await ledger.owner.query(
    `SELECT resource, sum(amount)::int AS amount FROM onceward.balances_by_name
      WHERE player_id = ANY ($1) GROUP BY 1 ORDER BY 1`,
    [players],
  );
  const given = granted.filter(
    ({ operation: { counterparty, claim_type } }) => counterparty === null && claim_type !== 'chest',
  );
  const chests = (period: string, all: readonly Sent[]) =>
    all.filter(({ operation: { limits } }) => limits[0]?.period === period);
  expect(balances).toEqual([
    { resource: 'gems', amount: chests('all', granted).length + chests('striped', granted).length },
    { resource: 'gold', amount: PLAYERS * INITIAL + sum(given) },
  ]);

  // There were more requests than stock and budget, so both are used up to the last.
  expect(chests('all', sent).length).toBeGreaterThan(STOCK);
  expect(chests('all', granted)).toHaveLength(STOCK);
  const { rows: used } = await ledger.owner.query(
    `SELECT kind, period, sum(used)::int AS used, count(*)::int AS counters FROM onceward.limits_by_name
      WHERE "limit" <> 'staff:awards' GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  expect(used).toEqual([
    { kind: 'game', period: 'all', used: STOCK, counters: 1 },
    { kind: 'game', period: 'striped', used: chests('striped', granted).length, counters: 32 },
    { kind: 'staff', period: staffTerms().day, used: 3 * BUDGET, counters: 3 },
  ]);
  expect(chests('striped', granted).length).toBeLessThanOrEqual(STRIPED);
  const { rows: awarded } = await ledger.owner.query(
    `SELECT count(*)::int AS awards, sum(amount)::int AS amount FROM onceward.audit_by_name
      WHERE outcome = 'granted' AND action = 'manualReward' GROUP BY actor_id`,
  );
  expect(awarded).toEqual(staff.map(() => ({ awards: BUDGET / AWARD, amount: BUDGET })));

  // Both sides of each transfer agree, and each player's chain is whole.
  expect(await brokenInvariants(ledger.owner, players)).toEqual([]);
});
