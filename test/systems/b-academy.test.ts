import { env } from 'cloudflare:workers';
import { neon } from '@neondatabase/serverless';
import { beforeAll, expect, it } from 'vitest';
import type { Env } from '../../src/env.ts';
import { serveExample } from '../support/worker/balance.ts';
import {
  asServer,
  asStaff,
  type CallOptions,
  type Client,
  faultOf,
  rejectionOf,
  resultOf,
  withoutReplayed,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce, receiptsIn, tally } from '../support/worker/waves.ts';

beforeAll(serveExample);

it('B1 pays each XP transaction once per player across code paths', async () => {
  const players = await atOnce(8, seasonedPlayer);
  const ranking = { type: 'tournament_reward', key: 'spring-cup' };
  const participation = { type: 'tournament_xp', key: 'spring-cup', facts: { matches: 4 } };
  // A bracket service, a nightly job in another isolate and a staff member. The job counts other participants.
  const paths: readonly { client: Client; participants: number; options?: CallOptions }[] = [
    { client: asServer('bracket-service'), participants: 8 },
    { client: asServer('nightly-job'), participants: 16, options: { door: startIsolate() } },
    { client: asStaff(await addStaffMember(fresh('staff'))), participants: 8 },
  ];
  const answers = await Promise.all(
    players.flatMap((playerId, index) =>
      paths.flatMap(({ client, participants, options }) => [
        client.claimReward({ ...ranking, playerId, facts: { rank: index + 1, participants } }, options),
        client.claimReward({ ...participation, playerId }, options),
      ]),
    ),
  );
  const paid = receiptsIn(answers.map(resultOf));
  expect(paid.filter(({ claim }) => claim.type === ranking.type)).toHaveLength(8);
  expect(paid.filter(({ claim }) => claim.type === participation.type)).toHaveLength(8);
  for (const [index, playerId] of players.entries()) {
    const forRank = index === 0 ? 500 : index < 3 ? 300 : 100;
    const { version, granted, rejected, balances } = await ledgerState(playerId);
    expect([version, granted, rejected]).toEqual([3, 3, 4]);
    expect(balances.experience).toBe(500 + forRank + 100);
    expect(await ledgerFaults(playerId)).toEqual([]);
  }
});

it('B3 moves credits once per key and replays the result', async () => {
  const playerId = fresh('player');
  const academy = asServer('academy');
  const claims: readonly { type: string; key: string; facts: Record<string, number> }[] = [
    { type: 'attendance_bonus', key: 'autumn', facts: { sessions: 20 } },
    { type: 'attendance_bonus', key: 'spring', facts: { sessions: 100 } },
    { type: 'enrolment_refund', key: 'enrolment-7', facts: { paid: 250 } },
    { type: 'training_session', key: 'session-1', facts: { minutes: 90 } },
  ];
  const movements = claims.map((claim) => ({ ...claim, playerId, idempotencyKey: freshKey() }));
  // One request for each of them fails, alternately before and after its commit.
  for (const [index, { idempotencyKey }] of movements.entries())
    await breakRequests({ match: idempotencyKey, kind: index % 2 ? 'drop_after_commit' : 'drop_before' });
  const attempts = await Promise.all(
    movements.flatMap((movement) => Array.from({ length: 12 }, () => academy.claimReward(movement))),
  );
  const failed = attempts.filter(({ errors }) => errors);
  expect(failed).toHaveLength(movements.length);
  for (const answer of failed) expect(faultOf(answer).retryable).toBe(true);
  const answered = attempts.flatMap(({ result }) => result ?? []);
  expect(tally(answered)).toEqual({ Receipt: attempts.length - failed.length });

  for (const movement of movements) {
    const retried = resultOf(await academy.claimReward(movement));
    // The receipts of eleven of the twelve attempts, and of the retry.
    const [first, ...others] = receiptsIn([...answered, retried])
      .filter(({ claim }) => claim.idempotencyKey === movement.idempotencyKey)
      .map(withoutReplayed);
    expect(others).toEqual(Array(11).fill(first));
    // A new key for the same movement is answered with the original claim.
    const repeated = await academy.claimReward({ ...movement, idempotencyKey: freshKey() });
    expect(rejectionOf(repeated, 'AlreadyClaimed').original?.id).toBe(first?.claim.id);
  }
  // 20 × 2, the maximum of 120, four fifths of 250, and one.
  expect(await ledgerState(playerId)).toMatchObject({
    version: 4,
    granted: 4,
    balances: { credits: 40 + 120 + 200 + 1, experience: 40 },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

/** What the app role may execute that writes, runs with the rights of another role, or reads with a snapshot of its own. */
const WRITING_FUNCTIONS = [
  'advance_event_reader',
  'audit_list',
  'check_campaign',
  'collect_rewards',
  'commit_action',
  'commit_bulk',
  'commit_campaign',
  'commit_operations',
  'commit_places',
  'expire_refusals',
  'expire_rewards',
  'export_page',
  'keep_events',
  'mark_logged',
  'mark_read',
  'next_campaign_instance',
  'preview_operation',
  'rank_balances',
  'read_archived',
  'read_screen',
  'recheck_drift',
  'removed_by_now',
  'replay_page',
  'report_archive',
  'report_jobs',
  'roll_up_economy',
  'step_endpoint',
  'step_erasures',
  'step_undo',
  'stop_campaign',
  'stop_ranking',
  'stop_undo',
  'verify_day',
  'verify_distribution',
  'verify_game',
  'verify_players',
  'watch_ledger',
];

it('B5 lets the app role write only through the kernel', async () => {
  const playerId = await seasonedPlayer();
  // The Worker's own connection.
  const app = neon((env as unknown as Env).DATABASE_URL);
  const names = async (query: string) => (await app.query(query)).map(({ name }) => String(name));
  expect(await names('SELECT current_user AS name')).toEqual(['onceward_app']);

  const columnsOf = (kind: string) => `
    SELECT DISTINCT ON (table_name) table_name || '.' || column_name AS name FROM information_schema.columns
      JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
     WHERE table_schema = 'onceward' AND table_type = '${kind}' AND is_identity = 'NO' ORDER BY table_name, ordinal_position`;
  const attemptsAt = (columns: readonly string[]) =>
    columns.flatMap((column) => {
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
  const attempts = attemptsAt(await names(columnsOf('BASE TABLE')));
  for (const table of ['actors', 'balances', 'reward_claims', 'ledger_entries'])
    expect(attempts).toContain(`DELETE FROM onceward.${table}`);
  const throughViews = attemptsAt(await names(columnsOf('VIEW')));
  expect(throughViews).toContain('DELETE FROM onceward.players');
  await writingNothing(playerId, async () => {
    const answers = await Promise.allSettled(
      [...attempts, ...throughViews].map((statement) => app.query(statement)),
    );
    for (const [index, answer] of answers.entries()) {
      // What no view can do is refused before privileges are checked.
      const code = index < attempts.length ? '42501' : expect.stringMatching(/^(42501|42809|55000)$/);
      expect(answer, attempts[index]).toMatchObject({ status: 'rejected', reason: { code } });
    }
  });

  // It has no other privilege either: on columns, in other schemas, as another role, or through another function.
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
  // Of the functions that it may execute, only these can write or run with the rights of another role.
  expect(
    await names(`SELECT proname AS name FROM pg_proc WHERE pronamespace = 'onceward'::regnamespace
      AND has_function_privilege(oid, 'EXECUTE') AND (provolatile = 'v' OR prosecdef) ORDER BY 1`),
  ).toEqual(WRITING_FUNCTIONS);
});
