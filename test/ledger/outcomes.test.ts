import { describe, expect, test } from 'vitest';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('a grant', () => {
  test('says what was claimed, what moved and what the player has now', async () => {
    const asked = operation({ postings: [give('gold', 10), give('gems', 2)], reason: 'because' });
    const outcome = await granted(commit(asked));
    expect(outcome).toEqual({
      kind: 'granted',
      replayed: false,
      claim: {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        playerId: asked.playerId,
        operation: 'claimReward',
        type: asked.claimType,
        key: asked.claimKey,
        idempotencyKey: asked.idempotencyKey,
        actorKind: 'server',
        actorId: 'arena-1',
        reason: 'because',
        configVersion: 1,
        correlationId: asked.correlationId,
        playerVersion: 1,
        claimedAt: expect.stringMatching(ISO_UTC),
        counterpartyId: null,
        draws: [],
        occurredAt: null,
      },
      changes: [
        { resource: 'gold', before: 0, after: 10, delta: 10, requested: 10, sequence: 1, cause: 'operation' },
        { resource: 'gems', before: 0, after: 2, delta: 2, requested: 2, sequence: 1, cause: 'operation' },
      ],
      counterpartyChanges: null,
      balances: { gold: 10, gems: 2 },
      anchors: {},
      playerSince: expect.stringMatching(ISO_UTC),
      config: null,
    });
    expect(Math.abs(Date.parse(outcome.claim.claimedAt) - Date.now())).toBeLessThan(60_000);
    expect(outcome.playerSince <= outcome.claim.claimedAt).toBe(true);
  });

  test('is what the tables hold, column by column', async () => {
    const asked = operation({ input: { type: 'quest', facts: { floor: 4 } }, fingerprint: 'f'.repeat(64) });
    const { claim } = await granted(commit(asked));
    const claims = await owner.query('SELECT * FROM onceward.reward_claims WHERE id = $1', [claim.id]);
    expect(claims.rows[0]).toMatchObject({
      player_id: asked.playerId,
      operation: 'claimReward',
      claim_type: asked.claimType,
      claim_key: asked.claimKey,
      idempotency_key: asked.idempotencyKey,
      fingerprint: asked.fingerprint,
      input: asked.input,
      outcome: 'granted',
      rejection: null,
      actor_kind: 'server',
      actor_id: 'arena-1',
      player_version: '1',
      balances_after: { gold: 10 },
    });
    const entries = await owner.query('SELECT * FROM onceward.ledger_entries WHERE claim_id = $1', [
      claim.id,
    ]);
    expect(entries.rows).toEqual([
      expect.objectContaining({
        resource: 'gold',
        sequence: '1',
        ordinal: 1,
        delta: '10',
        balance_before: '0',
      }),
    ]);
    expect(entries.rows[0].recorded_at).toEqual(claims.rows[0].claimed_at);
  });

  test('counts the player’s version up by one, whatever the number of postings', async () => {
    const playerId = fresh('player');
    for (const version of [1, 2, 3]) {
      const { claim } = await granted(
        commit(operation({ playerId, postings: [give('gold', 1), give('gems', 1)] })),
      );
      expect(claim.playerVersion).toBe(version);
    }
    expect(await playerLedger(playerId)).toMatchObject({ version: 3, entries: 6, granted: 3 });
  });

  test('that gives nothing is still a claim, and takes its version', async () => {
    const outcome = await granted(commit(operation({ postings: [] })));
    expect(outcome).toMatchObject({ changes: [], balances: {}, claim: { playerVersion: 1 } });
  });

  test('shows balances that this claim did not touch', async () => {
    const playerId = fresh('player');
    await commit(operation({ playerId, postings: [give('gems', 7)] }));
    expect((await granted(commit(operation({ playerId })))).balances).toEqual({ gems: 7, gold: 10 });
  });
});

