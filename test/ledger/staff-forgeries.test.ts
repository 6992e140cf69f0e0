// Forged changes of staff by the app role, and notes on players.
import { describe, expect, test } from 'vitest';
import { fresh, operation } from '../support/ledger/operations.ts';
import { type Action, limitsOf, openStaffChanges } from '../support/ledger/staff-changes.ts';

const { query, act, everything, commit, addStaff, admin } = openStaffChanges();

describe('a forged call', () => {
  test.each<[string, Action, object]>([
    [
      'a permission that the action does not need',
      { kind: 'staff.disable', member: 'x' },
      { permission: 'ledger:read' },
    ],
    ['a game server', { kind: 'staff.disable', member: 'x' }, { actor_kind: 'server' }],
    ['a role of game servers', { kind: 'staff.change_role', role: 'server', permissions: [] }, {}],
    [
      'a permission that the code does not know',
      { kind: 'staff.create_role', role: 'forged', permissions: ['old:thing'] },
      {},
    ],
    [
      'a permission that is not for staff',
      { kind: 'staff.create_role', role: 'forged', permissions: ['campaign:run'] },
      {},
    ],
    ['a name that no role can have', { kind: 'staff.create_role', role: 'Forged; --', permissions: [] }, {}],
    ['a kind that does not exist', { kind: 'staff.promote', member: 'x' }, {}],
  ])('with %s fails or is refused, and nothing is written', async (_, action, over) => {
    const by = await admin();
    const member = await addStaff();
    const before = await everything();
    const aimed = 'member' in action ? { ...action, member } : action;
    await expect(act(by, aimed, over)).rejects.toMatchObject({
      code: expect.stringMatching(/^(22023|20000|23\d{3})$/),
    });
    expect(await everything()).toEqual(before);
  });

  test('of limits out of bounds fails, and nothing is written', async () => {
    const [by, member] = [await admin(), await addStaff()];
    const before = await everything();
    const twice = { resource: 'rubies', takes: false, perCall: 1, perDay: 1 };
    for (const limits of [{ rewardLimit: -1 }, { resources: [twice, twice] }])
      await expect(act(by, limitsOf(member, limits))).rejects.toMatchObject({
        code: expect.stringMatching(/^23/),
      });
    expect(await everything()).toEqual(before);
  });
});

describe('a note', () => {
  const notesOf = async (player: string) =>
    query(
      `SELECT n.text FROM onceward.notes n JOIN onceward.actors a ON a.no = n.player WHERE a.id = $1 ORDER BY n.no`,
      [player],
    );

  test('is written once under its key, and is never changed or removed', async () => {
    const by = await addStaff();
    const player = fresh('player');
    await commit(operation({ player }));
    const key = { idempotency_key: fresh('key'), input: { playerId: 'a digest' } };
    const first = await act(by, { kind: 'note.write', player, text: 'called twice' }, key);
    expect(first).toMatchObject({
      kind: 'granted',
      record: { playerId: player, author: by, text: 'called twice' },
    });
    expect(await act(by, { kind: 'note.write', player, text: 'called twice' }, key)).toMatchObject({
      replayed: true,
      record: first.record,
    });
    expect(await notesOf(player)).toEqual([{ text: 'called twice' }]);
    for (const statement of [
      'UPDATE onceward.notes SET text = text',
      'DELETE FROM onceward.notes',
      'TRUNCATE onceward.notes',
    ])
      await expect(query(statement)).rejects.toMatchObject({ code: '23000' });
  });

  test('on nobody, by a role without the permission, or too long is not written', async () => {
    const player = fresh('player');
    const by = await addStaff();
    expect(await act(by, { kind: 'note.write', player, text: 'x' })).toMatchObject({
      rejection: { kind: 'unknown_player', playerId: player },
    });
    await commit(operation({ player }));
    const auditor = await addStaff({ role: 'auditor' });
    expect(await act(auditor, { kind: 'note.write', player, text: 'x' })).toMatchObject({
      kind: 'forbidden',
    });
    await expect(act(by, { kind: 'note.write', player, text: 'x'.repeat(2_001) })).rejects.toMatchObject({
      constraint: 'notes_are_short',
    });
    expect(await notesOf(player)).toEqual([]);
  });
});
