import type pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { Operation } from '../../src/domain/operation.ts';
import type { Preview } from '../../src/domain/outcome.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, LEVELS, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  growing,
  HOURLY,
  owed,
  quota,
  recovery,
  reversal,
  timePasses,
  transfer,
} from '../support/ledger/systems.ts';

const { app, commit, owner, addStaff } = openLedger();

async function preview(asked: Operation, client: Pick<pg.Pool, 'query'> = app): Promise<Preview> {
  const { rows } = await client.query('SELECT onceward.preview_operation($1) AS preview', [
    JSON.stringify(asked),
  ]);
  return rows[0].preview;
}

/** A player with gold, experience and charges, and two hours later. */
async function newPlayer(): Promise<string> {
  const playerId = fresh('player');
  const postings = [give('gold', 10), give('experience', 90), growing(take('charges', 4))];
  await granted(commit(operation({ playerId, postings })));
  await timePasses(owner, playerId, 2 * 3_600);
  return playerId;
}

describe('a preview of what would be granted', () => {
  test.each<[string, (playerId: string) => Operation]>([
    [
      'a reward with a level',
      (playerId) =>
        operation({ playerId, postings: [give('experience', 300), give('gold', 1)], milestones: [LEVELS] }),
    ],
    [
      'spending what comes back by itself',
      (playerId) => operation({ playerId, postings: [growing(take('charges', 3), HOURLY)] }),
    ],
    [
      'what fits under a ceiling',
      (playerId) => operation({ playerId, postings: [give('gold', 90, { ceiling: 50, atLimit: 'clamp' })] }),
    ],
    [
      'a choice',
      (playerId) =>
        operation({
          playerId,
          choices: [
            {
              oneOf: [
                {
                  when: null,
                  postings: [give('hero', 1)],
                  draw: { table: 't', outcome: 'o', roll: 0, of: 1, guaranteed: false },
                },
              ],
            },
          ],
        }),
    ],
    ['a player nobody has seen', () => operation({ postings: [growing(take('charges', 1), HOURLY)] })],
  ])('shows what the ledger then does: %s', async (_, ask) => {
    const asked = ask(await newPlayer());
    const shown = await preview(asked);
    const done = await granted(commit(asked));
    expect(shown).toMatchObject({
      kind: 'preview',
      playerVersion: done.claim.playerVersion - 1,
      changes: done.changes,
      balances: done.balances,
    });
    // Only the moments differ: the one was asked a little before the other.
    if (shown.kind !== 'preview') throw new Error('no preview');
    expect(Object.keys(shown.anchors)).toEqual(Object.keys(done.anchors));
    expect(shown.at <= done.claim.claimedAt).toBe(true);
  });

  test('promises nothing: what comes in between counts', async () => {
    const playerId = await newPlayer();
    const asked = operation({ playerId, postings: [take('gold', 10)] });
    expect(await preview(asked)).toMatchObject({ kind: 'preview', balances: { gold: 0 } });
    await granted(commit(operation({ playerId, postings: [take('gold', 1)] })));
    expect(await preview(asked)).toMatchObject({ rejection: { kind: 'insufficient_balance', available: 9 } });
  });

  test('needs no key: one that is known is not looked up, and a free one stays free', async () => {
    const asked = operation({ playerId: await newPlayer() });
    await granted(commit(asked));
    const other = { ...asked, claimKey: fresh('quest') };
    expect(await preview(other)).toMatchObject({ kind: 'preview' });
    const free = operation({ playerId: asked.playerId });
    await preview(free);
    expect(await commit(free)).toMatchObject({ kind: 'granted', replayed: false });
  });
});

