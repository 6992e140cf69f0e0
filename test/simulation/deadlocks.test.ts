import { expect, test } from 'vitest';
import { Deadlocks } from '../../simulation/stack/deadlocks.ts';

const KERNEL = 'SELECT onceward.commit_operations($1::integer, $2::jsonb, $3::text[]) AS answer';
const OTHER = 'ALTER TABLE onceward.actors ADD COLUMN simulated_upgrade text';

/** What Postgres logs of a deadlock of two processes. */
function deadlock(one: string, other: string): string[] {
  return [
    '2026-11-30 09:00:00.000 UTC [101] ERROR:  deadlock detected',
    '2026-11-30 09:00:00.000 UTC [101] DETAIL:  Process 101 waits for ShareLock on transaction 7; blocked by process 102.',
    '\tProcess 102 waits for ShareLock on transaction 8; blocked by process 101.',
    `\tProcess 101: ${one}`,
    `\tProcess 102: ${other}`,
    '2026-11-30 09:00:00.000 UTC [101] HINT:  See server log for query details.',
    '2026-11-30 09:00:00.000 UTC [101] CONTEXT:  while locking tuple (0,1) in relation "staff"',
    `2026-11-30 09:00:00.000 UTC [101] STATEMENT:  ${one}`,
  ];
}

async function found(lines: readonly string[]): Promise<number> {
  const deadlocks = new Deadlocks();
  for (const line of lines) deadlocks.log(line);
  return (await deadlocks.take()).length;
}

test('a deadlock counts if all of its statements are calls of the kernel', async () => {
  expect(await found(deadlock(KERNEL, KERNEL))).toBe(1);
  expect(await found([...deadlock(KERNEL, KERNEL), ...deadlock(KERNEL, KERNEL)])).toBe(2);
  expect(await found(deadlock(KERNEL, OTHER))).toBe(0);
  expect(await found(deadlock(OTHER, KERNEL))).toBe(0);
});

test('other errors are no deadlocks, and end the message of one', async () => {
  const error = '2026-11-30 09:00:00.000 UTC [103] ERROR:  canceling statement due to lock timeout';
  expect(await found([error, `2026-11-30 09:00:00.000 UTC [103] STATEMENT:  ${KERNEL}`])).toBe(0);
  expect(await found([...deadlock(KERNEL, KERNEL).slice(0, 7), error])).toBe(1);
});

test('each deadlock is found once', async () => {
  const deadlocks = new Deadlocks();
  for (const line of deadlock(KERNEL, KERNEL)) deadlocks.log(line);
  expect(await deadlocks.take()).toHaveLength(1);
  expect(await deadlocks.take()).toEqual([]);
});
