// Old claims leave the database for an archive, in any state and through any crash, and come back as they were.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReachedStep } from '../../cli/archive/part.ts';
import { oldClaims } from '../../cli/archive/slices.ts';
import { openStore } from '../../cli/archive/store.ts';
import { archiveCommand, archiveOld } from '../../cli/archive.ts';
import { withClient } from '../../cli/connect.ts';
import { restoreCommand } from '../../cli/restore-archive.ts';
import type { ArchiveBucket } from '../../src/ledger/archive-files.ts';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { makeOlder } from '../support/ledger/aged.ts';
import {
  bucketOf,
  countedUses,
  type Made,
  playRound,
  replayOf,
  sendWithArchive,
} from '../support/ledger/archived.ts';
import { runHere } from '../support/ledger/commands.ts';
import { granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { standing } from '../support/ledger/standing.ts';
import { limitUse, reversal } from '../support/ledger/systems.ts';

const PLAYERS = 12;

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
let directory: string;
let staff: string;
const players = Array.from({ length: PLAYERS }, () => fresh('player'));
const [first, second] = players as [string, string];
/** Made and answered so before they were archived. */
const made: Made[] = [];

const asOwner = <T>(work: (client: pg.Client) => Promise<T>) => withClient(database.ownerDatabaseUrl, work);

beforeAll(async () => {
  database = await startOwnDatabase();
  ledger = openLedger(database);
  directory = await mkdtemp(join(tmpdir(), 'onceward-archive-'));
  staff = await ledger.addStaff({ limit: 10_000, budget: 100_000 });
  made.push(...(await playRound(ledger, { players, staff, round: '1' })));
  await asOwner((client) => makeOlder(client, 1_500));
  made.push(...(await playRound(ledger, { players, staff, round: '2' })));
  await asOwner((client) => makeOlder(client, 1_200));
  // What is new stays.
  for (const player of players.slice(0, 6))
    await granted(ledger.commit(operation({ player, postings: [give('gold', 3)] })));
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
  await rm(directory, { recursive: true, force: true });
});

const urls = () => ['--database-url', database.ownerDatabaseUrl];
const archive = (...args: string[]) =>
  runHere(archiveCommand, ['--to', directory, '--claims', '40', ...args, ...urls()]);
const restore = (...args: string[]) => runHere(restoreCommand, ['--from', directory, ...args, ...urls()]);

async function expectSound(): Promise<void> {
  const { rows } = await ledger.owner.query(`SELECT onceward.integrity_page('', 1000) AS page`);
  expect(rows[0].page.faults).toEqual([]);
}

/** Every row of what is archived and of what depends on it. */
async function whole(): Promise<unknown> {
  const { rows } = await ledger.owner.query(
    `SELECT (SELECT json_agg(to_jsonb(c) ORDER BY c.player, c.number) FROM onceward.reward_claims c
               JOIN onceward.actors a ON a.no = c.player AND a.kind = 1) AS claims,
            (SELECT json_agg(to_jsonb(e) ORDER BY e.player, e.number, e.ordinal) FROM onceward.ledger_entries e) AS entries,
            (SELECT json_agg(b ORDER BY b.player, b.resource) FROM onceward.balances b) AS balances,
            (SELECT json_agg(to_jsonb(a) ORDER BY a.no) FROM onceward.actors a) AS actors,
            (SELECT count(*) FROM onceward.archived_claims)::int AS archived,
            (SELECT count(*) FROM onceward.checkpoints)::int AS checkpoints,
            (SELECT count(*) FROM onceward.archived_uses)::int AS uses`,
  );
  return rows[0];
}

const counted = async (table: string) =>
  (await ledger.owner.query(`SELECT count(*)::int AS n FROM onceward.${table}`)).rows[0].n as number;

const send = (op: KernelOperation, archived: ArchiveBucket | null = bucketOf(directory)) =>
  sendWithArchive(database, ledger, op, archived);

/** An old claim. */
const old = () => made[0] as Made;
let before: unknown;
let usesBefore: Record<string, unknown>[];

test('a dry run says what would be archived, and changes nothing', async () => {
  before = await whole();
  usesBefore = await countedUses(ledger);
  const { status, out } = await archive('--dry-run');
  expect([status, out]).toEqual([0, expect.stringMatching(/^\d{3} claims of players were made before/)]);
  expect(await whole()).toEqual(before);
  expect(await readdir(directory)).toEqual([]);
});

test('claims that are younger than the settings allow stay', async () => {
  const { status, output } = await archive('--older-than', '1y');
  expect([status, output]).toEqual([1, expect.stringContaining('Claims of the last 1095 days stay')]);
  expect(await whole()).toEqual(before);
});

test.each<[ReachedStep, string]>([
  ['written', 'its files are written'],
  ['verified', 'its manifest is written'],
  ['moved', 'its rows have left'],
])('ended after %s, a run is repeated and neither loses nor doubles a claim (%s)', async (step) => {
  const claims = (await counted('reward_claims')) + (await counted('archived_claims'));
  const ended = asOwner(async (client) => {
    const before = new Date(Date.now() - 1_095 * 86_400_000);
    const output = { log: () => {}, error: () => {}, progress: () => {}, colours: false };
    const reached = (at: ReachedStep) => {
      if (at === step) throw new Error('ended here');
    };
    const run = { client, store: openStore({ place: directory }), output, most: 40, reached };
    return await archiveOld(run, await oldClaims(client, before), before);
  });
  await expect(ended).rejects.toThrow('ended here');
  expect((await counted('reward_claims')) + (await counted('archived_claims'))).toBe(claims);
  await expectSound();
});

test('the claims of the past leave, and the ledger is sound', async () => {
  const { status, out } = await archive();
  expect([status, out]).toEqual([0, expect.stringContaining(`entries are in ${directory}`)]);
  expect(await counted('archived_claims')).toBeGreaterThan(200);
  expect(await counted('archive_parts')).toBeGreaterThan(4);
  const { rows } = await ledger.owner.query(
    'SELECT count(*)::int AS n FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player AND a.kind = 1',
  );
  expect(rows[0].n).toBe(6);
  await expectSound();
  const { rows: audit } = await ledger.owner.query(
    `SELECT count(*)::int AS n FROM onceward.audit_events WHERE action = 'archive' AND outcome = 'done'`,
  );
  expect(audit[0].n).toBe(await counted('archive_parts'));
});

test('the files hold numbers of players and no IDs', async () => {
  for (const part of await readdir(directory))
    for (const file of await readdir(join(directory, part))) {
      const text = (await readFile(join(directory, part, file))).toString('latin1');
      for (const player of players) expect(text).not.toContain(player);
    }
});

describe('a replay of an archived key', () => {
  test('answers with the original numbers, whatever kind of claim it was', async () => {
    const archived = made;
    expect(archived.length).toBeGreaterThan(150);
    for (const one of archived) expect(await send(one.operation)).toMatchObject(replayOf(one));
  });

  test('shows the input with the IDs of its players', async () => {
    const gift = made.find(({ operation: { counterparty } }) => counterparty !== null);
    const outcome = await send(gift?.operation as KernelOperation);
    expect(outcome).toMatchObject({
      kind: 'granted',
      claim: { counterpartyId: gift?.operation.counterparty },
    });
  });

  test('is unavailable while the archive cannot be read, and moves nothing', async () => {
    const before = await standing(ledger.owner, first);
    const unavailable = { name: 'Error', message: expect.stringContaining('the outcome is unknown') };
    await expect(send(old().operation, null)).rejects.toMatchObject(unavailable);
    await expect(send(old().operation, { get: async () => null })).rejects.toMatchObject(unavailable);
    expect(await standing(ledger.owner, first)).toEqual(before);
    expect(await send(old().operation)).toMatchObject({ kind: 'granted', replayed: true });
  });

  test('with another input is reused, and names the field', async () => {
    const reused = {
      ...old().operation,
      fingerprint: '00000000-0000-0000-0000-000000000002',
      input: { type: 'other' },
    };
    const before = await standing(ledger.owner, first);
    expect(await send(reused)).toMatchObject({ kind: 'key_reused', fields: ['type'] });
    expect(await standing(ledger.owner, first)).toEqual(before);
  });
});

describe('what an archived claim took stays taken', () => {
  test('its business key, and the rejection has the original receipt, also when it is replayed', async () => {
    const again = { ...old().operation, idempotency_key: fresh('key') };
    const before = await standing(ledger.owner, first);
    const rejected = {
      kind: 'rejected',
      rejection: { kind: 'already_claimed', claimId: expect.any(String) },
      original: { claim: { key: old().operation.claim_key }, changes: replayOf(old()).changes },
    };
    expect(await send(again)).toMatchObject({ ...rejected, replayed: false });
    expect(await send(again)).toMatchObject({ ...rejected, replayed: true });
    expect(await standing(ledger.owner, first)).toEqual(before);
  });

  test('its source keys', async () => {
    const again = operation({
      player: first,
      source_keys: [{ game: false, resource: 'gold', key: 'match/1' }],
    });
    const before = await standing(ledger.owner, first);
    expect(await send(again)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'already_claimed', sourceKey: { key: 'match/1' }, reversedBy: expect.any(Object) },
    });
    expect(await standing(ledger.owner, first)).toEqual(before);
  });

  test('a key that was reopened and claimed again', async () => {
    const before = await standing(ledger.owner, first);
    const again = operation({ player: first, claim_key: 'again-1', postings: [give('charges', 1)] });
    expect(await send(again)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'already_claimed', reversedBy: null },
    });
    expect(await standing(ledger.owner, first)).toEqual(before);
  });

  test('and it cannot be reversed', async () => {
    const before = await standing(ledger.owner, first);
    const op = reversal(staff, old().outcome.claim, { resources: ['gold'] });
    expect(await ledger.commit(op)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'not_reversible', why: 'archived' },
    });
    expect(await standing(ledger.owner, first)).toEqual(before);
  });

  test('what it counts towards limits that begin later, whenever their periods begin', async () => {
    expect(await countedUses(ledger)).toEqual(usesBefore);
    const used = usesBefore.find(({ id, name, days }) => id === second && name === 'quest' && days === null);
    const units = used?.units as number;
    expect(units).toBeGreaterThan(4);
    const limit = limitUse({ name: 'late', period: 'ever', since: '-infinity', bound: units });
    await ledger.owner.query(`SELECT onceward.register_names(4::smallint, ARRAY['late'])`);
    const full = operation({ player: second, limits: [limit] });
    expect(await ledger.commit(full)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'limit_exceeded' },
    });
  });
});

