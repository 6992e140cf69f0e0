// Claims and entries leave the ledger through the archive alone, and only as what its files hold.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openStore } from '../../cli/archive/store.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { operation } from '../support/ledger/operations.ts';

const { app, owner, commit } = openLedger();
beforeAll(async () => {
  await granted(commit(operation()));
});

const counted = async (table: string) =>
  (await owner.query(`SELECT count(*)::int AS n FROM onceward.${table}`)).rows[0].n as number;

test.each([
  'reward_claims',
  'ledger_entries',
])('nothing but the archive removes rows of %s', async (table) => {
  const before = await counted(table);
  const refused = { code: '23000' };
  await expect(owner.query(`DELETE FROM onceward.${table}`)).rejects.toMatchObject(refused);
  const forged = `DO $x$ BEGIN DELETE FROM onceward.${table} /*
PL/pgSQL function onceward.archive_part(json,text) line 1 at SQL statement*/; END $x$`;
  await expect(owner.query(forged)).rejects.toMatchObject(refused);
  await expect(app.query(`SELECT onceward.archive_part('{}', 'me')`)).rejects.toMatchObject({
    code: '42501',
  });
  expect(await counted(table)).toBeGreaterThanOrEqual(before);
});

test('a file that is not where the archive should be is named', async () => {
  await expect(openStore({ place: '/no/archive' }).read('part-000001/claims-0.parquet')).rejects.toThrow(
    'part-000001/claims-0.parquet cannot be read in /no/archive (ENOENT)',
  );
  const bucket = openStore({ place: 'r2:none', localR2: await mkdtemp(join(tmpdir(), 'onceward-r2-')) });
  await expect(bucket.read('part-000001/claims-0.parquet')).rejects.toThrow(
    /^wrangler cannot get none\/part-000001\/claims-0.parquet: \w/,
  );
});

test('a part whose files hold other claims than the ledger is not archived', async () => {
  const part = {
    no: 999,
    claims: 1,
    entries: 0,
    claimed_from: '2000-01-01',
    claimed_until: '2000-01-02',
    sums: {},
  };
  const [{ erased }] = (await owner.query('SELECT onceward.erasures_done() AS erased')).rows;
  const given = {
    ...part,
    erased,
    claims_bytes: 1,
    entries_bytes: 1,
    claims_sha256: '\\x00',
    entries_sha256: '\\x00',
  };
  await expect(
    owner.query('SELECT onceward.archive_part($1, $2)', [JSON.stringify(given), 'me']),
  ).rejects.toThrow('its files hold other claims than the ledger');
});
