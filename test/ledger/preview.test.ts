import { describe, expect, test } from 'vitest';
import type { KernelOperation, KernelPreview } from '../../src/ledger/kernel-contract.ts';
import { anchorOf, entriesOf, receiptOf } from '../support/ledger/answers.ts';
import {
  type Client,
  commit as commitWith,
  granted,
  type LedgerOutcome,
  openLedger,
  preview as previewWith,
} from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  limitUse,
  pending,
  recovery,
  reversal,
  timePasses,
  transfer,
} from '../support/ledger/systems.ts';

const { app, commit, owner, addStaff, playerLedger } = openLedger();

const preview = async (sent: KernelOperation, client: Client = app): Promise<KernelPreview> =>
  (await previewWith(client, sent)).preview;

/** A player with gold, experience and charges, two hours later. */
async function newPlayer(): Promise<string> {
  const player = fresh('player');
  const postings = [give('gold', 10), give('experience', 90), take('charges', 4)];
  await granted(commit(operation({ player, postings })));
  await timePasses(owner, player, 2 * 3_600);
  return player;
}

describe('a preview of an operation that would be granted', () => {
  test.each<[string, (player: string) => KernelOperation]>([
    [
      'a reward with a level',
      (player) =>
        operation({
          player,
          postings: [give('experience', 300), give('gold', 1)],
          milestones: true,
          shown: ['charges', 'gold'],
        }),
    ],
    ['spending what regenerated', (player) => operation({ player, postings: [take('charges', 3)] })],
    [
      'what fits under a ceiling',
      (player) => operation({ player, postings: [give('gold', 90, { ceiling: 50, clamp: true })] }),
    ],
    [
      'a choice',
      (player) =>
        operation({
          player,
          choices: [
            {
              one_of: [
                {
                  when: [],
                  postings: [give('hero', 1)],
                  draws: [{ table: 't', outcome: 'o', roll: 0, of: 1, guaranteed: false }],
                },
              ],
            },
          ],
        }),
    ],
    ['the first operation of a player', () => operation({ postings: [take('charges', 1)] })],
    ['a limit', (player) => operation({ player, limits: [limitUse({ since: 'infinity' })] })],
  ])('shows what the commit does then: %s', async (_, make) => {
    const sent = make(await newPlayer());
    const shown = await preview(sent);
    const done = await granted(commit(sent));
    if (shown.kind !== 'preview') throw new Error(`no preview: ${JSON.stringify(shown)}`);
    expect(shown.playerVersion).toBe(done.claim.version - 1);
    expect(entriesOf(shown.changes)).toEqual(entriesOf(done.changes));
    expect(shown.shown).toEqual(done.shown);
    const { balances } = await playerLedger(sent.player);
    for (const resource of sent.resources) expect(shown.balances[resource]).toBe(balances[resource] ?? 0);
    // Only the times differ: the preview was made a little earlier.
    if (sent.postings.some(({ resource }) => resource === 'charges'))
      expect(anchorOf(shown.changes, 'charges')).toBeLessThanOrEqual(anchorOf(done.changes, 'charges'));
  });

  test('promises nothing: an operation in between counts', async () => {
    const player = await newPlayer();
    const sent = operation({ player, postings: [take('gold', 10)] });
    expect(await preview(sent)).toMatchObject({ kind: 'preview', balances: { gold: 0 } });
    await granted(commit(operation({ player, postings: [take('gold', 1)] })));
    const before = await standing(owner, player);
    expect(await preview(sent)).toMatchObject({ rejection: { kind: 'insufficient_balance', available: 9 } });
    expect(await standing(owner, player)).toEqual(before);
  });

  test('looks up no key: a known one is ignored, and a free one stays free', async () => {
    const sent = operation({ player: await newPlayer() });
    await granted(commit(sent));
    const other = { ...sent, claim_key: fresh('quest') };
    expect(await preview(other)).toMatchObject({ kind: 'preview' });
    const free = operation({ player: sent.player });
    await preview(free);
    expect(await commit(free)).toMatchObject({ kind: 'granted', replayed: false });
  });
});

