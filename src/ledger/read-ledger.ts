/** A page of a player's ledger entries, each with its claim, and what their tiers are derived from where it is asked for. */
import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Actor } from '../domain/actor.ts';
import type { ChangeRecord, ClaimRecord } from '../domain/outcome.ts';
import type { TierRule } from '../domain/rules.ts';
import { ENTRY_CAUSES } from './columns.ts';
import type { Database, Reads } from './database.ts';
import { balanceConfigs } from './operations-tables.ts';
import { type Authorised, readAs } from './read-authority.ts';
import { byNumber, entriesOfPage, type LedgerRequest } from './read-entries.ts';
import type { HistoryFilter } from './read-history.ts';
import { nameOf, numberOf, type Value } from './read-names.ts';
import { claimOfPlayer, recordFields, recordOf } from './read-record.ts';
import { ledgerEntries as e } from './tables.ts';

export interface LedgerEntryRow extends ChangeRecord {
  /** The player's number of the claim, and the entry's position in it. */
  readonly number: number;
  readonly ordinal: number;
  readonly claim: ClaimRecord;
  /**
   * The lifetime points of the entry's player before and after its claim, and the tiers of the claim's config version
   * (with one entry of that version). Null: not asked for, or there is no such version.
   */
  readonly lifetime: { readonly before: number; readonly after: number } | null;
  readonly tiers: StoredTiers | null;
}

/** Members are null where the config version has no tiers. */
interface StoredTiers {
  readonly resource: string | null;
  readonly tiers: readonly TierRule[] | null;
}

/** Where the entry is in a list with this filter. */
export function ledgerPosition(
  { number, ordinal, sequence }: LedgerEntryRow,
  { resource }: Pick<HistoryFilter, 'resource'>,
): number[] {
  return resource === null ? [number, ordinal] : [sequence];
}

export function readLedger(
  database: Database,
  actor: Actor,
  { withTiers, ...request }: LedgerRequest & { readonly withTiers: boolean },
): Promise<Authorised<LedgerEntryRow>> {
  return withTiers
    ? readAs(database, actor, (reads) => ledgerWithTiersStatement(reads, request), rowOf)
    : readAs(database, actor, (reads) => ledgerStatement(reads, request), rowOf);
}

export function ledgerStatement(reads: Reads, request: LedgerRequest) {
  const entry = entriesOfPage(reads, request);
  const claim = claimOfPlayer(reads, entry.player, entry.number);
  return reads
    .select({ entry: entryFields(entry), claim: recordFields(claim, entry.player, entry.number) })
    .from(entry)
    .innerJoinLateral(claim, sql`true`)
    .orderBy(...byNumber(entry.number, entry.ordinal, request.page));
}

function entryFields(entry: ReturnType<typeof entriesOfPage>) {
  return {
    resource: nameOf('resource', entry.resource),
    sequence: entry.sequence,
    number: entry.number,
    ordinal: entry.ordinal,
    before: entry.before,
    delta: entry.delta,
    requested: entry.requested,
    cause: entry.cause,
  };
}

/** Each published document is opened once for the page, not once for each entry. */
export function ledgerWithTiersStatement(reads: Reads, request: LedgerRequest) {
  const entry = reads.$with('entry').as(reads.select().from(entriesOfPage(reads, request)));
  const claim = claimOfPlayer(reads, entry.player, entry.number);
  const { version, document } = balanceConfigs;
  const versions = reads
    .select({ version: claim.configVersion })
    .from(entry)
    .innerJoinLateral(claim, sql`true`);
  const resource = sql`${document}->'tiers'->'resource'`;
  const known = reads
    .select({
      version,
      tiers: sql`json_build_object('resource', ${resource}, 'tiers', ${document}->'tiers'->'list')`.as(
        'tiers',
      ),
      points: sql`${numberOf('resource', sql`${resource}->>0`)}`.as('points'),
    })
    .from(balanceConfigs)
    .where(inArray(version, versions))
    // No page has more. It keeps Postgres from merging the subquery into the join, which would open a document per entry.
    .limit(request.page.limit)
    .as('known');
  const first = sql`row_number() OVER (PARTITION BY ${known.version}) = 1`;
  return reads
    .with(entry)
    .select({
      entry: entryFields(entry),
      claim: recordFields(claim, entry.player, entry.number),
      lifetime: lifetimeOf(entry, known.points),
      tiers: sql<StoredTiers | null>`CASE WHEN ${first} THEN ${known.tiers} END`,
    })
    .from(entry)
    .innerJoinLateral(claim, sql`true`)
    .leftJoin(known, eq(known.version, claim.configVersion))
    .orderBy(...byNumber(entry.number, entry.ordinal, request.page));
}

type Lifetime = NonNullable<LedgerEntryRow['lifetime']>;

/** What the claim moved of the points, from the balance before its first entry of them, or else from the last one before it. */
function lifetimeOf(
  { player, number }: { readonly player: Value; readonly number: Value },
  points: SQL.Aliased,
): SQL<Lifetime> {
  const ofPoints = sql`${e.player} = ${player} AND ${e.resource} = ${points}`;
  const inClaim = sql`${e.player} = ${player} AND ${e.number} = ${number} AND ${e.resource} = ${points}`;
  const first = sql`(SELECT ${e.before} FROM ${e} WHERE ${inClaim} ORDER BY ${e.ordinal} LIMIT 1)`;
  const moved = sql`(SELECT sum(${e.delta}) FROM ${e} WHERE ${inClaim})`;
  const earlier = sql`(SELECT ${e.before} + ${e.delta} FROM ${e} WHERE ${ofPoints}
    AND ${e.sequence} = onceward.entry_sequence_from(${player}, ${points}, ${number}) - 1)`;
  const before = sql`coalesce(${first}, ${earlier}, 0)`;
  return sql`json_build_object('before', ${before}, 'moved', coalesce(${moved}, 0))`.mapWith(
    (stored: { before: number; moved: number }) => ({
      before: stored.before,
      after: stored.before + stored.moved,
    }),
  ) as SQL<Lifetime>;
}

type Selected = Awaited<ReturnType<typeof ledgerStatement>>[number] &
  Partial<Pick<LedgerEntryRow, 'lifetime' | 'tiers'>>;

function rowOf({ entry, claim, lifetime = null, tiers = null }: Selected): LedgerEntryRow {
  const { number, ordinal, before, delta, requested, cause, ...shown } = entry;
  return {
    ...shown,
    number,
    ordinal,
    before,
    delta,
    after: before + delta,
    requested: requested ?? delta,
    cause: entryCause(cause),
    claim: recordOf(claim),
    lifetime,
    tiers,
  };
}

function entryCause(cause: number): ChangeRecord['cause'] {
  return ENTRY_CAUSES[cause - 1] as ChangeRecord['cause'];
}
