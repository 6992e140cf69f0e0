/** acknowledgeAlarm: staff say that they have seen an open alarm, which stays open. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { addStaffMember, auditEvents, owner } from '../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../support/worker/service.ts';

beforeAll(serveExample);

const newMember = (role = 'support') => addStaffMember(fresh('member'), { role });
const raise = async (subject = fresh('breaker')) => {
  await owner`SELECT onceward.raise_alarm('breaker', ${subject}, '{}')`;
  const [row] =
    await owner`SELECT no::int AS id FROM onceward.alarms WHERE subject = ${subject} ORDER BY no DESC`;
  return { subject, alarmId: Number(row?.id) };
};
const clear = (subject: string) => owner`SELECT onceward.clear_alarm('breaker', ${subject})`;
const rowOf = async (alarmId: number) =>
  (await owner`SELECT * FROM onceward.alarms WHERE no = ${alarmId}`)[0];
const note = 'looking at the arena';

describe('acknowledgeAlarm', () => {
  it('shows who has seen an open alarm, which stays open, and answers its key again', async () => {
    const { subject, alarmId } = await raise();
    const [staffId, key] = [await newMember(), freshKey()];
    const staff = asStaff(staffId);
    const first = resultAs(await staff.acknowledgeAlarm({ alarmId, note }, { key }), 'AlarmReceipt');
    expect(first).toMatchObject({
      replayed: false,
      alarm: { id: alarmId, clearedAt: null, acknowledged: { by: staffId, note } },
    });
    const before = await rowOf(alarmId);
    expect(resultOf(await staff.acknowledgeAlarm({ alarmId, note }, { key }))).toEqual({
      ...first,
      replayed: true,
    });
    const reused = await staff.acknowledgeAlarm({ alarmId, note: 'another note' }, { key });
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['note']);
    expect(await rowOf(alarmId)).toEqual(before);
    const auditor = asStaff(await newMember('auditor'));
    const { edges } = resultOf(await auditor.alarms({ open: true, first: 100 }));
    expect(edges.map(({ node }) => node).find(({ id }) => id === alarmId)).toEqual(first.alarm);
    expect(await auditEvents(staffId)).toMatchObject([{ action: 'acknowledgeAlarm', outcome: 'granted' }]);
    await clear(subject);
  });

  it('shows the last who said so, also after the alarm was raised once more, and nobody of the next one', async () => {
    const { subject, alarmId } = await raise();
    const [one, two] = [await newMember(), await newMember('economist')];
    for (const member of [one, two])
      resultAs(await asStaff(member).acknowledgeAlarm({ alarmId, note }), 'AlarmReceipt');
    await owner`UPDATE onceward.alarms SET last_seen_at = last_seen_at - interval '1 minute' WHERE no = ${alarmId}`;
    await raise(subject);
    const shown = async (id: number) =>
      resultOf(await asStaff(one).alarms({ first: 100 })).edges.find(({ node }) => node.id === id)?.node;
    expect(await shown(alarmId)).toMatchObject({ times: 2, acknowledged: { by: two } });
    await clear(subject);
    const next = await raise(subject);
    expect(next.alarmId).not.toBe(alarmId);
    expect(await shown(next.alarmId)).toMatchObject({ clearedAt: null, acknowledged: null });
    await clear(subject);
  });

  it('rejects an alarm that is over, and one that never was, and changes nothing', async () => {
    const { subject, alarmId } = await raise();
    await clear(subject);
    const before = await rowOf(alarmId);
    const staff = asStaff(await newMember());
    for (const id of [alarmId, 999_999_999]) {
      const answer = await staff.acknowledgeAlarm({ alarmId: id, note });
      expect(rejectionOf(answer, 'UnknownRecord')).toMatchObject({ record: 'open alarm', id });
    }
    expect(await rowOf(alarmId)).toEqual(before);
  });

  it('is for staff with the permission', async () => {
    const { subject, alarmId } = await raise();
    const before = await rowOf(alarmId);
    const auditor = asStaff(await newMember('auditor'));
    for (const client of [auditor, asServer(), asPlayer(fresh('player'))])
      expect(faultOf(await client.acknowledgeAlarm({ alarmId, note })).code).toBe('FORBIDDEN');
    expect(await rowOf(alarmId)).toEqual(before);
    await clear(subject);
  });
});
