/** The economy as staff read it: after the scheduled handler has rolled claims up. Other tests of this database make claims too. */
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  type Client,
  faultOf,
  type ResultOf,
  receiptOf,
  resultOf,
} from '../../support/worker/client.ts';
import { currentWorker } from '../../support/worker/cold-worker.ts';

import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh } from '../../support/worker/service.ts';

const today = () => new Date().toISOString().slice(0, 10);
/** A claim may be made before midnight and read after it. */
const range = () => ({ from: new Date(Date.now() - 86_400_000).toISOString().slice(0, 10), to: today() });

let staffId: string;
let staff: Client;
beforeAll(async () => {
  await serveExample();
  staffId = await addStaffMember(fresh('staff'), { role: 'economist' });
  staff = asStaff(staffId);
});

/** Until everything that was acknowledged is contained: other tests' transactions hold it back for a moment. */
async function rollUp(): Promise<void> {
  const [now] = await owner`SELECT clock_timestamp() AS now`;
  const acknowledged = new Date(now?.now);
  await expect
    .poll(
      async () => {
        await currentWorker().scheduled(createScheduledController(), env as unknown as Env);
        const { completeUntil } = resultOf(await staff.economy(range()));
        return completeUntil !== null && new Date(completeUntil) >= acknowledged;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}

const sumOf = (days: ResultOf<'economy'>['days'], resource: string, column: 'emitted' | 'sunk' | 'net') =>
  days.filter((day) => day.resource === resource).reduce((sum, day) => sum + Number(day[column]), 0);

describe('economy', () => {
  it('shows what players gained and lost, where it came from, and how many claims there were', async () => {
    const admin = asStaff(await addStaffMember(fresh('staff'), { role: 'admin', limit: 100_000 }));
    const playerId = await seasonedPlayer();
    await rollUp();
    const before = resultOf(await staff.economy({ ...range(), resources: ['lumees'] }));
    const award = { playerId, reason: 'a lost match' };
    receiptOf(await admin.manualReward({ ...award, grants: [{ resource: 'lumees', amount: 777 }] }));
    receiptOf(await admin.takeResource({ ...award, resource: 'lumees', amount: 77 }));
    await rollUp();
    const after = resultOf(await staff.economy({ ...range(), resources: ['lumees'] }));
    const change = (column: 'emitted' | 'sunk' | 'net') =>
      sumOf(after.days, 'lumees', column) - sumOf(before.days, 'lumees', column);
    expect(new Set(after.days.map(({ resource }) => resource))).toEqual(new Set(['lumees']));
    expect(change('emitted')).toBeGreaterThanOrEqual(777);
    expect(change('sunk')).toBeGreaterThanOrEqual(77);
    const flow = after.flows.find(({ claimType }) => claimType === 'manual_reward');
    expect(flow).toMatchObject({ operation: 'manualReward', cause: 'operation', betweenPlayers: false });
    expect(Number(flow?.gained)).toBeGreaterThanOrEqual(777);
    const counted = after.claims.find(({ claimType }) => claimType === 'manual_reward');
    expect(counted?.claims).toBeGreaterThanOrEqual(1);
  });

  it('has balances that add up from day to day and to those of all players', async () => {
    await rollUp();
    const { days, flows } = resultOf(await staff.economy({ from: '2026-01-01', to: today() }));
    for (const [resource, own] of Map.groupBy(days, (day) => day.resource)) {
      let balance = BigInt(own[0]?.balance ?? 0) - BigInt(own[0]?.net ?? 0);
      let unexplained = 0n;
      for (const { emitted, sunk, reversed, net, balance: shown } of own) {
        balance += BigInt(net);
        expect(shown).toBe(String(balance));
        unexplained += BigInt(net) - (BigInt(emitted) - BigInt(sunk) + BigInt(reversed));
      }
      // A gift that waits in an inbox has left its giver, and reaches the recipient with the claim that collects it.
      const waiting = flows
        .filter(
          (flow) => flow.resource === resource && flow.betweenPlayers && flow.operation !== 'reverseClaim',
        )
        .reduce((sum, { gained, lost }) => sum + BigInt(gained) - BigInt(lost), 0n);
      expect({ resource, unexplained }).toEqual({ resource, unexplained: waiting });
    }
  });

  it.each([
    ['of more than 366 days', { from: '2025-01-01', to: '2026-11-30' }, 'to'],
    ['that ends before it begins', { from: '2026-11-30', to: '2026-11-29' }, 'to'],
    ['with a day that does not exist', { from: '2026-02-30', to: '2026-03-01' }, undefined],
    ['of too many resources', { ...range(), resources: Array(51).fill('lumees') }, 'resources'],
  ])('refuses a range %s', async (_, given, field) => {
    expect(faultOf(await staff.economy(given))).toMatchObject({
      code: 'BAD_USER_INPUT',
      ...(field && { field }),
    });
  });

  it('is empty for days without claims, and still says how far it goes', async () => {
    await rollUp();
    expect(resultOf(await staff.economy({ from: '2001-01-01', to: '2001-12-31' }))).toEqual({
      completeUntil: expect.any(String),
      ...{ days: [], flows: [], claims: [] },
    });
  });
});

describe('drawnOdds', () => {
  it('compares what was drawn with the weights of the config', async () => {
    const playerId = await seasonedPlayer();
    const admin = asStaff(await addStaffMember(fresh('staff'), { role: 'admin', limit: 1_000_000 }));
    const grants = [{ resource: 'summon_tokens', amount: 30 }];
    receiptOf(await admin.manualReward({ playerId, grants, reason: 'to draw' }));
    for (let count = 0; count < 5; count++)
      receiptOf(await asPlayer(playerId).exchange({ exchange: 'summon' }));
    await rollUp();
    const { tables } = resultOf(await staff.drawnOdds(range()));
    const [drawn] = await owner`SELECT DISTINCT "table" FROM onceward.economy_draws LIMIT 1`;
    const table = tables.find((one) => one.table === drawn?.table);
    expect(table?.draws).toBeGreaterThan(0);
    const outcomes = table?.outcomes ?? [];
    expect(outcomes.reduce((sum, { drawn: times }) => sum + times, 0)).toBe(table?.draws);
    expect(outcomes.reduce((sum, { declared }) => sum + declared, 0)).toBeCloseTo(1);
    for (const { low, share, high } of outcomes) {
      expect(low).toBeLessThanOrEqual(share);
      expect(high).toBeGreaterThanOrEqual(share);
    }
  });
});

describe('balanceDistributions', () => {
  it('counts every player who has the resource once', async () => {
    await seasonedPlayer();
    await rollUp();
    const { distributions } = resultOf(await staff.balanceDistributions({ resources: ['lumees'] }));
    const [found] = distributions;
    expect(distributions.map(({ resource }) => resource)).toEqual(['lumees']);
    expect(found?.players).toBeGreaterThan(0);
    expect(found?.buckets.reduce((sum, { players }) => sum + players, 0)).toBe(found?.players);
    expect(found?.percentiles.map(({ percent }) => percent)).toEqual([1, 10, 25, 50, 75, 90, 99, 99.9]);
  });
});

describe('rankedBalances', () => {
  it('lists the richest and the most indebted, at most 100, and records each list in the audit', async () => {
    const [rich, poor] = [fresh('rich'), fresh('poor')];
    for (const playerId of [rich, poor])
      receiptOf(
        await asServer().claimReward({
          playerId,
          type: 'tournament_reward',
          key: fresh('cup'),
          facts: { rank: 1, participants: 16 },
        }),
      );
    const admin = asStaff(await addStaffMember(fresh('staff'), { role: 'admin', limit: 100_000 }));
    const reason = 'to be the first';
    const most = { resource: 'lumees', amount: 40_000 };
    const debt = { resource: 'lumees', amount: 5_000, ifInsufficient: 'DEBT' } as const;
    receiptOf(await admin.manualReward({ playerId: rich, grants: [most], reason }));
    receiptOf(await admin.takeResource({ playerId: poor, ...debt, reason }));
    await rollUp();
    const list = async (order: 'RICHEST' | 'MOST_INDEBTED', first = 100) =>
      resultOf(await staff.rankedBalances({ resource: 'lumees', order, first })).balances;
    await expect
      .poll(
        async () => {
          await currentWorker().scheduled(createScheduledController(), env as unknown as Env);
          return (await list('RICHEST')).map(({ playerId }) => playerId);
        },
        { timeout: 20_000 },
      )
      .toContain(rich);
    expect((await list('MOST_INDEBTED')).find(({ playerId }) => playerId === poor)?.amount).toBeLessThan(0);
    expect(await list('RICHEST', 1)).toHaveLength(1);
    expect(
      faultOf(await staff.rankedBalances({ resource: 'lumees', order: 'RICHEST', first: 101 })),
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
    const rows = await owner`SELECT DISTINCT outcome, detail FROM onceward.audit_by_name
       WHERE actor_id = ${staffId} AND action = 'rankedBalances' AND detail->>'order' = 'MOST_INDEBTED'`;
    expect(rows).toEqual([{ outcome: 'listed', detail: { resource: 'lumees', order: 'MOST_INDEBTED' } }]);
  });
});

it('shows nothing of the economy to support, whose role does not read it', async () => {
  const support = asStaff(await addStaffMember(fresh('staff'), { role: 'support' }));
  const answers = [
    await support.economy(range()),
    await support.drawnOdds(range()),
    await support.balanceDistributions({}),
    await support.rankedBalances({ resource: 'lumees', order: 'RICHEST' }),
  ];
  expect(answers.map((answer) => faultOf(answer).code)).toEqual(Array(4).fill('FORBIDDEN'));
});
