// A player is erased whose claims are archived: what people wrote is neither answered nor put back.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveCommand } from '../../cli/archive.ts';
import type { Command } from '../../cli/command-line.ts';
import { withClient } from '../../cli/connect.ts';
import { restoreCommand } from '../../cli/restore-archive.ts';
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

async function run(command: Command, ...args: string[]): Promise<void> {
  const { status, output } = await runHere(command, [
    ...args,
    '--database-url',
    place().database.ownerDatabaseUrl,
  ]);
  expect([status, output]).toEqual([0, expect.any(String)]);
}
/** The files of an archive. Short texts are not compressed. */
async function textOf(archive: string): Promise<string> {
  const names = (await readdir(archive, { recursive: true })).filter((name) => /^part-.*parquet$/.test(name));
  expect(names.length).toBeGreaterThan(0);
  const files = await Promise.all(names.map((name) => readFile(join(archive, name), 'latin1')));
  return files.join('');
}
const faults = async () => (await query(`SELECT onceward.integrity_page('', 1000) AS page`))[0]?.page;

test('texts of an erased player leave neither the archive nor the ledger, and the other player still sees what was given', async () => {
  const [player, friend] = [newId(), newId()];
  const staff = await admin();
  const texts = [
    player,
    fresh('secret-key'),
    fresh('secret-fact'),
    fresh('secret-reason'),
    fresh('secret-request'),
  ];
  const [, key, fact, reason, request] = texts as [string, string, string, string, string];
  await granted(
    commit(
      operation({
        player,
        claim_key: key,
        idempotency_key: request,
        input: { facts: { fact } },
        postings: [give('gold', 50)],
      }),
    ),
  );
  await granted(commit({ ...award(staff, 7), player, reason }));
  await granted(commit(operation({ player: friend, postings: [give('gold', 1)] })));
  const gift = await granted(commit(transfer(player, friend, 5)));
  const { database } = place();
  await withClient(database.ownerDatabaseUrl, (client) => makeOlder(client, 1_200));
  await run(archiveCommand, '--to', directory);
  expect(
    tracesIn(await dumped(query), [key, fact, reason, request]).filter((line) => /^reward_claims/.test(line)),
  ).toEqual([]);

  await act(staff, erasing(player));
  await finishErasures(appPool());
  const received = await query(
    `SELECT encode(a.handle, 'hex') AS handle, z.counterparty_number AS number
       FROM onceward.archived_claims z JOIN onceward.actors a ON a.no = z.counterparty`,
  );
  const connected = openDatabase({
    databaseUrl: database.databaseUrl,
    endpoint: database.neonEndpoint,
    archive: bucketOf(directory),
  });
  const { handle, number } = received[0] as { handle: string; number: number };
  const read = await readClaimAnywhere(
    connected,
    { kind: 'player', id: friend },
    { id: encodeClaimId(handle, number) },
  );
  expect(read).toMatchObject({ kind: 'read', rows: [{ counterpartyId: friend, changes: [{ delta: 5 }] }] });
  expect(tracesIn([JSON.stringify(read)], [...texts, gift.claim.key])).toEqual([]);
  expect(JSON.stringify(read)).toMatch(/"key":"erased:/);

  await run(restoreCommand, '--from', directory, '--all');
  expect(tracesIn(await dumped(query), texts)).toEqual([]);
  const restored = await query(
    'SELECT claim_key, reason, input FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player AND a.id LIKE $$erased-%$$',
  );
  expect(restored).toHaveLength(3);
  for (const row of restored)
    expect(row).toEqual({ claim_key: expect.stringMatching(/^erased:/), reason: null, input: {} });
  expect(await faults()).toMatchObject({ faults: [] });

  // Files that are written now have no text of the player.
  const fresher = join(directory, 'fresher');
  await run(archiveCommand, '--to', fresher);
  expect(await faults()).toMatchObject({ faults: [] });
  expect(await textOf(fresher)).not.toMatch(/secret-/);
  expect(await textOf(directory)).toMatch(/secret-/);
});
