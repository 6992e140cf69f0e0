/** Alarms as staff see them and as the log has them: raised in the database, found by the schedule. */
import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { ALARMS } from '../../../src/domain/alarms.ts';
import type { Env } from '../../../src/env.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { asStaff, type Client, type ResultOf, resultOf } from '../../support/worker/client.ts';
import { currentWorker } from '../../support/worker/cold-worker.ts';
import { addStaffMember, ledgerFaults, owner } from '../../support/worker/ledger-state.ts';
import { catchLines, rawLines } from '../../support/worker/log-lines.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh } from '../../support/worker/service.ts';

let staffId: string;
let staff: Client;
beforeAll(async () => {
  await serveExample();
  staffId = await addStaffMember(fresh('staff'), { role: 'support' });
  staff = asStaff(staffId);
});

const raise = (subject: string, detail: object = {}) =>
  owner`SELECT onceward.raise_alarm('breaker', ${subject}, ${JSON.stringify(detail)}::jsonb)`;
const clear = (subject: string) => owner`SELECT onceward.clear_alarm('breaker', ${subject})`;

type Alarm = ResultOf<'alarms'>['edges'][number]['node'];
/** Page by page. Other tests raise alarms too. */
async function allAlarms(first: number, open: boolean | null = null): Promise<Alarm[]> {
  const found: Alarm[] = [];
  for (let after: string | null = null; ; ) {
    const page: ResultOf<'alarms'> = resultOf(await staff.alarms({ first, after, open }));
    found.push(...page.edges.map(({ node }) => node));
    if (!page.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor ?? null;
  }
}

describe('alarms', () => {
  it('lists the open ones first, of both the newest first, without gaps between pages', async () => {
    const prefix = fresh('order');
    const subjects = Array.from({ length: 5 }, (_, index) => `${prefix}-${index}`);
    for (const subject of subjects) await raise(subject);
    for (const subject of [subjects[1] ?? '', subjects[4] ?? '']) await clear(subject);
    const ordered = (found: readonly Alarm[]) =>
      found
        .filter(({ subject }) => subject.startsWith(prefix))
        .map(({ subject }) => subjects.indexOf(subject));
    expect(ordered(await allAlarms(2))).toEqual([3, 2, 0, 4, 1]);
    expect(ordered(await allAlarms(100))).toEqual([3, 2, 0, 4, 1]);
    expect(ordered(await allAlarms(100, true))).toEqual([3, 2, 0]);
  });

  it('shows what an alarm is about, its numbers, and players by their IDs', async () => {
    const playerId = await seasonedPlayer();
    const [player] = await owner`SELECT no FROM onceward.actors WHERE (id, kind) = (${playerId}, 1)`;
    const subject = fresh('breaker');
    await raise(subject, { bound: 500, resource: 'lumees', players: [Number(player?.no)] });
    const alarm = (await allAlarms(100, true)).find((one) => one.subject === subject);
    expect(alarm).toMatchObject({
      kind: 'BREAKER',
      severity: 'CRITICAL',
      about: ALARMS.breaker.about,
      times: 1,
      clearedAt: null,
      playerIds: [playerId],
    });
    expect(alarm?.detail).toEqual(
      expect.arrayContaining([
        { name: 'bound', value: '500' },
        { name: 'resource', value: 'lumees' },
      ]),
    );
    expect(alarm?.detail).toHaveLength(2);
  });

  it('makes one request to the database', async () => {
    const count = await countRequests(staffId, async () => {
      resultOf(await staff.alarms({}));
    });
    expect(count).toBe(1);
  });
});

// Tests of other files run the schedule too, and may log an alarm or end a job in between.
describe('the scheduled handler', { retry: 3 }, () => {
  const runSchedule = (bindings: Partial<Env> = {}, cron = '* * * * *') => {
    const whole = Object.create(env, Object.getOwnPropertyDescriptors(bindings)) as Env;
    return currentWorker().scheduled(createScheduledController({ cron }), whole);
  };
  const linesAbout = (text: string) =>
    rawLines()
      .filter((raw) => raw.includes(text))
      .map((raw) => JSON.parse(raw) as Record<string, unknown>);

  it('logs an alarm once as an error, and once that it is cleared', async () => {
    const subject = fresh('breaker');
    await raise(subject, { bound: 500 });
    catchLines();
    await runSchedule();
    await runSchedule();
    expect(linesAbout(subject)).toEqual([
      expect.objectContaining({
        level: 'error',
        event: 'alarm',
        kind: 'breaker',
        severity: 'critical',
        detail: { bound: 500 },
      }),
    ]);
    await clear(subject);
    await runSchedule();
    await runSchedule();
    expect(linesAbout(subject).slice(1)).toEqual([
      expect.objectContaining({ level: 'info', event: 'alarm_cleared', kind: 'breaker', subject }),
    ]);
  });

  it('finds a damaged row at night, raises the alarm of drift, and clears it once the row is repaired', async () => {
    const playerId = await seasonedPlayer();
    const [player] = await owner`SELECT no FROM onceward.actors WHERE (id, kind) = (${playerId}, 1)`;
    const add = (amount: number) =>
      owner`UPDATE onceward.balances SET amount = amount + ${amount} WHERE player = ${player?.no} AND resource = (
              SELECT no FROM onceward.names WHERE (kind, name) = (1, 'experience'))`;
    const drifting = async () =>
      (await allAlarms(100, true)).filter(
        ({ kind, playerIds }) => kind === 'DRIFT' && playerIds.includes(playerId),
      );
    const nights = async () => {
      const [walk] = await owner`SELECT verified_since FROM onceward.integrity_walk`;
      return walk?.verified_since ?? null;
    };
    await runSchedule({}, '20 3 * * *');
    expect(await drifting()).toEqual([]);
    catchLines();
    await add(1);
    try {
      const before = await nights();
      while (String(await nights()) === String(before)) await runSchedule({}, '20 3 * * *');
      const [alarm] = await drifting();
      expect(alarm).toMatchObject({ subject: 'players', severity: 'CRITICAL', clearedAt: null });
      expect(alarm?.detail).toContainEqual({ name: 'invariants', value: expect.stringContaining('I1') });
      expect(linesAbout('"drift"')).toEqual([
        expect.objectContaining({ level: 'error', event: 'alarm', subject: 'players' }),
      ]);
      expect(linesAbout('"drift"').join()).not.toContain(playerId);
    } finally {
      await add(-1);
    }
    await runSchedule();
    expect(await drifting()).toEqual([]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('logs a job that fails, runs the others, and fails itself', async () => {
    const jobs = () => owner`SELECT name, succeeded_at, failures FROM onceward.scheduled_jobs
      WHERE NOT starts_with(name, 'verify_') ORDER BY name`;
    await runSchedule();
    const before = await jobs();
    catchLines();
    const broken = {
      get: () => Promise.reject(new Error('secret-of-the-library')),
    } as unknown as KVNamespace;
    await expect(runSchedule({ BALANCE_KV: broken })).rejects.toThrow('jobs failed: config_pointer');
    expect(linesAbout('job_failed')).toEqual([
      expect.objectContaining({ level: 'error', job: 'config_pointer', error: 'Error' }),
    ]);
    expect(rawLines().join()).not.toContain('secret-of-the-library');
    for (const { name, succeeded_at, failures } of await jobs()) {
      const earlier = before.find((job) => job.name === name)?.succeeded_at;
      if (name === 'config_pointer') expect([failures, succeeded_at]).toEqual([1, earlier]);
      else expect([name, failures, succeeded_at > earlier]).toEqual([name, 0, true]);
    }
    await runSchedule();
  });
});
