import { env } from 'cloudflare:workers';
import { neon } from '@neondatabase/serverless';
import { beforeAll, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { serveExample } from '../support/worker/balance.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { claimReward, original, resultOf } from '../support/worker/mutations.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, serverToken, staffToken } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeAll(serveExample);

it('B1 two code paths, one XP: each transaction type of a tournament pays each player once', async () => {
  const players = await Promise.all(Array.from({ length: 8 }, seasonedPlayer));
  const ranking = { type: 'tournament_reward', key: 'spring-cup' };
  const taking = { type: 'tournament_xp', key: 'spring-cup', facts: { matches: 4 } };
  // The bracket service and the nightly job, each in an isolate of its own, and a member of staff beside them. They do
  // not even agree on the number of participants.
  const paths = [
    { token: await serverToken('bracket-service'), participants: 8 },
    { token: await serverToken('nightly-job'), participants: 16, door: startIsolate() },
    { token: await staffToken(await addStaffMember(fresh('staff'))), participants: 8 },
  ];
  const results = await Promise.all(
    players.flatMap((playerId, index) =>
      paths.flatMap(({ participants, ...options }) => [
        claimReward({ ...ranking, playerId, facts: { rank: index + 1, participants } }, options),
        claimReward({ ...taking, playerId }, options),
      ]),
    ),
  );
  // Eight players, eight rankings; a tournament once gave sixteen.
  const paid = results.map(resultOf).filter(({ __typename }) => __typename === 'Receipt');
  expect(paid.filter(({ claim }) => claim.type === ranking.type)).toHaveLength(8);
  expect(paid.filter(({ claim }) => claim.type === taking.type)).toHaveLength(8);
  for (const [index, playerId] of players.entries()) {
    const forRank = index === 0 ? 500 : index < 3 ? 300 : 100;
    const { version, granted, rejected, balances } = await ledgerState(playerId);
    expect([version, granted, rejected]).toEqual([3, 3, 4]);
    expect(balances.experience).toBe(500 + forRank + 100);
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
});

it('B3 credits move once for each key, and every retry returns the same result', async () => {
  const playerId = fresh('player');
  const token = await serverToken('academy');
  const movements = [
    { type: 'attendance_bonus', key: 'autumn', facts: { sessions: 20 } },
    { type: 'attendance_bonus', key: 'spring', facts: { sessions: 100 } },
    { type: 'enrolment_refund', key: 'enrolment-7', facts: { paid: 250 } },
    { type: 'training_session', key: 'session-1', facts: { minutes: 90 } },
  ].map((movement) => ({ ...movement, playerId, idempotencyKey: freshKey() }));
  // The first reply to each of them is lost, at random before or after its commit.
  for (const [index, { idempotencyKey }] of movements.entries()) {
    await breakRequests({ match: idempotencyKey, kind: index % 2 ? 'drop_after_commit' : 'drop_before' });
  }
  const tries = await Promise.all(
    movements.flatMap((movement) => Array.from({ length: 12 }, () => claimReward(movement, { token }))),
  );
  expect(tries.filter(({ errors }) => errors)).toHaveLength(movements.length);
  expect(tries.flatMap(({ errors }) => errors ?? []).every(({ extensions }) => extensions.retryable)).toBe(
    true,
  );

  for (const movement of movements) {
    const receipts = [...tries, await claimReward(movement, { token })]
      .flatMap(({ data }) => data?.result ?? [])
      .filter(({ claim }) => claim.idempotencyKey === movement.idempotencyKey);
    expect(receipts.map(({ __typename }) => __typename)).toEqual(Array(12).fill('Receipt'));
    for (const receipt of receipts) expect(original(receipt)).toEqual(original(receipts[0]));
    // And a caller who made a new key for the same movement is shown the first.
    const again = resultOf(await claimReward({ ...movement, idempotencyKey: freshKey() }, { token }));
    expect(again).toMatchObject({ __typename: 'AlreadyClaimed', claim: { id: receipts[0].claim.id } });
  }
  // 20 × 2, at most 120, four fifths of 250, and one.
  expect(await ledgerState(playerId)).toMatchObject({
    version: 4,
    granted: 4,
    balances: { credits: 40 + 120 + 200 + 1, experience: 40 },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('B5 the app role cannot write any other way than through the kernel', async () => {
  const playerId = await seasonedPlayer();
  // The very connection of the Worker.
  const app = neon((env as unknown as Env).DATABASE_URL);
  const names = async (query: string) => (await app.query(query)).map(({ name }) => String(name));
  expect(await names('SELECT current_user AS name')).toEqual(['onceward_app']);

  const columns = `SELECT DISTINCT ON (table_name) table_name || '.' || column_name AS name
    FROM information_schema.columns WHERE table_schema = 'onceward' ORDER BY table_name, ordinal_position`;
  const attempts = (await names(columns)).flatMap((column) => {
    const [table, first] = column.split('.');
    return [
      `INSERT INTO onceward.${table} DEFAULT VALUES`,
      `UPDATE onceward.${table} SET ${first} = ${first}`,
      `DELETE FROM onceward.${table}`,
      `TRUNCATE onceward.${table} CASCADE`,
      `ALTER TABLE onceward.${table} DISABLE TRIGGER ALL`,
      `DROP TABLE onceward.${table} CASCADE`,
    ];
  });
  for (const table of ['players', 'balances', 'reward_claims', 'ledger_entries'])
    expect(attempts).toContain(`DELETE FROM onceward.${table}`);
  await writingNothing(playerId, async () => {
    const answers = await Promise.allSettled(attempts.map((statement) => app.query(statement)));
    for (const [index, answer] of answers.entries())
      expect(answer, attempts[index]).toMatchObject({ status: 'rejected', reason: { code: '42501' } });
  });

  // No privilege is left that these attempts did not think of: columns, other schemas, other roles, other functions.
  const relations = `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`;
  const writable = `SELECT c.oid::regclass AS name ${relations} AND (has_any_column_privilege(c.oid, 'INSERT, UPDATE')
    OR has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES'))`;
  expect(await names(writable)).toEqual([]);
  expect(
    await names(
      "SELECT nspname AS name FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE') AND nspname !~ '^pg_'",
    ),
  ).toEqual([]);
  expect(
    await names(
      "SELECT rolname AS name FROM pg_roles WHERE pg_has_role(oid, 'MEMBER') AND rolname <> current_user",
    ),
  ).toEqual([]);
  // Of what it may execute, only one function is able to write or runs with rights that are not its own.
  expect(
    await names(`SELECT proname AS name FROM pg_proc WHERE pronamespace = 'onceward'::regnamespace
      AND has_function_privilege(oid, 'EXECUTE') AND (provolatile = 'v' OR prosecdef)`),
  ).toEqual(['commit_operation']);
});
