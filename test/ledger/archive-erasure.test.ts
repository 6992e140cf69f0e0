// A player is erased whose claims are archived: what people wrote is left neither in the files nor in answers, nor is it put back.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReachedStep } from '../../cli/archive/part.ts';
import { oldClaims } from '../../cli/archive/slices.ts';
import { openStore } from '../../cli/archive/store.ts';
import { archiveCommand, archiveOld } from '../../cli/archive.ts';
import type { Command } from '../../cli/command-line.ts';
import { withClient } from '../../cli/connect.ts';
import { restoreCommand } from '../../cli/restore-archive.ts';
import { contentsOfArchive } from '../../simulation/erasure/archive.ts';
import { encodeClaimId } from '../../src/domain/claim-id.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { readClaimAnywhere } from '../../src/ledger/read-archived-claim.ts';
import { makeOlder } from '../support/ledger/aged.ts';
import { bucketOf } from '../support/ledger/archived.ts';
import { runHere } from '../support/ledger/commands.ts';
import { dumped, erasing, finishErasures, newId, tracesIn } from '../support/ledger/erased.ts';
import { granted } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation } from '../support/ledger/operations.ts';
import { openStaffChanges } from '../support/ledger/staff-changes.ts';
import { transfer } from '../support/ledger/systems.ts';

const { act, admin, commit, query, appPool, place } = openStaffChanges();

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'onceward-archive-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const urls = () => ['--database-url', place().database.ownerDatabaseUrl];
const asOwner = <T>(work: (client: pg.Client) => Promise<T>) =>
  withClient(place().database.ownerDatabaseUrl, work);
async function run(command: Command, ...args: string[]): Promise<void> {
  const { status, output } = await runHere(command, [...args, ...urls()]);
  expect([status, output]).toEqual([0, expect.any(String)]);
}
/** What the files say with the keys that are left. */
const contents = (archive = directory) => asOwner((client) => contentsOfArchive(client, archive));
const faults = async () => (await query(`SELECT onceward.integrity_page('', 1000) AS page`))[0]?.page;

/** Old claims of a player and of a friend whose claims name the player. */
async function archivedHistory() {
  const [player, friend] = [newId(), newId()];
  const staff = await admin();
  const [key, fact, reason, request] = ['key', 'fact', 'reason', 'request'].map(
    (what) => `${what}-of-${player}-${fresh('secret')}`,
  ) as [string, string, string, string];
  const own = {
    claim_key: key,
    idempotency_key: request,
    input: { key, facts: { fact } },
    postings: [give('gold', 50)],
  };
  await granted(commit(operation({ player, ...own })));
  await granted(commit({ ...award(staff, 7), player, reason }));
  await granted(commit(operation({ player: friend, postings: [give('gold', 1)] })));
  const gift = await granted(commit(transfer(player, friend, 5)));
  const facts = { captain: player, note: `with ${player}, twice` };
  const mention = operation({ player: friend, input: { facts }, postings: [give('gold', 2)] });
  await granted(commit(mention));
  const praise = { ...award(staff, 3), player: friend, reason: `brought ${player} along` };
  const { handle, number } = (await granted(commit(praise))).claim;
  await asOwner((client) => makeOlder(client, 1_200));
  await run(archiveCommand, '--to', directory);
  return {
    ...{ player, friend, staff, key, request, mention, praise },
    texts: [player, key, fact, reason, request],
    unsealed: [fact, reason, `with ${player}`, `brought ${player}`],
    giftKey: gift.claim.key,
    praiseId: encodeClaimId(handle, number),
  };
}
let made: Awaited<ReturnType<typeof archivedHistory>>;
const readByFriend = (id: string) =>
  readClaimAnywhere(
    openDatabase({
      databaseUrl: place().database.databaseUrl,
      endpoint: place().database.neonEndpoint,
      archive: bucketOf(directory),
    }),
    { kind: 'player', id: made.friend },
    { id },
  );

test('a file has what its player chose under a key of the player, and no text that can name others', async () => {
  made = await archivedHistory();
  const { texts, opened, closed } = await contents();
  expect([opened, closed]).toEqual([expect.any(Number), 0]);
  expect(tracesIn(texts, [made.key, made.request])).toHaveLength(1);
  expect(tracesIn(texts, made.unsealed)).toEqual([]);
  expect(await readByFriend(made.praiseId)).toMatchObject({ rows: [{ reason: made.praise.reason }] });
});

