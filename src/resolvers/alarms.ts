/** alarms: what somebody must look at, for staff. */
import { alarmCursor, isAlarmCursor, readAlarms } from '../ledger/read-alarms.ts';
import { Alarm } from '../schema/alarm.ts';
import { defineConnection, PAGE } from './define-query.ts';

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
