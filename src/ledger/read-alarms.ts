/** Alarms, for staff: those that are open come first. And what the schedule reports of its jobs and alarms. */
import { sql } from 'drizzle-orm';
import type { Actor, StaffPermission } from '../domain/actor.ts';
import type { AlarmKind } from '../domain/alarms.ts';
import { alarms } from './alarm-tables.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';

/** As `alarm_json` makes it (drizzle/kernel/74_alarms.sql). */
export interface StoredAlarm {
  readonly id: number;
  readonly kind: AlarmKind;
  readonly subject: string;
  readonly times: number;
  readonly raisedAt: string;
  readonly lastSeenAt: string;
  readonly clearedAt: string | null;
  /** The last; null: nobody has acknowledged it. */
  readonly acknowledged: { readonly by: string; readonly at: string; readonly note: string } | null;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly playerIds: readonly string[];
}

const NEEDS: StaffPermission = 'alarm:read';
const ORDER: PageOrder = { list: 'alarms', direction: 'descending', width: 2 };
const isOpen = sql`((${alarms.clearedAt} IS NULL)::integer)`;

export const alarmCursor = ({ id, clearedAt }: StoredAlarm): string =>
  encodeCursor(ORDER.list, [clearedAt === null ? 1 : 0, id]);
export const isAlarmCursor = (cursor: string): boolean => decodeCursor(ORDER, cursor) !== null;

export interface AlarmsRequest {
  /** Only those that are open. */
  readonly open: boolean;
  readonly page: PageRequest;
}

export function readAlarms(
  database: Database,
  actor: Actor,
  request: AlarmsRequest,
): Promise<Authorised<StoredAlarm>> {
  return readAs(
    database,
    actor,
    (reads) => alarmsStatement(reads, request),
    ({ alarm }) => alarm as StoredAlarm,
    NEEDS,
  );
}

function alarmsStatement(reads: Reads, { open, page }: AlarmsRequest) {
  const { within, orderBy } = pageOf(ORDER, [isOpen, alarms.no], page);
  const conditions = open ? [sql`${isOpen} = 1`, ...within] : within;
  return reads
    .select({ alarm: sql<unknown>`onceward.alarm_json(${alarms.no})` })
    .from(alarms)
    .where(conditions.length > 0 ? sql.join(conditions, sql` AND `) : undefined)
    .orderBy(...orderBy)
    .limit(page.limit);
}

/** What the log does not say yet of an alarm. */
export interface AlarmToLog {
  readonly what: 'raised' | 'cleared';
  readonly alarm: StoredAlarm;
}

export async function readAlarmsToLog({ sql: neon }: Database, atMost: number): Promise<AlarmToLog[]> {
  const rows = await queryDatabase(() =>
    neon.query('SELECT onceward.alarms_to_log($1::integer) AS alarm', [atMost]),
  );
  return (rows as { alarm: AlarmToLog }[]).map(({ alarm }) => alarm);
}

export async function markLogged(database: Database, logged: readonly AlarmToLog[]): Promise<void> {
  const ids = (wanted: AlarmToLog['what']) =>
    logged.filter(({ what }) => what === wanted).map(({ alarm }) => alarm.id);
  await queryDatabase(() =>
    database.sql.query('SELECT onceward.mark_logged($1::bigint[], $2::bigint[])', [
      ids('raised'),
      ids('cleared'),
    ]),
  );
}

export async function reportJobs(
  { sql: neon }: Database,
  { succeeded, failed }: { readonly succeeded: readonly string[]; readonly failed: readonly string[] },
): Promise<void> {
  await queryDatabase(() =>
    neon.query('SELECT onceward.report_jobs($1::text[], $2::text[])', [succeeded, failed]),
  );
}