test('a claim whose key is another or lost is neither answered nor put back', async () => {
  const before = await dumped(query);
  const wrongKeys: readonly [change: string, said: RegExp][] = [
    [`UPDATE onceward.archive_keys SET key = sha256(key)`, /was sealed with another key/],
    ['DELETE FROM onceward.archive_keys', /its key is lost/],
  ];
  for (const [change, said] of wrongKeys) {
    await asOwner(async (client) => {
      await client.query('CREATE TABLE public.kept AS SELECT * FROM onceward.archive_keys');
      await client.query(change);
    });
    await expect(readByFriend(made.praiseId)).rejects.toThrow(/the outcome is unknown/);
    for (const how of ['--check', '--all']) {
      const { status, output } = await runHere(restoreCommand, ['--from', directory, how, ...urls()]);
      expect([status, output]).toEqual([1, expect.stringMatching(said)]);
    }
    await asOwner(async (client) => {
      await client.query('DELETE FROM onceward.archive_keys');
      await client.query('INSERT INTO onceward.archive_keys SELECT * FROM public.kept');
      await client.query('DROP TABLE public.kept');
    });
  }
  expect((await dumped(query)).sort()).toEqual(before.sort());
});

test('nothing in the archive names a player who was erased, with any key that is left, and others keep what they have', async () => {
  const { player, staff, texts } = made;
  await act(staff, erasing(player));
  // At once, before any step: only what others wrote is left.
  expect(tracesIn((await contents()).texts, texts)).toEqual([]);
  await finishErasures(appPool());
  const after = await contents();
  expect(after.closed).toBe(3);
  expect(tracesIn(after.texts, texts)).toEqual([]);
  expect(tracesIn(await dumped(query), texts)).toEqual([]);
  const received = await query(
    `SELECT encode(a.handle, 'hex') AS handle, z.counterparty_number AS number
       FROM onceward.archived_claims z JOIN onceward.actors a ON a.no = z.counterparty`,
  );
  const { handle, number } = received[0] as { handle: string; number: number };
  const read = await readByFriend(encodeClaimId(handle, number));
  expect(read).toMatchObject({ kind: 'read', rows: [{ changes: [{ delta: 5 }] }] });
  expect(tracesIn([JSON.stringify(read)], [...texts, made.giftKey])).toEqual([]);
  expect(JSON.stringify(read)).toMatch(/"key":"erased:/);
  expect(await readByFriend(made.praiseId)).toMatchObject({
    rows: [{ reason: expect.stringMatching(/^brought erased-[0-9a-f]+ along$/) }],
  });
});

test('what is put back has no text of the player, and it can be archived again', async () => {
  await run(restoreCommand, '--from', directory, '--check');
  await run(restoreCommand, '--from', directory, '--all');
  expect(tracesIn(await dumped(query), made.texts)).toEqual([]);
  const restored = await query(
    'SELECT claim_key, reason, input FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player AND a.id LIKE $$erased-%$$',
  );
  expect(restored).toHaveLength(3);
  for (const row of restored)
    expect(row).toEqual({ claim_key: expect.stringMatching(/^erased:/), reason: null, input: {} });
  const named = await query('SELECT input FROM onceward.reward_claims WHERE claim_key = $1', [
    made.mention.claim_key,
  ]);
  const captain = expect.stringMatching(/^erased-/);
  const note = expect.stringMatching(/^with erased-[0-9a-f]+, twice$/);
  expect(named).toMatchObject([{ input: { facts: { captain, note } } }]);
  expect(await faults()).toMatchObject({ faults: [] });
  const fresher = join(directory, 'fresher');
  await run(archiveCommand, '--to', fresher);
  expect(await faults()).toMatchObject({ faults: [] });
  expect((await contents(fresher)).closed).toBe(3);
  await run(restoreCommand, '--from', fresher, '--all');
  expect(await faults()).toMatchObject({ faults: [] });
});

test('an erasure that begins or ends while a part is written leaves nothing in it', async () => {
  const [player, other, friend] = [newId(), newId(), newId()];
  const staff = await admin();
  for (const one of [player, other]) {
    await granted(commit(operation({ player: one, input: { facts: { fact: `of ${one}` } } })));
    await granted(commit(operation({ player: friend, input: { facts: { captain: one } } })));
  }
  await asOwner((client) => makeOlder(client, 1_200));
  const during = join(directory, 'during');
  let written = 0;
  await asOwner(async (client) => {
    const reached = async (step: ReachedStep) => {
      if (step !== 'verified') return;
      written += 1;
      // The first has ended when the part is to leave; then the second has only begun.
      if (written <= 2) await act(staff, erasing(written === 1 ? player : other));
      if (written === 1) await finishErasures(appPool());
    };
    const output = { log: () => {}, error: () => {}, progress: () => {}, colours: false };
    const run = { client, store: openStore({ place: during }), output, most: 1_000, reached };
    const before = new Date(Date.now() - 1_100 * 86_400_000);
    await archiveOld(run, await oldClaims(client, before), before);
  });
  expect(written).toBe(2);
  await finishErasures(appPool());
  const { texts } = await contents(during);
  expect(tracesIn([...texts, ...(await dumped(query))], [player, other])).toEqual([]);
  expect(await faults()).toMatchObject({ faults: [] });
  await run(restoreCommand, '--from', during, '--all');
  expect(tracesIn(await dumped(query), [player, other])).toEqual([]);
});