describe('a "no" that the kernel finds', () => {
  test('already_claimed, under another key, with the original claim and what it gave', async () => {
    const paid = operation({ postings: [give('gold', 5), give('gems', 1)] });
    const first = await granted(commit(paid));
    const again = {
      ...paid,
      idempotencyKey: fresh('key'),
      correlationId: fresh('correlation'),
      postings: [give('gold', 99)],
    };
    const before = await playerLedger(paid.playerId);
    expect(await commit(again)).toEqual({
      kind: 'rejected',
      replayed: false,
      rejection: { kind: 'already_claimed', claimId: first.claim.id, sharedKey: null },
      correlationId: again.correlationId,
      original: { claim: first.claim, changes: first.changes },
    });
    expect(await playerLedger(paid.playerId)).toEqual({ ...before, rejected: 1 });
  });

  test('a claim that was refused may be granted later, under another key', async () => {
    const asked = operation({ postings: [take('gold', 3)] });
    expect(await commit(asked)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'insufficient_balance' },
    });
    await commit(operation({ playerId: asked.playerId }));
    expect(await commit({ ...asked, idempotencyKey: fresh('key') })).toMatchObject({
      kind: 'granted',
      balances: { gold: 7 },
    });
  });

  test('the same claim type and key of another player is another claim', async () => {
    const asked = operation();
    await granted(commit(asked));
    await granted(commit({ ...asked, playerId: fresh('player') }));
  });

  test.each([
    ['too high', 7],
    ['too low', 0],
  ])('version_conflict: expected %s', async (_, expectedVersion) => {
    const playerId = fresh('player');
    await commit(operation({ playerId }));
    const before = await playerLedger(playerId);
    expect(await commit(operation({ playerId, expectedVersion }))).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'version_conflict', expected: expectedVersion, current: 1 },
      original: null,
    });
    expect(await playerLedger(playerId)).toEqual({ ...before, rejected: 1 });
  });

  test('the expected version is let through, 0 for a new player included', async () => {
    const playerId = fresh('player');
    await granted(commit(operation({ playerId, expectedVersion: 0 })));
    await granted(commit(operation({ playerId, expectedVersion: 1 })));
  });

  test('unknown_player, for an award, which creates nobody', async () => {
    const asked = award(await addStaff(), 10);
    expect(await commit(asked)).toMatchObject({
      rejection: { kind: 'unknown_player', playerId: asked.playerId },
    });
    expect(await playerLedger(asked.playerId)).toEqual({
      version: null,
      balances: {},
      entries: 0,
      granted: 0,
      rejected: 1,
    });
  });
});

test('a "no" of the rules is recorded as it came, whatever else would have been found', async () => {
  const rejection = { kind: 'not_eligible', why: 'ticket_required', claimType: 'quest' } as const;
  const asked = operation({ mode: 'reject', rejection, postings: [], expectedVersion: 99 });
  expect(await commit(asked)).toMatchObject({ kind: 'rejected', replayed: false, rejection, original: null });
  expect(await playerLedger(asked.playerId)).toEqual({
    version: 0,
    balances: {},
    entries: 0,
    granted: 0,
    rejected: 1,
  });
});

describe('what is judged first, where several things are wrong at once', () => {
  test('key → business claim → version → balances', async () => {
    const playerId = fresh('player');
    const paid = operation({ playerId });
    await commit(paid);
    const wrong = operation({ playerId, expectedVersion: 9, postings: [take('gold', 99)] });
    const kinds = [];
    for (const asked of [
      { ...wrong, claimKey: paid.claimKey, idempotencyKey: paid.idempotencyKey, fingerprint: 'another' },
      { ...wrong, claimKey: paid.claimKey, idempotencyKey: fresh('key') },
      { ...wrong, idempotencyKey: fresh('key') },
      { ...wrong, idempotencyKey: fresh('key'), expectedVersion: 1 },
    ]) {
      const outcome = await commit(asked);
      kinds.push(outcome.kind === 'rejected' ? outcome.rejection.kind : outcome.kind);
    }
    expect(kinds).toEqual(['key_reused', 'already_claimed', 'version_conflict', 'insufficient_balance']);
  });

  test('permission comes before the key, and staff limits before balances', async () => {
    const playerId = fresh('player');
    await commit(operation({ playerId }));
    const staff = await addStaff({ limit: 100 });
    const paid = { ...award(staff, 10), playerId };
    await granted(commit(paid));

    const over = { ...award(staff, 0), playerId, postings: [give('gems', 101), take('gold', 99)] };
    expect(await commit({ ...over, expectedVersion: 1 })).toMatchObject({
      rejection: { kind: 'version_conflict' },
    });
    expect(await commit({ ...over, idempotencyKey: fresh('key') })).toMatchObject({
      rejection: { limit: 'staff_reward' },
    });
    await owner.query('UPDATE onceward.staff SET disabled_at = now() WHERE id = $1', [staff]);
    expect(await commit(paid)).toEqual({ kind: 'forbidden', why: 'disabled' });
  });
});
