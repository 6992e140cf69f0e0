// What becomes of a guest and an account after the merge: exports name both, erasures leave nothing of whom they erase, and the
// archive keeps what the guest claimed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { archiveCommand } from '../../cli/archive.ts';
import type { Command } from '../../cli/command-line.ts';
import { withClient } from '../../cli/connect.ts';
import { restoreCommand } from '../../cli/restore-archive.ts';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { makeOlder } from '../support/ledger/aged.ts';
import { bucketOf, replayOf, sendWithArchive } from '../support/ledger/archived.ts';
import { runHere } from '../support/ledger/commands.ts';
import { dumped, erasing, finishErasures, newId, tracesIn } from '../support/ledger/erased.ts';
import { granted } from '../support/ledger/ledger.ts';
import { merge } from '../support/ledger/merges.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';
import { openStaffChanges } from '../support/ledger/staff-changes.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, limitUse, pending, recovery } from '../support/ledger/systems.ts';

const { act, admin, commit, query, appPool, place } = openStaffChanges();

const faults = async () =>
  (await query(`SELECT onceward.integrity_page('', 1000000)->'faults' AS faults`))[0]?.faults;
const sums = () => query('SELECT * FROM onceward.balances ORDER BY player, resource');
const ERASED = expect.stringMatching(/^erased-[0-9a-f]{40}$/);

interface Pair {
  readonly guest: string;
  readonly account: string;
  /** What the guest claimed, under a key that its request does not have, from a source and within a limit. */
  readonly claimed: KernelOperation;
  readonly merging: KernelOperation;
}

/** A guest with a claim and a pending reward, merged into an account. */
async function mergedPair(): Promise<Pair> {
  const [guest, account] = [newId(), newId()];
  const claimed = operation({
    player: guest,
    claim_key: fresh('quest'),
    source_keys: [{ game: false, resource: 'gold', key: fresh('source') }],
    limits: [limitUse({ period: 'ever', since: '-infinity' })],
    postings: [give('gold', 30)],
  });
  await granted(commit(claimed));
  await granted(commit(announcement(pending(guest))));
  await granted(commit(operation({ player: account, postings: [give('gold', 12)] })));
  const merging = merge(account, guest);
  await granted(commit(merging));
  return { guest, account, claimed, merging };
}

type Rows = Record<string, Record<string, unknown>[]>;

async function exported(playerId: string): Promise<Rows> {
  const [row] = await query(
    'SELECT onceward.export_rows(a.no, 1, NULL, 100000) AS page FROM onceward.actors a WHERE a.id = $1 AND a.kind = 1',
    [playerId],
  );
  const { sections } = row?.page as { sections: { section: string; rows: Record<string, unknown>[] }[] };
  return Object.fromEntries(sections.map(({ section, rows }) => [section, rows]));
}

async function erase(...players: string[]): Promise<void> {
  const staff = await admin();
  for (const player of players) {
    expect(await act(staff, erasing(player))).toMatchObject({ kind: 'granted' });
    await finishErasures(appPool());
  }
}

describe('an export', () => {
  test('of either names the other, with the merge', async () => {
    const { guest, account, claimed } = await mergedPair();
    const [ofGuest, ofAccount] = [await exported(guest), await exported(account)];
    expect(ofGuest.actors).toMatchObject([{ id: guest, merged_into: account, merged_from: null }]);
    expect(ofAccount.actors).toMatchObject([{ id: account, merged_into: null, merged_from: [guest] }]);
    const merges = { operation: 'mergePlayer', claim_type: 'merge', player: account, counterparty: guest };
    expect(ofGuest.received_claims).toMatchObject([merges]);
    expect(ofAccount.reward_claims).toEqual(expect.arrayContaining([expect.objectContaining(merges)]));
    // What the guest claimed stays with the guest; what is owed is the account’s.
    expect(ofGuest.reward_claims?.[0]).toMatchObject({ claim_key: claimed.claim_key });
    expect(ofGuest.pending_rewards).toEqual([]);
    expect(ofAccount.pending_rewards).toHaveLength(1);
  });

  test('of the account names a guest who was erased by the new ID only', async () => {
    const { guest, account } = await mergedPair();
    await erase(guest);
    const found = await exported(account);
    expect(found.actors).toMatchObject([{ merged_from: [ERASED] }]);
    expect(JSON.stringify(found)).not.toContain(guest);
  });
});

