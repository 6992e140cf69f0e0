import { describe, expect, inject, test } from 'vitest';
import { commit as commitWith, granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';

const { app, commit, playerLedger, addStaff, owner } = openLedger();

const REFUSED = operation({ postings: [take('gold', 1)] });

describe('the same key again', () => {
  test('replays a grant with the numbers of then, after later operations and under another correlation ID', async () => {
    const asked = operation();
    const first = await granted(commit(asked));
    await commit(operation({ playerId: asked.playerId, postings: [give('gold', 1), give('gems', 1)] }));
    const before = await playerLedger(asked.playerId);
    expect(await commit({ ...asked, correlationId: fresh('correlation') })).toEqual({
      ...first,
      replayed: true,
    });
    expect(await playerLedger(asked.playerId)).toEqual(before);
  });

  test.each<[string, Partial<typeof REFUSED>]>([
    ['the version that was expected is long gone', { expectedVersion: 99 }],
    [
      'the rules say no by now',
      { mode: 'reject', rejection: { kind: 'unknown_claim_type', claimType: 'quest' } },
    ],
    ['the rules cannot say', { mode: 'lookup', claimType: '', claimKey: '', postings: [] }],
    ['the rules would give something else', { postings: [give('gold', 1_000)], claimKey: 'another-day' }],
  ])('is answered before anything else is judged: %s', async (_, changed) => {
    const asked = operation();
    const first = await granted(commit(asked));
    expect(await commit({ ...asked, ...changed })).toEqual({ ...first, replayed: true });
    expect(await playerLedger(asked.playerId)).toMatchObject({
      version: 1,
      balances: { gold: 10 },
      rejected: 0,
    });
  });

  test('replays a "no" as it was, though by now it would be a "yes"', async () => {
    const asked = { ...REFUSED, playerId: fresh('player') };
    const first = await commit(asked);
    expect(first).toMatchObject({
      kind: 'rejected',
      replayed: false,
      rejection: { available: 0, required: 1 },
    });
    await commit(operation({ playerId: asked.playerId }));
    expect(await commit({ ...asked, correlationId: fresh('correlation') })).toEqual({
      ...first,
      replayed: true,
    });
    expect(await playerLedger(asked.playerId)).toMatchObject({ balances: { gold: 10 }, rejected: 1 });
  });

  test('replays already_claimed with its original', async () => {
    const paid = operation();
    await commit(paid);
    const second = { ...paid, idempotencyKey: fresh('key') };
    const refused = await commit(second);
    expect(refused).toMatchObject({
      kind: 'rejected',
      original: { claim: { idempotencyKey: paid.idempotencyKey } },
    });
    expect(await commit(second)).toEqual({ ...refused, replayed: true });
  });

  test('replays the "no" to an award for an unknown player, though the player exists by now', async () => {
    const asked = award(await addStaff(), 10);
    const refused = await commit(asked);
    await commit(operation({ playerId: asked.playerId }));
    expect(await commit(asked)).toEqual({ ...refused, replayed: true });
  });

  test('writes nothing: no transaction ID is taken, and no row is touched', async () => {
    const asked = operation();
    const rejected = operation({ playerId: asked.playerId, postings: [take('gold', 99)] });
    await commit(asked);
    await commit(rejected);
    const rows = () =>
      owner.query(
        `SELECT xmin, xmax, ctid FROM onceward.players WHERE id = $1
         UNION ALL SELECT xmin, xmax, ctid FROM onceward.balances WHERE player_id = $1
         UNION ALL SELECT xmin, xmax, ctid FROM onceward.reward_claims WHERE player_id = $1`,
        [asked.playerId],
      );
    const before = (await rows()).rows;
    const client = await app.connect();
    try {
      await client.query('BEGIN');
      expect(await commitWith(client, asked)).toMatchObject({ replayed: true });
      expect(await commitWith(client, rejected)).toMatchObject({ replayed: true });
      expect(await commitWith(client, { ...asked, fingerprint: 'another' })).toMatchObject({
        kind: 'key_reused',
      });
      const { rows: taken } = await client.query('SELECT pg_current_xact_id_if_assigned() AS xid');
      expect(taken[0].xid).toBeNull();
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    expect((await rows()).rows).toEqual(before);
  });
});

describe('the same key for something else', () => {
  const first = { type: 'quest', key: 'a', facts: { floor: 1, hard: true }, expectedVersion: 3 };
  test.each<[string, Record<string, unknown>, string[]]>([
    ['another value', { ...first, key: 'b' }, ['key']],
    ['a value deep inside', { ...first, facts: { floor: 2, hard: true } }, ['facts']],
    ['a field more', { ...first, ticket: { type: 'quest' } }, ['ticket']],
    ['a field less', { type: 'quest', key: 'a', facts: { floor: 1, hard: true } }, ['expectedVersion']],
    ['several, by name', { type: 'chest', key: 'b' }, ['expectedVersion', 'facts', 'key', 'type']],
  ])('names the fields that differ: %s', async (_, input, fields) => {
    const asked = operation({ input: first });
    await commit(asked);
    const before = await playerLedger(asked.playerId);
    const reused = await commit({
      ...asked,
      input,
      fingerprint: 'another',
      correlationId: fresh('correlation'),
    });
    expect(reused).toEqual({ kind: 'key_reused', fields, correlationId: asked.correlationId });
    expect(await playerLedger(asked.playerId)).toEqual(before);
  });

  test('names the mutation where that is what differs', async () => {
    const asked = operation();
    await commit(asked);
    const reused = await commit({
      ...asked,
      name: 'spendStatPoints',
      input: { energy: 1 },
      fingerprint: 'another',
    });
    expect(reused).toMatchObject({ kind: 'key_reused', fields: ['mutation'] });
  });

  test('is found under a key that was told "no", too', async () => {
    const asked = { ...REFUSED, playerId: fresh('player') };
    await commit(asked);
    expect(await commit({ ...asked, fingerprint: 'another' })).toMatchObject({ kind: 'key_reused' });
  });

  test('is another player’s own key: independent', async () => {
    const asked = operation();
    await granted(commit(asked));
    expect((await granted(commit({ ...asked, playerId: fresh('player') }))).replayed).toBe(false);
  });
});

describe('a replay under another config version', () => {
  test('brings the document along that the claim was made with, and none where it is the same', async () => {
    const { version, sha256, document } = inject('config');
    const asked = operation({ configVersion: version });
    expect(await granted(commit(asked))).toMatchObject({ config: null });
    expect(await granted(commit(asked))).toMatchObject({ replayed: true, config: null });
    expect((await granted(commit({ ...asked, configVersion: version + 1 }))).config).toEqual({
      version,
      sha256,
      document,
    });
    // 0 stands for "no config to be had".
    expect((await granted(commit({ ...asked, configVersion: 0, mode: 'lookup' }))).config).toMatchObject({
      version,
    });
  });

  test('a "no" needs none', async () => {
    const asked = { ...REFUSED, playerId: fresh('player') };
    await commit(asked);
    expect(await commit({ ...asked, configVersion: 2 })).not.toHaveProperty('config');
  });
});

describe('a lookup of a new key', () => {
  const lookup = (over = {}) =>
    operation({ mode: 'lookup', claimType: '', claimKey: '', postings: [], ...over });

  test('leaves no trace, and creates no player', async () => {
    const asked = lookup();
    expect(await commit(asked)).toEqual({ kind: 'unknown_key' });
    expect(await playerLedger(asked.playerId)).toEqual({
      version: null,
      balances: {},
      entries: 0,
      granted: 0,
      rejected: 0,
    });
  });

  test('leaves the key free: what comes next under it is carried out', async () => {
    const asked = operation();
    await commit(lookup({ playerId: asked.playerId, idempotencyKey: asked.idempotencyKey }));
    expect((await granted(commit(asked))).replayed).toBe(false);
  });

  test('leaves an existing player and the audit as they are', async () => {
    const playerId = fresh('player');
    await commit(operation({ playerId }));
    const before = await playerLedger(playerId);
    const staff = await addStaff();
    expect(
      await commit({ ...award(staff, 0, { day: '', renewsAt: '' }), mode: 'lookup', playerId, postings: [] }),
    ).toEqual({
      kind: 'unknown_key',
    });
    expect(await playerLedger(playerId)).toEqual(before);
    expect(
      (await owner.query('SELECT FROM onceward.audit_events WHERE actor_id = $1', [staff])).rowCount,
    ).toBe(0);
  });
});
