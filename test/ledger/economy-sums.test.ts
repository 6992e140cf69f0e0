// What the sums of the economy contain of each kind of claim, and in which bucket a balance is.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { boundsOfBucket } from '../../src/domain/economy.ts';
import { economyOf } from '../support/ledger/economy.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { startOwnServer } from '../support/ledger/own-database.ts';
import { announcement, pending, recovery, reversal, transfer } from '../support/ledger/systems.ts';

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

/** By claim type, operation and cause; `+`: between players. */
async function flowsOf(
  resource: string,
): Promise<Record<string, [gained: number, lost: number, entries: number]>> {
  const { rows } = await ledger.owner.query(
    `SELECT t.name AS type, o.name AS operation, f.cause, f.between_players, sum(gained) AS gained, sum(lost) AS lost,
            sum(entries) AS entries
       FROM onceward.economy_flows f
       JOIN onceward.names r ON (r.kind, r.no) = (1, f.resource) AND r.name = $1
       JOIN onceward.names t ON (t.kind, t.no) = (2, f.claim_type)
       JOIN onceward.names o ON (o.kind, o.no) = (3, f.operation) GROUP BY 1, 2, 3, 4`,
    [resource],
  );
  return Object.fromEntries(
    rows.map((row) => [
      `${row.type}/${row.operation}/${row.cause}${row.between_players ? '+' : ''}`,
      [Number(row.gained), Number(row.lost), Number(row.entries)],
    ]),
  );
}

/** How the flows of a resource change. */
async function changeOf(resource: string, work: () => Promise<unknown>): Promise<typeof before> {
  await economy.rollUpAll();
  const before = await flowsOf(resource);
  await work();
  await economy.rollUpAll();
  const after = await flowsOf(resource);
  return Object.fromEntries(
    Object.entries(after)
      .map(([key, sums]) => [key, sums.map((sum, at) => sum - (before[key]?.[at] ?? 0))] as const)
      .filter(([, sums]) => sums.some((sum) => sum !== 0)),
  ) as typeof before;
}

afterEach(async () => {
  await economy.rollUpAll();
  expect(await economy.faults()).toEqual([]);
  expect(await economy.claimsContained()).toBe(await economy.claimsInLedger());
});

test('an award, a spending, a transfer and a reversal are summed by type, operation and cause', async () => {
  const staff = await ledger.addStaff({ limit: 1_000, budget: 10_000 });
  const [player, other] = [fresh('player'), fresh('player')];
  const sums = await changeOf('gold', async () => {
    await granted(ledger.commit(operation({ player, postings: [give('gold', 100)] })));
    await granted(ledger.commit(operation({ player: other, postings: [give('gold', 1)] })));
    const { claim } = await granted(ledger.commit({ ...award(staff, 40), player }));
    await granted(ledger.commit(operation({ player, claim_type: 'other', postings: [take('gold', 30)] })));
    await granted(ledger.commit(transfer(player, other, 25)));
    await granted(ledger.commit(reversal(staff, claim)));
  });
  expect(sums).toEqual({
    'quest/claimReward/1': [101, 0, 2],
    'manual_reward/manualReward/1': [40, 0, 1],
    'other/claimReward/1': [0, 30, 1],
    'transfer/transferResource/1+': [25, 25, 2],
    'reversal/reverseClaim/1': [0, 40, 1],
  });
});

test('levels that a claim reaches are flows with the cause of a milestone', async () => {
  const sums = await changeOf('stat_points', () =>
    granted(ledger.commit(operation({ postings: [give('experience', 150)], milestones: true }))),
  );
  expect(Object.keys(sums)).toEqual(['quest/claimReward/2']);
});

test('a payment of an announced reward is contained when it is paid, and the announcement moves nothing', async () => {
  const reward = pending();
  expect(await changeOf('gold', () => granted(ledger.commit(announcement(reward))))).toEqual({});
  const sums = await changeOf('gold', () => granted(ledger.commit(recovery(reward))));
  expect(Object.entries(sums)).toEqual([['chest/recoverReward/1', [expect.any(Number), 0, 1]]]);
});