describe('an erasure', () => {
  test.each([
    ['the guest', ['guest']],
    ['the account', ['account']],
    ['the guest and then the account', ['guest', 'account']],
    ['the account and then the guest', ['account', 'guest']],
  ] as const)(
    'of %s leaves no trace of them, and every sum and invariant',
    async (_, erased) => {
      const pair = await mergedPair();
      const was = await sums();
      const ids = erased.map((one) => pair[one]);
      expect(tracesIn(await dumped(query), ids).length).toBeGreaterThan(0);
      await erase(...ids);
      expect(tracesIn(await dumped(query), ids)).toEqual([]);
      expect(await sums()).toEqual(was);
      expect(await faults()).toEqual([]);
    },
    60_000,
  );

  test('of the account leaves the guest merged, into somebody with the new ID', async () => {
    const { guest, account, claimed } = await mergedPair();
    await erase(account);
    const before = await standing(place().ledger.owner, guest);
    expect(await commit(operation({ player: guest }))).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'player_merged', playerId: guest, mergedInto: ERASED },
    });
    expect(await standing(place().ledger.owner, guest)).toEqual(before);
    expect(await commit(claimed)).toMatchObject({ kind: 'granted', replayed: true });
    expect(await faults()).toEqual([]);
  });

  test('of both lets new players begin under the old IDs, who are not merged and have nothing', async () => {
    const { guest, account, claimed } = await mergedPair();
    await erase(guest, account);
    for (const player of [guest, account])
      expect(await commit({ ...claimed, player })).toMatchObject({
        kind: 'granted',
        replayed: false,
        claim: { number: 1 },
        changes: [{ before: 0, delta: 30 }],
      });
    await granted(commit(merge(account, guest, { takes: true })));
    expect(await faults()).toEqual([]);
  });

  test('of the guest leaves the merge’s key answered, with the new ID', async () => {
    const { guest, account, merging } = await mergedPair();
    await erase(guest);
    expect(await commit(merging)).toMatchObject({
      kind: 'granted',
      replayed: true,
      claim: { playerId: account, counterpartyId: ERASED },
    });
  });
});

describe('the archive of both', () => {
  let directory: string;
  let pair: Pair;
  let made: Awaited<ReturnType<typeof granted>>;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'onceward-archive-'));
    pair = await mergedPair();
    made = await granted(commit(pair.claimed));
    const { ownerDatabaseUrl } = place().database;
    await withClient(ownerDatabaseUrl, (client) => makeOlder(client, 1_200));
    await run(archiveCommand, '--to', directory);
    const rows = await query(
      `SELECT count(*)::int AS claims FROM onceward.reward_claims c JOIN onceward.actors a ON a.no = c.player
        WHERE a.id = ANY ($1)`,
      [[pair.guest, pair.account]],
    );
    expect(rows[0]?.claims).toBeLessThanOrEqual(1);
  }, 60_000);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function run(command: Command, ...args: string[]): Promise<void> {
    const { status, output } = await runHere(command, [
      ...args,
      '--database-url',
      place().database.ownerDatabaseUrl,
    ]);
    expect([status, output]).toEqual([0, expect.any(String)]);
  }
  const send = (sent: KernelOperation) => {
    const { database, ledger } = place();
    const at = { databaseUrl: database.databaseUrl, neonEndpoint: database.neonEndpoint };
    return sendWithArchive(at, ledger, sent, bucketOf(directory));
  };

  test('answers a key of the guest with the original receipt, and a new key with the merge', async () => {
    const { guest, account, claimed, merging } = pair;
    expect(await send(claimed)).toMatchObject(replayOf({ operation: claimed, outcome: made }));
    expect(await send(merging)).toMatchObject({ kind: 'granted', replayed: true });
    const before = await standing(place().ledger.owner, guest, account);
    expect(await send(operation({ player: guest }))).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'player_merged', mergedInto: account },
    });
    expect(await standing(place().ledger.owner, guest, account)).toEqual(before);
    expect(await faults()).toEqual([]);
  });

  test('refuses the account what the archived guest claimed, its source, and what it used of limits', async () => {
    const { guest, account, claimed } = pair;
    const { ledger } = place();
    const own = { player: account, postings: [give('gold', 1)] };
    const before = await standing(ledger.owner, guest, account);
    for (const sent of [
      operation({ ...own, claim_key: claimed.claim_key }),
      operation({ ...own, source_keys: claimed.source_keys }),
    ])
      expect(await send(sent)).toMatchObject({
        kind: 'rejected',
        rejection: { kind: 'already_claimed' },
        original: { claim: { playerId: guest, key: claimed.claim_key } },
      });
    const late = limitUse({ name: 'claims:quest', period: 'ever', since: '-infinity', bound: 2, amount: 1 });
    expect(await send(operation({ ...own, limits: [late] }))).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'limit_exceeded', remaining: 0 },
    });
    expect(await standing(ledger.owner, guest, account)).toEqual(before);
  });

  test('keeps the pending reward payable, and everything is back after a restore', async () => {
    const { account } = pair;
    const [owed] = await query(
      `SELECT n.name AS type, w.claim_key AS key FROM onceward.pending_rewards w
        JOIN onceward.actors a ON a.no = w.player JOIN onceward.names n ON n.kind = 2 AND n.no = w.claim_type
       WHERE a.id = $1`,
      [account],
    );
    await granted(
      send(recovery({ playerId: account, type: String(owed?.type), key: String(owed?.key) })) as ReturnType<
        typeof commit
      >,
    );
    expect(await faults()).toEqual([]);
    await run(restoreCommand, '--from', directory, '--all');
    expect(await faults()).toEqual([]);
    expect(await send(pair.claimed)).toMatchObject({ kind: 'granted', replayed: true });
  });

  test('and then an erasure of both leaves no trace of them', async () => {
    const ids = [pair.guest, pair.account];
    await run(archiveCommand, '--to', join(directory, 'later'));
    await erase(...ids);
    expect(tracesIn(await dumped(query), ids)).toEqual([]);
    expect(await faults()).toEqual([]);
  });
});
