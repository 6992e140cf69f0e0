/**
 * The tables of the archive: its parts, and what the database keeps of a claim that was moved there. A row here keeps keys unique for
 * ever and says where the claim is. Only the owner's functions write to them (drizzle/kernel/84_archive.sql, 85_restore.sql).
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  primaryKey,
  smallint,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { actorNumber, bytes, instant, jsonText, nameNumber, onceward } from './columns.ts';

/** A part of the archive: the claims of an interval, in one file of claims and one of entries. */
export const archiveParts = onceward.table('archive_parts', {
  no: integer('no').primaryKey(),
  claims: integer('claims').notNull(),
  entries: integer('entries').notNull(),
  archivedAt: instant('archived_at').notNull(),
  /** Of its claims: from the first moment (inclusive) to the second (exclusive). */
  claimedFrom: instant('claimed_from').notNull(),
  claimedUntil: instant('claimed_until').notNull(),
  /** When all of its claims were put back; null: not. */
  restoredAt: instant('restored_at'),
  claimsBytes: bigint('claims_bytes', { mode: 'number' }).notNull(),
  entriesBytes: bigint('entries_bytes', { mode: 'number' }).notNull(),
  /** SHA-256 of the files. Their names have its beginning. */
  claimsSha256: bytes('claims_sha256').notNull(),
  entriesSha256: bytes('entries_sha256').notNull(),
  /** By the number of the resource: what its entries add up to. */
  sums: jsonText<Record<string, string>>('sums').notNull(),
});

/** What the database keeps of an archived claim. */
export const archivedClaims = onceward.table(
  'archived_claims',
  {
    player: actorNumber('player').notNull(),
    claimedAt: instant('claimed_at').notNull(),
    /** The first 128 bits of the SHA-256 of the idempotency key, and of the claim's type and key. */
    keyDigest: uuid('key_digest').notNull(),
    claimDigest: uuid('claim_digest').notNull(),
    fingerprint: uuid('fingerprint').notNull(),
    counterparty: actorNumber('counterparty'),
    /** Set where a pending reward expired: when. */
    expiredAt: instant('expired_at'),
    number: integer('number').notNull(),
    part: integer('part').notNull(),
    /** Its row in the file of claims, and the first of its rows in the file of entries; from 0. */
    row: integer('row').notNull(),
    entryRow: integer('entry_row').notNull(),
    counterpartyNumber: integer('counterparty_number'),
    announced: integer('announced'),
    /** How many entries it has, those of the other player included. */
    entries: smallint('entries').notNull(),
    generation: smallint('generation').notNull(),
    becamePending: boolean('became_pending'),
    /** What its file refers to by place because it may name anybody (archive-texts.ts); null: nothing. */
    texts: jsonText<string[]>('texts'),
  },
  (t) => [
    primaryKey({ name: 'archived_claims_one_per_number', columns: [t.player, t.number] }),
    unique('archived_claims_one_per_idempotency_key').on(t.player, t.keyDigest),
    unique('archived_claims_granted_once').on(t.player, t.claimDigest, t.generation),
    uniqueIndex('archived_claims_one_per_counterparty_number')
      .on(t.counterparty, t.counterpartyNumber)
      .where(sql`counterparty IS NOT NULL`),
    index('archived_claims_of_part').on(t.part),
  ],
);

/** The keys with which files seal the keys and inputs of each player's claims (archive-seal.ts). An erasure forgets the player's. */
export const archiveKeys = onceward.table('archive_keys', {
  player: actorNumber('player').primaryKey(),
  key: bytes('key').notNull(),
});

/** What archived claims that were not reopened count towards limits that begin later. */
export const archivedUses = onceward.table(
  'archived_uses',
  {
    player: actorNumber('player').notNull(),
    /** When the newest of these claims was made. */
    until: instant('until').notNull(),
    claimType: nameNumber('claim_type').notNull(),
    /** 0: the units of the claims; otherwise what they took of the resource. */
    resource: nameNumber('resource').notNull(),
    /** True: what others gave the player in claims that they made. */
    received: boolean('received').notNull(),
    /** The player's numbers of these claims, and how much each of them used. */
    numbers: integer('numbers').array().notNull(),
    amounts: bigint('amounts', { mode: 'number' }).array().notNull(),
  },
  (t) => [
    primaryKey({
      name: 'archived_uses_one_per_type',
      columns: [t.player, t.claimType, t.resource, t.received],
    }),
  ],
);
