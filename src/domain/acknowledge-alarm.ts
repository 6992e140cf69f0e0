/** acknowledgeAlarm: staff say that they have seen an open alarm. It stays open until the service finds that it is over. */
import type { Intent } from './decide.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { PositiveInt, Reason } from './values.ts';

export const ACKNOWLEDGE_ALARM = {
  name: 'acknowledgeAlarm',
  claimType: 'alarm',
  permission: 'alarm:acknowledge',
} as const satisfies ActionKind;

export interface AcknowledgeAlarm {
  readonly alarmId: PositiveInt;
  readonly note: Reason;
}

export function decideAcknowledgeAlarm(intent: Intent, { alarmId, note }: AcknowledgeAlarm): DecidedAction {
  const effect = { kind: 'alarm.acknowledge', alarmId, note };
  return decideAction({ intent, kind: ACKNOWLEDGE_ALARM, input: { alarmId, note }, reason: note, effect });
}
