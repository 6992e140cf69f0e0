/** Alarm: what somebody must look at. */
import { ALARM_KINDS, ALARMS, type AlarmKind, type AlarmSeverity } from '../domain/alarms.ts';
import type { StoredAlarm } from '../ledger/read-alarms.ts';
import { builder } from './builder.ts';

const upper = (kind: AlarmKind) => kind.toUpperCase();

const KindEnum = builder.enumType('AlarmKind', {
  description: 'What an alarm is about. docs/monitoring.md says what to do.',
  values: Object.fromEntries(
    ALARM_KINDS.map((kind) => [
      upper(kind),
      { value: kind, description: `${ALARMS[kind].about} Its subject: ${ALARMS[kind].subject}.` },
    ]),
  ) as Record<Uppercase<AlarmKind>, { value: AlarmKind; description: string }>,
});

const SeverityEnum = builder.enumType('AlarmSeverity', {
  description: 'How soon somebody must look at an alarm.',
  values: {
    CRITICAL: { value: 'critical', description: 'At any hour.' },
    WARNING: { value: 'warning', description: 'On the next working day.' },
  } satisfies Record<Uppercase<AlarmSeverity>, { value: AlarmSeverity; description: string }>,
});

interface DetailShape {
  readonly name: string;
  readonly value: string;
}

const Detail = builder.objectRef<DetailShape>('AlarmDetail').implement({
  description: 'A number or a short text that explains an alarm.',
  fields: (t) => ({ name: t.exposeString('name'), value: t.exposeString('value') }),
});

const Acknowledgement = builder
  .objectRef<NonNullable<StoredAlarm['acknowledged']>>('AlarmAcknowledgement')
  .implement({
    description: 'A staff member has seen an alarm (acknowledgeAlarm).',
    fields: (t) => ({
      by: t.exposeString('by', { description: 'A staff ID.' }),
      at: t.expose('at', { type: 'DateTime' }),
      note: t.exposeString('note', { description: 'What they do about it.' }),
    }),
  });

export const Alarm = builder.objectRef<StoredAlarm>('Alarm').implement({
  description: 'Something that somebody must look at. It is open until the service finds that it is over.',
  fields: (t) => ({
    id: t.expose('id', { type: 'SafeInt' }),
    kind: t.expose('kind', { type: KindEnum }),
    severity: t.field({ type: SeverityEnum, resolve: ({ kind }) => ALARMS[kind].severity }),
    about: t.string({ description: 'For people.', resolve: ({ kind }) => ALARMS[kind].about }),
    subject: t.exposeString('subject', {
      description: 'What it is about. Of a kind and a subject at most one alarm is open.',
    }),
    raisedAt: t.expose('raisedAt', { type: 'DateTime' }),
    lastSeenAt: t.expose('lastSeenAt', { type: 'DateTime', description: 'To within ten seconds.' }),
    times: t.expose('times', {
      type: 'SafeInt',
      description: 'How often it was seen, at most once in ten seconds.',
    }),
    clearedAt: t.expose('clearedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the service found that it was over; null: it is open.',
    }),
    acknowledged: t.field({
      type: Acknowledgement,
      nullable: true,
      description: 'Who last said that they have seen it; null: nobody.',
      resolve: ({ acknowledged }) => acknowledged,
    }),
    detail: t.field({
      type: [Detail],
      resolve: ({ detail }) =>
        Object.entries(detail).map(([name, value]) => ({ name, value: String(value ?? 'unknown') })),
    }),
    playerIds: t.field({
      type: ['PlayerId'],
      description: 'The players that it is about, at most 100.',
      resolve: ({ playerIds }) => [...playerIds],
    }),
  }),
});
