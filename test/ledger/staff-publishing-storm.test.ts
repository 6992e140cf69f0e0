// Publications, approvals and cancellations of several members and the owner at the same time, while claims commit.
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { cancelScheduled } from '../../cli/config-store.ts';
import { operation } from '../support/ledger/operations.ts';
import { openStaffPublisher } from '../support/ledger/staff-publisher.ts';

const { another, ledger, sent, act, publishAs, approve, set, economist, publish, writeKv, database } =
  openStaffPublisher();
const ROUNDS = 6;
const CLAIMS = 96;

beforeAll(async () => void (await publish(another())));

/** A lock that another publication holds for longer than one waits: the request is sent again. Anything else is a defect. */
const BUSY = '55P03';

async function orBusy<T>(work: () => Promise<T>): Promise<T | null> {
  return work().catch((error) => {
    if ((error as { code?: string }).code === BUSY) return null;
    throw error;
  });
}

const scheduledNow = async (): Promise<number | null> =>
  (await ledger().owner.query('SELECT onceward.scheduled_config() AS version')).rows[0].version;

/** A member publishes at once, for later, in place of what is scheduled, beside it, and cancels it. */
async function member(by: string, round: number): Promise<void> {
  const scheduled = await scheduledNow();
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const kept = await sent();
  const [action] = [
    [{}, { at: later }, { cancels: scheduled }, { at: later, cancels: scheduled }][round % 4] as object,
  ];
  await orBusy(async () => publishAs(by, await sent(another(), action)));
  if (scheduled !== null && round % 3 === 0)
    await orBusy(() => publishAs(by, { ...kept, keeps: scheduled, keptEffects: kept.effects }));
  const left = await scheduledNow();
  if (left !== null && round % 2 === 0) await orBusy(() => act(by, { kind: 'config.cancel', version: left }));
}

async function owner(): Promise<void> {
  const scheduled = await scheduledNow();
  const { ownerDatabaseUrl } = database();
  if (scheduled === null) await publish(another());
  else await cancelScheduled({ version: scheduled, by: 'ada', reason: null, writeKv, ownerDatabaseUrl });
  await publish(another());
}

/** Approves what waits, as members who do not look at it would. */
async function approver(by: string): Promise<void> {
  const { rows } = await ledger().owner.query(
    `SELECT no FROM onceward.proposals WHERE kind = 'config.publish' AND state = 'open'`,
  );
  for (const { no } of rows) await orBusy(() => approve(by, Number(no)));
}

test('never end in a deadlock, and leave one order of versions that every claim agrees with', async () => {
  const members = await Promise.all(Array.from({ length: 4 }, economist));
  const claims: { version: number; at: number }[] = [];
  const claiming = Array.from({ length: CLAIMS }, async (_, index) => {
    await sleep(index * 40);
    const claim = operation({ postings: [], claim_type: 'daily_quest' });
    for (;;) {
      const outcome = await ledger().commit(claim);
      if (outcome.kind === 'stale_config') continue;
      if (outcome.kind !== 'granted') throw new Error(JSON.stringify(outcome));
      return claims.push({ version: outcome.claim.configVersion as number, at: outcome.claim.claimedAt });
    }
  });
  const publishing = async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      await set(round % 2 === 0 ? 'staff' : 'approved');
      await Promise.all([...members.map((by) => member(by, round)), owner(), approver(members[0] as string)]);
    }
  };
  await Promise.all([publishing(), ...claiming]);
  expect(claims).toHaveLength(CLAIMS);

  const { rows } = await ledger().owner.query(
    `SELECT version, extract(epoch FROM effective_from) * 1000 AS at FROM onceward.balance_configs
      WHERE effective_from < 'infinity' ORDER BY effective_from, version`,
  );
  const order = rows.map(({ version, at }) => ({ version: version as number, at: Number(at) }));
  expect(order.map(({ version }) => version)).toEqual(
    order.map(({ version }) => version).toSorted((a, b) => a - b),
  );
  const beginsOf = new Map(order.map(({ version, at }) => [version, at]));
  for (const { version, at } of claims) expect(beginsOf.get(version)).toBeLessThanOrEqual(at);
  const deadlocks = await ledger().owner.query(
    `SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`,
  );
  expect(deadlocks.rows[0].deadlocks).toBe(0);
});