test('an expired reward is contained with what it gives instead', async () => {
  const reward = pending();
  await granted(ledger.commit(announcement(reward, { on_expiry: [give('gold', 2)] })));
  const sums = await changeOf('gold', async () => {
    await ledger.owner.query(
      `UPDATE onceward.pending_rewards SET expires_at = announced_at + interval '1 ms' WHERE claim_key = $1`,
      [reward.key],
    );
    await ledger.app.query('SELECT onceward.expire_rewards()');
  });
  expect(sums).toEqual({ 'chest/expireReward/1': [2, 0, 1] });
});

test('draws are counted by table and outcome, apart from those that a guarantee narrowed', async () => {
  const drawn = (outcome: string, guaranteed: boolean) => ({
    when: [],
    draws: [{ table: 'summons', outcome, roll: 1, of: 100, guaranteed }],
    postings: [give('gold', 1)],
  });
  const draw = (outcome: string, guaranteed = false) =>
    operation({ postings: [], choices: [{ one_of: [drawn(outcome, guaranteed)] }] });
  await granted(ledger.commit(draw('hero')));
  await granted(ledger.commit(draw('shard')));
  await granted(ledger.commit(draw('shard')));
  await granted(ledger.commit(draw('hero', true)));
  await economy.rollUpAll();
  const { rows } = await ledger.owner.query(
    `SELECT outcome, guaranteed, draws::int FROM onceward.economy_draws WHERE "table" = 'summons' ORDER BY 1, 2`,
  );
  expect(rows).toEqual([
    { outcome: 'hero', guaranteed: false, draws: 1 },
    { outcome: 'hero', guaranteed: true, draws: 1 },
    { outcome: 'shard', guaranteed: false, draws: 2 },
  ]);
});

test('sums go beyond what a balance can hold', async () => {
  const most = Number.MAX_SAFE_INTEGER;
  for (let player = 0; player < 3; player++)
    await granted(ledger.commit(operation({ postings: [give('gems', most)] })));
  await economy.rollUpAll();
  const { rows } = await ledger.owner.query(
    `SELECT f.gained::text FROM onceward.economy_flows f JOIN onceward.names n ON (n.kind, n.no) = (1, f.resource)
      WHERE n.name = 'gems'`,
  );
  expect(rows).toEqual([{ gained: String(BigInt(most) * 3n) }]);
});

test('a player moves between the buckets of a balance, which count each player once', async () => {
  const player = fresh('player');
  const bucketsOf = async () => {
    await economy.rollUpAll();
    const { rows } = await ledger.owner.query(
      `SELECT bucket, players::int FROM onceward.economy_buckets b
         JOIN onceward.names n ON (n.kind, n.no) = (1, b.resource) WHERE n.name = 'relics' AND players <> 0`,
    );
    return rows.map(({ bucket, players }) => [boundsOfBucket(bucket).from, players]);
  };
  await granted(ledger.commit(operation({ player, postings: [give('relics', 5)] })));
  await granted(ledger.commit(operation({ postings: [give('relics', 5)] })));
  expect(await bucketsOf()).toEqual([[5, 2]]);
  await granted(ledger.commit(operation({ player, postings: [give('relics', 995)] })));
  expect(await bucketsOf()).toEqual([
    [5, 1],
    [992, 1],
  ]);
});

test('the number of a bucket is that of its bounds, for debts and the largest amounts too', async () => {
  const amounts = [
    0,
    1,
    15,
    16,
    17,
    31,
    32,
    33,
    63,
    64,
    1_000,
    123_456_789,
    2 ** 52,
    Number.MAX_SAFE_INTEGER,
  ];
  for (let power = 4; power < 53; power++) amounts.push(2 ** power - 1, 2 ** power, 2 ** power + 1);
  const all = amounts.flatMap((amount) => [amount, -amount]).filter(Number.isSafeInteger);
  const { rows } = await ledger.owner.query(
    'SELECT a AS amount, onceward.bucket_of(a) AS bucket FROM unnest($1::bigint[]) AS a',
    [all],
  );
  for (const { amount, bucket } of rows) {
    const { from, to } = boundsOfBucket(bucket);
    expect([Number(amount), bucket, from <= Number(amount), Number(amount) <= to]).toEqual([
      ...[Number(amount), bucket],
      ...[true, true],
    ]);
  }
});
