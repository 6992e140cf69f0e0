/** What publishing a balance config reads first, for the API (drizzle/kernel/23_compare.sql), and the list of versions. */
import { and, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import { type Database, queryDatabase, type Reads } from './database.ts';
import { LedgerUnavailable } from './failures.ts';
import { balanceConfigs } from './operations-tables.ts';
import { decodeCursor, encodeCursor, type PageOrder, type PageRequest, pageOf } from './page.ts';
import { type Authorised, readAs } from './read-authority.ts';

/** A version with its document, and when it becomes or became current (ISO 8601, UTC). */
interface StoredConfig {
  readonly version: number;
  readonly sha256: string;
  readonly document: unknown;
  readonly from: string;
}

export interface PublishingState {
  /** The time of the database, in milliseconds since 1970. */
  readonly now: number;
  /** Whether staff publish through the API: not at all, each alone, or with the approval of another. */
  readonly publishing: 'off' | 'staff' | 'approved';
  readonly current: StoredConfig | null;
  readonly scheduled: StoredConfig | null;
  /** The version that the reader named. */
  readonly named: StoredConfig | null;
  /** The document of the proposal that the reader named; null: it is none of a config. */
  readonly proposed: unknown;
}

/** The version or the proposal that the reader is interested in. */
export interface Named {
  readonly version: number | null;
  readonly proposal: number | null;
}

function stateStatement(reads: Reads, { version, proposal }: Named) {
  const state = sql<PublishingState>`onceward.publishing_state(${version}::bigint, ${proposal}::bigint)`;
  return reads.select({ state }).from(sql`(SELECT) AS one`);
}

/** For an action, whose permission the kernel checks. */
export async function readPublishingState({ reads }: Database, named: Named): Promise<PublishingState> {
  const [row] = await queryDatabase(async () => await stateStatement(reads, named));
  return (row as { readonly state: PublishingState }).state;
}

export function readPublishingStateAs(
  database: Database,
  actor: Actor,
  named: Named,
): Promise<Authorised<PublishingState>> {
  return readAs(
    database,
    actor,
    (reads) => stateStatement(reads, named),
    ({ state }) => state,
  );
}

/** What earlier configs had. Questions and answers are those of src/config/former.ts. */
export async function readFormerConfigs<Answers>({ reads }: Database, questions: object): Promise<Answers> {
  const answers = sql<Answers>`onceward.former_configs(${JSON.stringify(questions)}::jsonb)`;
  const [row] = await queryDatabase(async () => await reads.select({ answers }).from(sql`(SELECT) AS one`));
  return (row as { readonly answers: Answers }).answers;
}

/** How many hold what a change concerns, counted to `most`; null: it takes longer than a statement may. */
export async function readHeldCount(
  { reads }: Database,
  { what, name, most }: { readonly what: string; readonly name: string; readonly most: number },
): Promise<number | null> {
  const found = sql<number>`onceward.held_count(${what}, ${name}, ${most}::integer)`;
  const counting = queryDatabase(async () => await reads.select({ found }).from(sql`(SELECT) AS one`));
  return counting.then(
    ([row]) => row?.found ?? null,
    (error: unknown) => {
      if (error instanceof LedgerUnavailable && error.why === QUERY_CANCELED) return null;
      throw error;
    },
  );
}

const QUERY_CANCELED = '57014';

const ORDER: PageOrder = { list: 'config', direction: 'descending', width: 1 };
export const configCursor = ({ version }: { readonly version: number }): string =>
  encodeCursor(ORDER.list, [version]);
export const isConfigCursor = (cursor: string): boolean => decodeCursor(ORDER, cursor) !== null;

/** The versions, newest first, each as `config_json` makes it (drizzle/kernel/55_configs.sql). */
export function readConfigs<Shape>(
  database: Database,
  actor: Actor,
  page: PageRequest,
): Promise<Authorised<Shape>> {
  const statementOf = (reads: Reads) => {
    const { within, orderBy } = pageOf(ORDER, [balanceConfigs.version], page);
    return reads
      .select({ config: sql<Shape>`onceward.config_json(${balanceConfigs.version})` })
      .from(balanceConfigs)
      .where(and(...within))
      .orderBy(...orderBy)
      .limit(page.limit);
  };
  return readAs(database, actor, statementOf, ({ config }) => config);
}
