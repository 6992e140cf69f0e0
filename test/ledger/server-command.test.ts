// `npm run server` as the owner uses it: registers, bounds and disables game servers, and each change is audited.
import { expect, inject, test } from 'vitest';
import { startCommand } from '../support/ledger/commands.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';

const { owner, commit } = openLedger();

const run = (...args: string[]) =>
  startCommand('server.ts', [...args, '--database-url', inject('ownerDatabaseUrl')]).ended;

async function stateOf(id: string): Promise<unknown> {
  const { rows } = await owner.query(
    `SELECT onceward.server_json(a.no) AS server,
            (SELECT array_agg(e.action ORDER BY e.id) FROM onceward.audit_events e WHERE e.detail->>'id' = $1) AS audited
       FROM onceward.actors a WHERE (a.id, a.kind) = ($1, 2)`,
    [id],
  );
  return rows[0];
}

const claimOf = (actor_id: string, key_id = 'key-1') =>
  commit(
    operation({
      actor_id,
      postings: [give('gold', 5)],
      server: { key_id, operation: 'claimReward', claim_types: null, largest_amount: null },
    }),
  );

test('registers a server with bounds, disables it with a reason, and enables it by registering it again', async () => {
  const id = fresh('server');
  expect((await claimOf(id)).kind).toBe('granted');
  const bounds = ['--keys', 'key-1,key-2', '--operations', 'claimReward', '--claims-per-hour', '10'];
  expect(await run('add', id, ...bounds)).toMatchObject({
    status: 0,
    output: `${id} is registered, and enabled.\n`,
  });
  expect(await stateOf(id)).toMatchObject({
    server: { keyIds: ['key-1', 'key-2'], operations: ['claimReward'], claimTypes: null, claimsPerHour: 10 },
    audited: ['server.set'],
  });
  expect((await claimOf(id)).kind).toBe('granted');
  expect(await claimOf(id, 'key-3')).toEqual({ kind: 'forbidden', why: 'server_key' });
  expect((await run('disable', id, '--reason', 'its key leaked')).status).toBe(0);
  expect(await claimOf(id)).toEqual({ kind: 'forbidden', why: 'disabled_server' });
  expect(await stateOf(id)).toMatchObject({
    server: { disabledReason: 'its key leaked', claimsThisHour: 1 },
    audited: ['server.set', 'server.disable'],
  });
  expect((await run('list')).output).toContain(id);
  await run('add', id);
  expect((await claimOf(id, 'key-3')).kind).toBe('granted');
});

test('refuses a missing reason, bounds that are no numbers, and names of another form', async () => {
  const id = fresh('server');
  expect((await run('disable', id)).status).toBe(1);
  expect((await run('add', id, '--claims-per-hour', 'many')).output).toContain('must be an integer');
  for (const [flag, names] of [
    ['keys', 'key-1,key 2'],
    ['operations', 'claimReward,claim_reward'],
    ['claim-types', 'Duel'],
  ])
    expect((await run('add', id, `--${flag}`, `${names}`)).output).toContain(`--${flag}: each must be`);
  expect(await stateOf(id)).toBeUndefined();
});