describe('a preview of an operation that would be rejected', () => {
  test.each<[string, string, (player: string, staff: string) => Promise<KernelOperation> | KernelOperation]>([
    ['an unknown player', 'unknown_player', (_, staff) => award(staff, 1)],
    ['an unknown recipient', 'unknown_player', (player) => transfer(player, fresh('nobody'), 1)],
    [
      'a claim that was granted',
      'already_claimed',
      async (player) => {
        const paid = operation({ player });
        await granted(commit(paid));
        return { ...paid, idempotency_key: fresh('key') };
      },
    ],
    [
      'a source key that was taken',
      'already_claimed',
      async (player) => {
        const source_keys = [{ game: false, resource: 'gold', key: 'match/7' }];
        await granted(commit(operation({ player, source_keys })));
        return operation({ player, source_keys });
      },
    ],
    ['a reward that was never announced', 'not_announced', (player) => recovery(pending(player))],
    [
      'the reversal of a claim that does not exist',
      'unknown_claim',
      (playerId, staff) => reversal(staff, { playerId, handle: '00'.repeat(10), number: 1 }),
    ],
    ['another version', 'version_conflict', (player) => operation({ player, expected_version: 9 })],
    ['a staff member’s limit', 'limit_exceeded', (player, staff) => ({ ...award(staff, 1_001), player })],
    [
      'a resource that staff cannot give',
      'limit_exceeded',
      (player, staff) => award(staff, 1, {}, { player, postings: [give('relics', 1)] }),
    ],
    [
      'a player’s limit',
      'limit_exceeded',
      (player) => operation({ player, limits: [limitUse({ bound: 0 })] }),
    ],
    [
      'an amount that the player does not have',
      'insufficient_balance',
      (player) => operation({ player, postings: [take('gold', 99)] }),
    ],
    [
      'an amount above the ceiling',
      'limit_exceeded',
      (player) => operation({ player, postings: [give('gold', 99, { ceiling: 9 })] }),
    ],
    [
      'a recipient at their ceiling',
      'limit_exceeded',
      async (player) => transfer(player, await newPlayer(), 1, { ceiling: 1 }),
    ],
    [
      'a rejection of the rules',
      'unknown_exchange',
      (player) =>
        operation({
          player,
          mode: 'reject',
          rejection: { kind: 'unknown_exchange', exchange: 'x' },
          postings: [],
        }),
    ],
    [
      'the reversal of a transfer whose recipient has spent it',
      'insufficient_balance',
      async (player, staff) => {
        const recipient = await newPlayer();
        const { claim } = await granted(commit(transfer(player, recipient, 5)));
        await granted(commit(operation({ player: recipient, postings: [take('gold', 12)] })));
        return reversal(staff, claim);
      },
    ],
  ])('shows the same rejection as the commit, and records nothing: %s', async (_, kind, make) => {
    const player = await newPlayer();
    const sent = await make(player, await addStaff());
    const before = await standing(owner, sent.player);
    const ledger = await playerLedger(sent.player);
    const shown = await preview(sent);
    expect(shown).toMatchObject({ kind: 'rejected', replayed: false, rejection: { kind } });
    expect(await standing(owner, sent.player)).toEqual(before);
    expect(await playerLedger(sent.player)).toEqual(ledger);
    expect(receiptOf(await commit(sent))).toEqual(receiptOf(shown as LedgerOutcome));
  });

  test.each([
    ['an unknown member', async () => fresh('staff'), 'unknown_staff'],
    ['a disabled member', () => addStaff({ disabled: true }), 'disabled'],
    ['an auditor', () => addStaff({ role: 'auditor' }), 'role'],
  ])('is forbidden to staff who may not make it: %s', async (_, member, why) => {
    const sent = { ...award(await member(), 1), player: await newPlayer() };
    expect(await preview(sent)).toEqual({ kind: 'forbidden', why });
  });
});

describe('a preview', () => {
  test('writes nothing: it runs in a read-only transaction and takes no lock and no transaction ID', async () => {
    const [player, recipient] = [await newPlayer(), await newPlayer()];
    const client = await app.connect();
    try {
      await client.query('BEGIN READ ONLY');
      expect(await preview(operation({ player }), client)).toMatchObject({ kind: 'preview' });
      expect(await preview(transfer(player, recipient, 1), client)).toMatchObject({ kind: 'preview' });
      expect(await preview(announcement(pending(player)), client)).toMatchObject({
        kind: 'preview',
        changes: [],
      });
      const { rows } = await client.query(
        `SELECT pg_current_xact_id_if_assigned() AS xid, count(*) FILTER (WHERE l.mode <> 'AccessShareLock')::int AS locks
           FROM pg_locks l WHERE l.pid = pg_backend_pid() AND l.locktype IN ('relation', 'tuple')`,
      );
      expect(rows).toEqual([{ xid: null, locks: 0 }]);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test('does not wait for an operation that holds the player', async () => {
    const player = await newPlayer();
    const client = await app.connect();
    await client.query('BEGIN');
    expect(await commitWith(client, operation({ player }))).toMatchObject({ kind: 'granted' });
    expect(await preview(operation({ player }))).toMatchObject({ playerVersion: 1 });
    await client.query('ROLLBACK');
    client.release();
  });

  test('of a lookup finds no key, known or not; staff who may not make it are refused first', async () => {
    const sent = operation();
    await granted(commit(sent));
    const lookup = { ...sent, mode: 'lookup' as const, postings: [] };
    expect(await preview(lookup)).toEqual({ kind: 'unknown_key' });
    const staff = { ...award(await addStaff({ disabled: true }), 1), mode: 'lookup' as const };
    expect(await preview(staff)).toEqual({ kind: 'forbidden', why: 'disabled' });
  });

  test('is STABLE, so that Postgres itself keeps it from writing', async () => {
    const { rows } = await owner.query(
      `SELECT provolatile FROM pg_proc WHERE oid = 'onceward.preview_operation'::regproc`,
    );
    expect(rows).toEqual([{ provolatile: 's' }]);
  });
});
