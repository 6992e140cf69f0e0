// An announced reward is pending until it is claimed, or until staff take the announcement back.
import { describe, expect, test } from 'vitest';
import { entriesOf } from '../support/ledger/answers.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { give } from '../support/ledger/operations.ts';
import { isPending as isPendingIn } from '../support/ledger/pending.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimOf,
  type Pending,
  pending,
  recovery,
  reversal,
} from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff } = openLedger();
const isPending = (reward: Pending) => isPendingIn(owner, reward);
const sound = async ({ playerId }: Pending) => expect(await brokenInvariants(owner, [playerId])).toEqual([]);

describe('an announced reward', () => {
  test('is pending, and moves nothing yet', async () => {
    const reward = pending();
    const outcome = await granted(commit(announcement(reward)));
    expect(outcome).toMatchObject({ changes: [], claim: { number: 1, version: 0 } });
    const { rows } = await owner.query('SELECT * FROM onceward.pending_by_name WHERE player_id = $1', [
      reward.playerId,
    ]);
    expect(rows).toEqual([
      {
        player_id: reward.playerId,
        number: 1,
        handle: outcome.claim.handle,
        claim_type: reward.type,
        claim_key: reward.key,
        config_version: outcome.claim.configVersion,
        plan: {
          resources: ['gold'],
          postings: [expect.objectContaining(give('gold', 7))],
          choices: [],
          source_keys: [],
          on_expiry: [],
        },
        announced_at: new Date(outcome.claim.claimedAt),
        ...{ expires_at: null, read_at: null, message: null, origin: 'server', is_held: false },
      },
    ]);
    await sound(reward);
  });

  test('is announced once when thirty-two servers announce it at once', async () => {
    const reward = pending();
    const outcomes = await Promise.all(Array.from({ length: 32 }, () => commit(announcement(reward))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(1);
    expect(await playerLedger(reward.playerId)).toMatchObject({ number: 1, version: 0, balances: {} });
    expect(await isPending(reward)).toBe(true);
    await sound(reward);
  });

  test('is settled by its claim', async () => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    await granted(commit(claimOf(reward)));
    expect(await isPending(reward)).toBe(false);
    expect((await playerLedger(reward.playerId)).balances).toEqual({ gold: 7 });
    await sound(reward);
  });

  test('stays pending where its claim is rejected', async () => {
    const reward = pending();
    await granted(commit(announcement(reward)));
    const before = await standing(owner, reward.playerId);
    expect(await commit(claimOf(reward, { expected_version: 9 }))).toMatchObject({ kind: 'rejected' });
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });

  test('is rejected with the original where it was claimed before', async () => {
    const reward = pending();
    const paid = await granted(commit(claimOf(reward)));
    const before = await standing(owner, reward.playerId);
    const refused = await commit(announcement(reward));
    expect(refused).toMatchObject({
      rejection: { kind: 'already_claimed', number: paid.claim.number, sourceKey: null },
      original: { claim: paid.claim },
    });
    if (refused.kind !== 'rejected' || !refused.original) throw new Error('no original');
    expect(entriesOf(refused.original.changes)).toEqual(entriesOf(paid.changes));
    expect(await standing(owner, reward.playerId)).toEqual(before);
  });
});

describe('an announcement that staff take back', () => {
  test('moves nothing and is pending no more; it can be announced again', async () => {
    const reward = pending();
    const { claim } = await granted(commit(announcement(reward)));
    const staff = await addStaff();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => commit(reversal(staff, claim))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toMatchObject([{ changes: [] }]);
    expect(await isPending(reward)).toBe(false);
    const before = await standing(owner, reward.playerId);
    expect(await commit(recovery(reward))).toMatchObject({ rejection: { kind: 'not_announced' } });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    await granted(commit(announcement(reward)));
    expect(await isPending(reward)).toBe(true);
    await granted(commit(recovery(reward)));
    await sound(reward);
  });

  test('leaves what was earned to be claimed', async () => {
    const reward = pending();
    const { claim } = await granted(commit(announcement(reward)));
    await granted(commit(reversal(await addStaff(), claim)));
    await granted(commit(claimOf(reward)));
    expect((await playerLedger(reward.playerId)).balances).toEqual({ gold: 7 });
    await sound(reward);
  });

  test('leaves the other pending rewards of the player and of others', async () => {
    const [one, other] = [pending(), pending()];
    const sibling = pending(one.playerId);
    const { claim } = await granted(commit(announcement(one)));
    for (const each of [sibling, other]) await granted(commit(announcement(each)));
    await granted(commit(reversal(await addStaff(), claim)));
    expect(await Promise.all([one, sibling, other].map(isPending))).toEqual([false, true, true]);
  });
});

test('a reward that is pending is announced once, whatever claim key the second announcement has', async () => {
  const reward = pending();
  await granted(commit(announcement(reward, {}, { claim_key: 'by-another-caller' })));
  const before = await standing(owner, reward.playerId);
  expect(await commit(announcement(reward))).toMatchObject({
    rejection: { kind: 'already_claimed', number: 1 },
  });
  expect(await standing(owner, reward.playerId)).toEqual(before);
  await sound(reward);
});
