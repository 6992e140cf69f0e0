/** alarms: what somebody must look at, for staff, and acknowledgeAlarm: who of them has seen one. */
import { ACKNOWLEDGE_ALARM, decideAcknowledgeAlarm } from '../domain/acknowledge-alarm.ts';
import { alarmCursor, isAlarmCursor, readAlarms } from '../ledger/read-alarms.ts';
import { Alarm } from '../schema/alarm.ts';
import { defineAction, defineReceipt } from './define-action.ts';
import { defineConnection, PAGE } from './define-query.ts';

export const acknowledgeAlarm = defineAction({
  ...ACKNOWLEDGE_ALARM,
  description:
    'Staff: says that the member has seen an open alarm. It stays open until its cause is gone. The alarm shows the last who said so.',
  input: (t) => ({
    alarmId: t.field({ type: 'PositiveInt', required: true }),
    note: t.field({
      type: 'Reason',
      required: true,
      description: 'What the member does about it. Kept with the alarm and in the audit.',
    }),
  }),
  receipt: defineReceipt('AlarmReceipt', 'alarm', Alarm),
  rejections: ['unknown_record'],
  decide: decideAcknowledgeAlarm,
  example: { alarmId: 1, note: 'looking at the breaker of the arena' },
});

export const alarms = defineConnection({
  name: 'alarms',
  description: `Staff: alarms, the open ones first, of both the newest first; ${PAGE.defaultSize} per page, at most ${PAGE.maxSize}.`,
  type: Alarm,
  actors: ['staff'],
  permission: 'alarm:read',
  args: (t) => ({ open: t.boolean({ description: 'Only those that are open.' }) }),
  authorisePlayer: () => {},
  cursor: () => ({ toCursor: alarmCursor, isValid: isAlarmCursor }),
  resolve: ({ open }, page, { actor, read }) =>
    read((database) => readAlarms(database, actor, { open: open === true, page })),
  example: { open: true, first: 20 },
});
