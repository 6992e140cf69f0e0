// A rejected operation answers why, and is recorded; where several checks fail, the first decides.
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { balancesOf, entriesOf } from '../support/ledger/answers.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { announcement, pending } from '../support/ledger/systems.ts';

const { commit, playerLedger, addStaff, owner } = openLedger();

describe('a rejection of the kernel', () => {
  test('is already_claimed under another key, with the original claim and what it gave', async () => {
    const paid = operation({ postings: [give('gold', 5), give('gems', 1)] });
    const first = await granted(commit(paid));
    const again = {
      ...paid,
      idempotency_key: fresh('key'),
      correlation_id: randomUUID(),
      client_correlation_id: 'again',
      postings: [give('gold', 99)],
    };
    const [before, ledger] = [await standing(owner, paid.player), await playerLedger(paid.player)];
    const refused = await commit(again);
    expect(refused).toMatchObject({
      kind: 'rejected',
      replayed: false,
      rejection: { kind: 'already_claimed', number: first.claim.number, sourceKey: null },
      correlationId: again.correlation_id,
      clientCorrelationId: 'again',
      original: { claim: first.claim },
    });
    if (refused.kind !== 'rejected' || !refused.original) throw new Error('no original');
    expect(entriesOf(refused.original.changes)).toEqual(entriesOf(first.changes));
    expect(await standing(owner, paid.player)).toEqual(before);
    expect(await playerLedger(paid.player)).toEqual({ ...ledger, rejected: 1 });
  });

  test('leaves the claim open: it may be granted later under another key', async () => {
    const sent = operation({ postings: [take('gold', 3)] });
    expect(await commit(sent)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'insufficient_balance' },
    });
    expect(await playerLedger(sent.player)).toMatchObject({ version: null, balances: {} });
    await commit(operation({ player: sent.player }));
    const later = await granted(commit({ ...sent, idempotency_key: fresh('key') }));
    expect(balancesOf(later)).toEqual({ gold: 7 });
  });

  test('does not concern the same claim type and key of another player', async () => {
    const sent = operation();
    await granted(commit(sent));
    await granted(commit({ ...sent, player: fresh('player') }));
  });

  test.each([
    ['too high', 7],
    ['too low', 0],
  ])('is version_conflict when the expected version is %s', async (_, expected_version) => {
    const player = fresh('player');
    await commit(operation({ player }));
    const before = await standing(owner, player);
    expect(await commit(operation({ player, expected_version }))).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'version_conflict', expected: expected_version, current: 1 },
      original: null,
    });
    expect(await standing(owner, player)).toEqual(before);
    expect(await playerLedger(player)).toMatchObject({ rejected: 1 });
  });

  test('does not come when the expected version is current, which is 0 for a new player', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player, expected_version: 0 })));
    await granted(commit(operation({ player, expected_version: 1 })));
  });

  test('does not come because a reward was announced: announcements do not raise the version', async () => {
    const player = fresh('player');
    await granted(commit(operation({ player })));
    const { claim } = await granted(commit(announcement(pending(player))));
    expect([claim.number, claim.version]).toEqual([2, 1]);
    const next = await granted(commit(operation({ player, expected_version: 1 })));
    expect([next.claim.number, next.claim.version]).toEqual([3, 2]);
  });

  test('is unknown_player for an award, which creates nobody', async () => {
    const sent = award(await addStaff(), 10);
    expect(await commit(sent)).toMatchObject({
      rejection: { kind: 'unknown_player', playerId: sent.player },
    });
    expect(await playerLedger(sent.player)).toEqual({
      version: null,
      number: null,
      balances: {},
      entries: 0,
      granted: 0,
      rejected: 1,
    });
  });
});

test('a rejection of the rules is recorded as it was sent, before the kernel checks anything of its own', async () => {
  const rejection = { kind: 'not_eligible', why: 'ticket_required', claimType: 'quest' } as const;
  const sent = operation({ mode: 'reject', rejection, postings: [], expected_version: 99 });
  expect(await commit(sent)).toMatchObject({ kind: 'rejected', replayed: false, rejection, original: null });
  expect(await playerLedger(sent.player)).toEqual({
    version: null,
    number: null,
    balances: {},
    entries: 0,
    granted: 0,
    rejected: 1,
  });
  const { rows } = await owner.query('SELECT * FROM onceward.refusals_by_name WHERE player_id = $1', [
    sent.player,
  ]);
  expect(rows).toEqual([
    expect.objectContaining({
      operation: 'claimReward',
      claim_type: 'quest',
      claim_key: sent.claim_key,
      idempotency_key: sent.idempotency_key,
      actor_kind: 'server',
      actor_id: 'arena-1',
      version: 0,
      correlation_id: sent.correlation_id,
      input: sent.input,
      rejection,
    }),
  ]);
});

describe('when several checks fail, the first decides', () => {
  test('key, then claim, then version, then balances', async () => {
    const player = fresh('player');
    const paid = operation({ player });
    await commit(paid);
    const before = await standing(owner, player);
    const wrong = operation({ player, expected_version: 9, postings: [take('gold', 99)] });
    const kinds = [];
    for (const sent of [
      {
        ...wrong,
        claim_key: paid.claim_key,
        idempotency_key: paid.idempotency_key,
        fingerprint: '00000000-0000-0000-0000-0000000000ff',
      },
      { ...wrong, claim_key: paid.claim_key, idempotency_key: fresh('key') },
      { ...wrong, idempotency_key: fresh('key') },
      { ...wrong, idempotency_key: fresh('key'), expected_version: 1 },
    ]) {
      const outcome = await commit(sent);
      kinds.push(outcome.kind === 'rejected' ? outcome.rejection.kind : outcome.kind);
    }
    expect(kinds).toEqual(['key_reused', 'already_claimed', 'version_conflict', 'insufficient_balance']);
    expect(await standing(owner, player)).toEqual(before);
  });

  test('permission before the key, and staff limits before balances', async () => {
    const player = fresh('player');
    await commit(operation({ player }));
    const staff = await addStaff({ limit: 100 });
    const paid = { ...award(staff, 10), player };
    await granted(commit(paid));
    const before = await standing(owner, player);

    const over = { ...award(staff, 0), player, resources: ['gems', 'gold'] };
    const wrong = { ...over, postings: [give('gems', 101), take('gold', 99)] };
    expect(await commit({ ...wrong, expected_version: 1 })).toMatchObject({
      rejection: { kind: 'version_conflict' },
    });
    expect(await commit({ ...wrong, idempotency_key: fresh('key') })).toMatchObject({
      rejection: { limit: 'staff_reward' },
    });
    await owner.query(
      `UPDATE onceward.staff SET disabled_at = now() WHERE actor = onceward.register_actor('staff', $1)`,
      [staff],
    );
    expect(await commit(paid)).toEqual({ kind: 'forbidden', why: 'disabled' });
    expect(await standing(owner, player)).toEqual(before);
  });
});
