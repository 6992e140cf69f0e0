// `npm run staff` as the owner uses it for roles and own limits: it is above the kernel's rules for staff, and each change is audited.
import { expect, inject, test } from 'vitest';
import { startCommand } from '../support/ledger/commands.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';

const { owner, commit } = openLedger();

const run = (...args: string[]) =>
  startCommand('staff.ts', [...args, '--database-url', inject('ownerDatabaseUrl')]).ended;

async function stateOf(role: string, id: string): Promise<unknown> {
  const { rows } = await owner.query(
    `SELECT onceward.role_json($1) AS role, onceward.own_limits(a.no) AS limits,
            (SELECT count(*)::int FROM onceward.audit_events e WHERE e.detail::text LIKE '%' || $1 || '%') AS audited
       FROM (SELECT) AS one LEFT JOIN onceward.actors a ON (a.id, a.kind) = ($2, 3)`,
    [role, id],
  );
  return rows[0];
}

test('makes a role, gives it to a member with limits of their own, and deletes it when nobody has it', async () => {
  const role = fresh('role').replaceAll('-', '_');
  const id = fresh('member');
  expect((await run('role', role, '--permissions', 'reward:manual,ledger:read')).output).toBe(
    `${role} permits: reward:manual, ledger:read.\n`,
  );
  const added = await run('add', id, '--role', role, '--give', 'rubies=5/9', '--take', 'gold=/7');
  expect([added.status, added.output]).toEqual([
    0,
    `${id} has the role ${role}. Limit of one award: set by the config. Limit of one day: set by the config.\n`,
  ]);
  expect(await stateOf(role, id)).toMatchObject({
    role: { permissions: ['ledger:read', 'reward:manual'], members: 1, isDeleted: false },
    limits: {
      resources: [
        { resource: 'gold', takes: true, perCall: null, perDay: 7 },
        { resource: 'rubies', takes: false, perCall: 5, perDay: 9 },
      ],
    },
    audited: 2,
  });
  const player = fresh('player');
  await commit(operation({ player, postings: [] }));
  const gift = { ...award(id, 6), player, postings: [give('rubies', 6)], resources: ['rubies'] };
  expect(await commit(gift)).toMatchObject({ rejection: { limit: 'staff_reward', bound: 5 } });
  expect((await run('roles')).output).toContain(`${role} (1 members): ledger:read, reward:manual\n`);

  const before = await stateOf(role, id);
  for (const [args, problem] of [
    [['delete-role', role], `1 members have the role ${role}`],
    [['delete-role', 'admin'], 'The role admin cannot be deleted'],
    [['role', role, '--permissions', 'no:such'], 'There is no permission "no:such"'],
    [['role', 'server', '--permissions', 'ledger:read'], 'The name of a role must be'],
    [['add', id, '--role', `${role}_x`], `There is no role "${role}_x"`],
    [['add', id, '--role', role, '--give', 'rubies'], '--give must be RESOURCE=PER_CALL/PER_DAY'],
    [['add', id, '--role', role, '--give', 'nothing=1/2'], 'No published config has a resource "nothing"'],
  ] as const) {
    const { status, output } = await run(...args);
    expect([status, output]).toEqual([1, expect.stringContaining(problem)]);
    expect(await stateOf(role, id)).toEqual(before);
  }

  expect((await run('add', id, '--role', 'support')).status).toBe(0);
  expect((await run('delete-role', role)).output).toBe(`The role ${role} is deleted.\n`);
  expect(await stateOf(role, id)).toMatchObject({ role: { isDeleted: true, permissions: [], members: 0 } });
});