test('a player’s claims are put back, the ledger stays sound, and they can be archived again', async () => {
  const { status, out } = await restore('--player', first);
  expect([status, out]).toEqual([0, expect.stringMatching(/\d+ claims in \d+ parts were put back/)]);
  await expectSound();
  const before = await standing(ledger.owner, first, second);
  for (const { operation: op, outcome } of made.filter(({ operation: { player } }) => player === first))
    expect(await send(op)).toMatchObject({
      kind: 'granted',
      replayed: true,
      claim: { key: outcome.claim.key },
    });
  expect(await standing(ledger.owner, first, second)).toEqual(before);
  expect(await countedUses(ledger)).toEqual(usesBefore);
  // The other side of the first player's transfers is still archived.
  const gift = made.find(
    ({ operation: { player, counterparty } }) => player === first && counterparty !== null,
  );
  expect(await send(gift?.operation as KernelOperation)).toMatchObject(replayOf(gift as Made));
  expect((await archive()).status).toBe(0);
  await expectSound();
  expect(await send(gift?.operation as KernelOperation)).toMatchObject(replayOf(gift as Made));
});

test('a damaged file is found by the check, and nothing of it is put back', async () => {
  expect((await restore('--check')).status).toBe(0);
  const { rows } = await ledger.owner.query(
    `SELECT no, encode(entries_sha256, 'hex') AS sha FROM onceward.archive_parts WHERE restored_at IS NULL AND claims > 0
      ORDER BY claimed_from DESC LIMIT 1`,
  );
  const { no, sha } = rows[0];
  const path = join(directory, `part-${String(no).padStart(6, '0')}`, `entries-${sha.slice(0, 16)}.parquet`);
  const bytes = await readFile(path);
  const damaged = Buffer.from(bytes);
  damaged[20] = (damaged[20] as number) ^ 1;
  await writeFile(path, damaged);
  for (const how of ['--check', '--all']) {
    const { status, output } = await restore(how);
    expect([status, output]).toEqual([1, expect.stringContaining('is damaged')]);
  }
  await writeFile(path, bytes);
  await expectSound();
});

test('all claims are put back as they were', async () => {
  const { status, output } = await restore('--all');
  expect([status, output]).toEqual([0, expect.stringContaining('were put back')]);
  await expectSound();
  const after = (await whole()) as Record<string, unknown>;
  const { archived, checkpoints, uses } = after;
  expect({ archived, checkpoints, uses }).toEqual({ archived: 0, checkpoints: 0, uses: 0 });
  const expected = before as Record<string, unknown>;
  expect(after.claims).toEqual(expected.claims);
  expect(after.entries).toEqual(expected.entries);
  expect(after.balances).toEqual(expected.balances);
  const withoutRefused = (actors: unknown) =>
    (actors as { refused: number }[]).map((actor) => ({ ...actor, refused: 0, refused_on: null }));
  expect(withoutRefused(after.actors).slice(0, PLAYERS)).toEqual(
    withoutRefused(expected.actors).slice(0, PLAYERS),
  );
});
