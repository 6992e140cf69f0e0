// A granted operation answers what it moved, and is stored as it was sent.
import { describe, expect, test } from 'vitest';
import { entriesOf } from '../support/ledger/answers.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';

const { commit, playerLedger, owner } = openLedger();

describe('a grant', () => {
  test('returns the claim, what it moved, and the balances that it was asked to show', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gems', 7), give('zinc', 1)] })));
    const sent = operation({
      player,
      postings: [give('gold', 10), give('amber', 2)],
      shown: ['gems', 'gold', 'tokens'],
      reason: 'because',
      client_correlation_id: 'the caller’s',
      occurred_at: '2026-11-01T10:00:00.123Z',
    });
    const outcome = await granted(commit(sent));
    const { changes, ...rest } = outcome;
    expect(rest).toEqual({
      kind: 'granted',
      replayed: false,
      claim: {
        handle: expect.stringMatching(/^[0-9a-f]{20}$/),
        number: 2,
        version: 2,
        playerId: player,
        operation: 'claimReward',
        type: sent.claim_type,
        key: sent.claim_key,
        idempotencyKey: sent.idempotency_key,
        actorKind: 'server',
        actorId: 'arena-1',
        reason: 'because',
        configVersion: expect.any(Number),
        amountsVersion: null,
        correlationId: sent.correlation_id,
        clientCorrelationId: 'the caller’s',
        claimedAt: expect.any(Number),
        counterpartyId: null,
        draws: null,
        factsRead: null,
        paidWith: null,
        becamePending: null,
        limitsUsed: null,
        input: sent.input,
        occurredAt: Date.parse('2026-11-01T10:00:00.123Z'),
      },
      counterpartyChanges: null,
      shown: { gems: 7 },
    });
    expect(entriesOf(changes)).toEqual([
      { resource: 'gold', before: 0, after: 10, delta: 10, requested: 10, sequence: 1, cause: 'operation' },
      { resource: 'amber', before: 0, after: 2, delta: 2, requested: 2, sequence: 1, cause: 'operation' },
    ]);
    expect(Math.abs(outcome.claim.claimedAt - Date.now())).toBeLessThan(60_000);
  });

  test('is stored as it was sent, column by column', async () => {
    const sent = operation({
      input: { type: 'quest', facts: { floor: 4 } },
      fingerprint: 'ffffffff-ffff-ffff-ffff-ffffffffffff',
    });
    const { claim } = await granted(commit(sent));
    const { rows } = await owner.query('SELECT * FROM onceward.claims_by_name WHERE player_id = $1', [
      sent.player,
    ]);
    expect(rows).toEqual([
      {
        player_id: sent.player,
        number: 1,
        version: 1,
        handle: claim.handle,
        operation: 'claimReward',
        claim_type: sent.claim_type,
        claim_key: sent.claim_key,
        idempotency_key: sent.idempotency_key,
        actor_kind: 'server',
        actor_id: 'arena-1',
        reason: null,
        config_version: claim.configVersion,
        amounts_version: null,
        announced: null,
        correlation_id: sent.correlation_id,
        client_correlation_id: null,
        counterparty_id: null,
        counterparty_number: null,
        counterparty_version: null,
        units: 1,
        generation: 0,
        input: sent.input,
        draws: null,
        shown: null,
        limits_used: null,
        facts_read: null,
        paid_with: null,
        became_pending: null,
        occurred_at: null,
        claimed_at: new Date(claim.claimedAt),
        fingerprint: sent.fingerprint,
      },
    ]);
    const entries = await owner.query('SELECT * FROM onceward.entries_by_name WHERE player_id = $1', [
      sent.player,
    ]);
    expect(entries.rows).toEqual([
      {
        player_id: sent.player,
        number: 1,
        ordinal: 1,
        resource: 'gold',
        sequence: 1,
        before: '0',
        delta: '10',
        after: '10',
        requested: '10',
        cause: 'operation',
        anchored_at: null,
        claimed_at: new Date(claim.claimedAt),
        claim_type: sent.claim_type,
      },
    ]);
  });

  test('raises the number and version of the player by one, whatever the number of postings', async () => {
    const player = fresh('player');
    for (const nth of [1, 2, 3]) {
      const { claim } = await granted(
        commit(operation({ player, postings: [give('gold', 1), give('gems', 1)] })),
      );
      expect([claim.number, claim.version]).toEqual([nth, nth]);
    }
    expect(await playerLedger(player)).toMatchObject({ number: 3, version: 3, entries: 6, granted: 3 });
  });

  test('that moves nothing is still a claim, with a number and a version', async () => {
    const sent = operation({ postings: [] });
    const outcome = await granted(commit(sent));
    expect(outcome).toMatchObject({ changes: [], shown: {}, claim: { number: 1, version: 1 } });
    expect(await playerLedger(sent.player)).toMatchObject({ version: 1, balances: {}, granted: 1 });
  });
});