describe('a preview of what would be refused', () => {
  test.each<[string, string, (playerId: string, staff: string) => Promise<Operation> | Operation]>([
    ['an unknown player', 'unknown_player', (_, staff) => award(staff, 1)],
    ['an unknown recipient', 'unknown_player', (playerId) => transfer(playerId, fresh('nobody'), 1)],
    [
      'a claim that was paid',
      'already_claimed',
      async (playerId) => {
        const paid = operation({ playerId });
        await granted(commit(paid));
        return { ...paid, idempotencyKey: fresh('key') };
      },
    ],
    [
      'a further key that was taken',
      'already_claimed',
      async (playerId) => {
        const furtherKeys = [{ type: 'skill', key: 'match/7' }];
        await granted(commit(operation({ playerId, furtherKeys })));
        return operation({ playerId, furtherKeys });
      },
    ],
    ['what was never announced', 'not_announced', (playerId) => recovery(owed(playerId))],
    [
      'a claim that nobody made',
      'unknown_claim',
      (playerId, staff) => reversal(staff, { playerId, id: '00000000-0000-4000-8000-000000000000' }),
    ],
    ['another version', 'version_conflict', (playerId) => operation({ playerId, expectedVersion: 9 })],
    ['a staff member’s limit', 'limit_exceeded', (playerId, staff) => ({ ...award(staff, 1_001), playerId })],
    [
      'a staff member’s awards',
      'limit_exceeded',
      (playerId, staff) => ({
        ...award(staff, 1, { awardsPerDay: 0 }),
        playerId,
      }),
    ],
    ['a quota', 'limit_exceeded', (playerId) => operation({ playerId, quotas: [quota({ bound: 0 })] })],
    [
      'too little',
      'insufficient_balance',
      (playerId) => operation({ playerId, postings: [take('gold', 99)] }),
    ],
    [
      'too much',
      'limit_exceeded',
      (playerId) => operation({ playerId, postings: [give('gold', 99, { ceiling: 9 })] }),
    ],
    [
      'a recipient who is full',
      'limit_exceeded',
      async (playerId) => transfer(playerId, await newPlayer(), 1, { ceiling: 1 }),
    ],
    [
      'what the rules refused',
      'unknown_exchange',
      (playerId) =>
        operation({ playerId, mode: 'reject', rejection: { kind: 'unknown_exchange', exchange: 'x' } }),
    ],
    [
      'the reversal of a transfer whose recipient has spent it',
      'insufficient_balance',
      async (playerId, staff) => {
        const taker = await newPlayer();
        const { claim } = await granted(commit(transfer(playerId, taker, 5)));
        await granted(commit(operation({ playerId: taker, postings: [take('gold', 12)] })));
        return reversal(staff, claim);
      },
    ],
  ])('shows the very "no", and records nothing: %s', async (_, kind, ask) => {
    const playerId = await newPlayer();
    const asked = await ask(playerId, await addStaff());
    const before = await standing(owner, asked.playerId);
    const shown = await preview(asked);
    expect(shown).toMatchObject({ kind: 'rejected', replayed: false, rejection: { kind } });
    expect(await standing(owner, asked.playerId)).toEqual(before);
    const { rows } = await owner.query('SELECT FROM onceward.reward_claims WHERE idempotency_key = $1', [
      asked.idempotencyKey,
    ]);
    expect(rows).toEqual([]);
    expect(await commit(asked)).toEqual(shown);
  });

  test.each([
    ['an unknown member', async () => fresh('staff'), 'unknown_staff'],
    ['a disabled one', () => addStaff({ disabled: true }), 'disabled'],
    ['an auditor', () => addStaff({ role: 'auditor' }), 'role'],
  ])('for staff who may not, tells only that: %s', async (_, member, why) => {
    const asked = { ...award(await member(), 1), playerId: await newPlayer() };
    expect(await preview(asked)).toEqual({ kind: 'forbidden', why });
  });
});

describe('previewing', () => {
  test('writes nothing: it works in a read-only transaction, takes no lock and no transaction ID', async () => {
    const [playerId, taker] = [await newPlayer(), await newPlayer()];
    const client = await app.connect();
    try {
      await client.query('BEGIN READ ONLY');
      expect(await preview(operation({ playerId }), client)).toMatchObject({ kind: 'preview' });
      expect(await preview(transfer(playerId, taker, 1), client)).toMatchObject({ kind: 'preview' });
      expect(await preview(announcement(owed(playerId)), client)).toMatchObject({
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

  test('does not wait for an operation in flight', async () => {
    const playerId = await newPlayer();
    const client = await app.connect();
    await client.query('BEGIN');
    await client.query('SELECT onceward.commit_operation($1)', [JSON.stringify(operation({ playerId }))]);
    expect(await preview(operation({ playerId }))).toMatchObject({ playerVersion: 1 });
    await client.query('ROLLBACK');
    client.release();
  });

  test('of what cannot be carried out finds no key, known or not; staff who may not are told so first', async () => {
    const asked = operation();
    await granted(commit(asked));
    const lookup = { ...asked, mode: 'lookup' as const, postings: [] };
    expect(await preview(lookup)).toEqual({ kind: 'unknown_key' });
    const staff = { ...award(await addStaff({ disabled: true }), 1), mode: 'lookup' as const };
    expect(await preview(staff)).toEqual({ kind: 'forbidden', why: 'disabled' });
  });

  test('is STABLE, so that Postgres itself keeps it from writing', async () => {
    const { rows } = await owner.query(
      `SELECT provolatile, prosecdef FROM pg_proc WHERE oid = 'onceward.preview_operation'::regproc`,
    );
    expect(rows).toEqual([{ provolatile: 's', prosecdef: false }]);
  });
});
