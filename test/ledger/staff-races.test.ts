// Changes of staff at once: somebody who can change staff remains, and what was revoked has ended.
import { describe, expect, test } from 'vitest';
import { type Action, openStaffChanges } from '../support/ledger/staff-changes.ts';

const { atOnce, query, act, refused, memberWith, awardOf, admin } = openStaffChanges();

describe('the last member with staff:manage', () => {
  /** Disables everybody else who can change staff, while `run` runs. */
  async function alone(run: (last: string) => Promise<void>): Promise<void> {
    const last = await admin();
    const rows = await query(
      `UPDATE onceward.staff SET disabled_at = now() WHERE disabled_at IS NULL AND actor <> onceward.register_actor('staff', $1)
        RETURNING actor`,
      [last],
    );
    await run(last);
    await query('UPDATE onceward.staff SET disabled_at = NULL WHERE actor = ANY ($1)', [
      rows.map(({ actor }) => actor),
    ]);
  }

  test('cannot disable themselves, nor take it from their role', async () => {
    await alone(async (last) => {
      await refused(last, { kind: 'staff.disable', member: last }, { why: 'last_manager' });
      await refused(
        last,
        { kind: 'staff.change_role', role: 'admin', permissions: ['ledger:read'] },
        { why: 'last_manager' },
      );
    });
  });

  test('stays when two members disable each other at once, in every one of twenty rounds', async () => {
    await alone(async (one) => {
      for (let round = 0; round < 20; round += 1) {
        const two = await admin();
        const answers = await Promise.all([
          act(one, { kind: 'staff.disable', member: two }),
          act(two, { kind: 'staff.disable', member: one }),
        ]);
        expect(answers.map(({ kind }) => kind).sort()).toEqual(['forbidden', 'granted']);
        const rows = await query(
          `SELECT count(*)::int AS enabled FROM onceward.staff_by_name WHERE id = ANY ($1) AND disabled_at IS NULL`,
          [[one, two]],
        );
        expect(rows[0].enabled).toBe(1);
        await query(
          `UPDATE onceward.staff SET disabled_at = CASE actor WHEN onceward.register_actor('staff', $1) THEN NULL ELSE now() END
            WHERE actor IN (onceward.register_actor('staff', $1), onceward.register_actor('staff', $2))`,
          [one, two],
        );
      }
    });
  });

  test('stays when three members disable themselves at once', async () => {
    await alone(async (one) => {
      const members = [one, await admin(), await admin()];
      const answers = await atOnce(members, () =>
        Promise.all(members.map((member) => act(member, { kind: 'staff.disable', member }))),
      );
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['granted', 'granted', 'rejected']);
      expect(answers.find(({ kind }) => kind === 'rejected')).toMatchObject({
        rejection: { why: 'last_manager' },
      });
      await query(
        `UPDATE onceward.staff SET disabled_at = NULL WHERE actor = onceward.register_actor('staff', $1)`,
        [one],
      );
    });
  });
});

describe('while a permission is revoked', () => {
  test.each<[string, (member: string, role: string) => Action]>([
    ['from the role', (_, role) => ({ kind: 'staff.change_role', role, permissions: ['ledger:read'] })],
    ['with the role', (member) => ({ kind: 'staff.assign', member, role: 'auditor' })],
    ['by disabling the member', (member) => ({ kind: 'staff.disable', member })],
  ])('%s, an award commits before the answer or is forbidden', async (_, actionFor) => {
    const by = await admin();
    const { id: member, role } = await memberWith('reward:manual', 'ledger:read');
    let answered = false;
    const late: string[] = [];
    const storm = Array.from({ length: 8 }, async () => {
      for (let award = 0; award < 12; award += 1) {
        const beganAfter = answered;
        const { kind } = await awardOf(member, 1);
        if (beganAfter && kind !== 'forbidden') late.push(kind);
      }
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await act(by, actionFor(member, role))).kind).toBe('granted');
    const counted = 'SELECT count(*)::int AS awards FROM onceward.claims_by_name WHERE actor_id = $1';
    const atAnswer = (await query(counted, [member]))[0].awards;
    answered = true;
    await Promise.all(storm);
    expect(late).toEqual([]);
    expect((await query(counted, [member]))[0].awards).toBe(atAnswer);
    expect(await awardOf(member, 1)).toMatchObject({ kind: 'forbidden' });
  });
});
