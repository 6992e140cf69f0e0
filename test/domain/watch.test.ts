import { expect, test, vi } from 'vitest';
import type { Database } from '../../src/ledger/database.ts';
import { recheckDrift, verifyEconomy, verifyPlayers } from '../../src/ledger/watch.ts';

/** A database whose functions answer from `answers`, and the names of those that were called. */
function database(answers: Record<string, (parameters: unknown[]) => unknown>) {
  const calls: string[] = [];
  const query = (statement: string, parameters: unknown[]) => ({ statement, parameters });
  const transaction = async (
    queries: ReturnType<typeof query>[],
    { fetchOptions }: { fetchOptions: { signal: AbortSignal } },
  ) => {
    expect(queries[0]?.statement).toContain('statement_timeout');
    expect(fetchOptions.signal).toBeInstanceOf(AbortSignal);
    const { statement = '', parameters = [] } = queries[1] ?? {};
    const name = /onceward\.(\w+)/.exec(statement)?.[1] ?? '';
    calls.push([name, ...parameters].join(' '));
    return [[], [{ done: answers[name]?.(parameters) }]];
  };
  return { calls, database: { sql: { query, transaction } } as unknown as Database };
}

const soon = () => Date.now() + 60_000;

test('players are verified until a slice is not full: the end of the round', async () => {
  const slices = [10, 10, 4];
  const { calls, database: ledger } = database({ verify_players: () => slices.shift() });
  expect(await verifyPlayers(ledger, { until: soon(), players: 10 })).toBe(24);
  expect(calls).toEqual(Array(3).fill('verify_players 10'));
});

test('a night ends when its time is over, however many players are left', async () => {
  vi.useFakeTimers();
  const { calls, database: ledger } = database({
    verify_players: () => {
      vi.setSystemTime(Date.now() + 10_000);
      return 10;
    },
  });
  const verifying = verifyPlayers(ledger, { until: soon(), players: 10 });
  await vi.advanceTimersByTimeAsync(120_000);
  // Each call is followed by a rest of the same length.
  expect([await verifying, calls.length]).toEqual([30, 3]);
  vi.useRealTimers();
});

test('the days of the economy are verified from the alarm’s on, until the first one comes again', async () => {
  const days = ['2026-11-28', '2026-11-29', '2026-11-30', '2026-11-01'];
  const { calls, database: ledger } = database({
    verify_day: ([which]) => (which === 'next' ? days.shift() : which === 'newest' ? '2026-11-29' : null),
  });
  expect(await verifyEconomy(ledger, { until: soon() })).toBe(4);
  expect(calls).toEqual([
    'verify_day drifting',
    'verify_day newest',
    ...Array(4).fill('verify_day next'),
    'verify_distribution',
  ]);
});

test('the players of an alarm are verified again, at most a hundred of them', async () => {
  const all = database({ recheck_drift: () => 10 });
  await recheckDrift(all.database);
  expect(all.calls).toHaveLength(10);
  const few = database({ recheck_drift: () => 3 });
  await recheckDrift(few.database);
  expect(few.calls).toHaveLength(1);
});
