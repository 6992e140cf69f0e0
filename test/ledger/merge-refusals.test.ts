// What refuses a merge, what ACCOUNT_WINS makes of conflicts, and what a guest can still do: nothing but read and replay.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { merge } from '../support/ledger/merges.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { isPending } from '../support/ledger/pending.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimIdOf,
  claimOf,
  freeze,
  limitUse,
  pending,
  reversal,
  transfer,
} from '../support/ledger/systems.ts';

const { commit, commitAll, preview, owner, playerLedger, addStaff } = openLedger();

async function pair(guestGold = 0, accountGold = 0) {
  const [guest, account] = [fresh('guest'), fresh('account')];
  for (const [player, gold] of [
    [guest, guestGold],
    [account, accountGold],
  ] as const)
    await granted(commit(operation({ player, postings: gold > 0 ? [give('gold', gold)] : [] })));
  return { guest, account };
}
const sound = async (...players: string[]) => {
  expect(await brokenInvariants(owner, players)).toEqual([]);
  const { rows } = await owner.query(`SELECT onceward.integrity_page('', 1000000)->'faults' AS faults`);
  const faults = rows[0].faults as { playerId: string }[];
  expect(faults.filter(({ playerId }) => players.includes(playerId))).toEqual([]);
};
const refused = (outcome: LedgerOutcome) => (outcome.kind === 'rejected' ? outcome.rejection : outcome);
async function refusedAsItStands(sent: KernelOperation, ...players: string[]) {
  const before = await standing(owner, ...players);
  const outcome = await commit(sent);
  expect(await standing(owner, ...players)).toEqual(before);
  return refused(outcome);
}
const NOTHING = { key: null, period: null, total: null, bound: null };

describe('conflicts', () => {
  test('a balance that does not fit is listed and moves nothing; taken, the rest stays with the guest', async () => {
    const { guest, account } = await pair(30, 12);
    const listed = {
      kind: 'merge_conflicts',
      total: 1,
      conflicts: [{ ...NOTHING, conflict: 'balance_full', name: 'gold', total: 42, bound: 20 }],
    };
    const sent = merge(account, guest, { ceiling: 20 });
    expect((await preview(sent)).preview).toMatchObject({ rejection: listed });
    expect(await refusedAsItStands(sent, guest, account)).toEqual(listed);
    expect(await commit(sent)).toMatchObject({ replayed: true, rejection: listed });
    const taken = await granted(commit(merge(account, guest, { ceiling: 20, takes: true })));
    expect(taken.changes).toMatchObject([{ resource: 'gold', delta: 8, requested: 30 }]);
    expect(await playerLedger(guest)).toMatchObject({ balances: { gold: 22 } });
    await sound(guest, account);
  });

  test('a limit that both exceed together is listed; taken, it is used up', async () => {
    const { guest, account } = await pair();
    const use = limitUse({
      period: 'ever',
      since: '-infinity',
      bound: 2,
      name: 'claims:chest',
      claim_type: 'chest',
    });
    for (const player of [guest, guest, account])
      await granted(commit(operation({ player, claim_type: 'chest', limits: [use] })));
    const limits = [{ ...use, amount: 0 }];
    expect(await refusedAsItStands(merge(account, guest, { limits }), guest, account)).toMatchObject({
      conflicts: [
        { ...NOTHING, conflict: 'limit_exceeded', name: 'claims:chest', period: 'ever', total: 3, bound: 2 },
      ],
    });
    await granted(commit(merge(account, guest, { limits, takes: true })));
    expect(
      await refusedAsItStands(operation({ player: account, claim_type: 'chest', limits: [use] }), account),
    ).toMatchObject({ kind: 'limit_exceeded', remaining: 0 });
    await sound(guest, account);
  });

  test('a reward that both have, or one has and the other claimed, is listed; taken, each is paid once', async () => {
    const { guest, account } = await pair();
    const use = limitUse({ claim_type: 'chest', name: 'claims:chest' });
    const announce = async (playerId: string, key: string) =>
      granted(commit(announcement({ playerId, type: 'chest', key }, {}, { limits: [use] })));
    const [both, its, mine] = [fresh('both'), fresh('its'), fresh('mine')];
    for (const player of [guest, account]) await announce(player, both);
    await announce(guest, its);
    await announce(account, mine);
    await granted(commit(operation({ player: account, claim_type: 'chest', claim_key: its })));
    await granted(commit(operation({ player: guest, claim_type: 'chest', claim_key: mine })));
    const sent = merge(account, guest);
    expect(await refusedAsItStands(sent, guest, account)).toEqual({
      kind: 'merge_conflicts',
      total: 3,
      conflicts: [
        { ...NOTHING, conflict: 'pending', name: 'chest', key: both },
        { ...NOTHING, conflict: 'claimed', name: 'chest', key: its },
        { ...NOTHING, conflict: 'claimed', name: 'chest', key: mine },
      ],
    });
    await granted(commit(merge(account, guest, { takes: true })));
    const gold = (await playerLedger(account)).balances.gold ?? 0;
    for (const [key, isPaid] of [
      [both, true],
      [its, false],
      [mine, false],
    ] as const) {
      const outcome = await commit(claimOf({ playerId: account, type: 'chest', key }));
      expect(refused(outcome)).toMatchObject({ kind: isPaid ? 'granted' : 'already_claimed' });
    }
    expect((await playerLedger(account)).balances.gold).toBe(gold + 7);
    await sound(guest, account);
  });

  test('no more than a hundred conflicts are listed, with their number', async () => {
    const { guest, account } = await pair();
    const keys = Array.from({ length: 60 }, () => fresh('both'));
    for (const player of [guest, account])
      await commitAll(keys.map((key) => announcement({ playerId: player, type: 'chest', key })));
    const more = Array.from({ length: 60 }, () => fresh('both'));
    for (const player of [guest, account])
      await commitAll(more.map((key) => announcement({ playerId: player, type: 'chest', key })));
    const rejection = await refusedAsItStands(merge(account, guest), guest, account);
    expect(rejection).toMatchObject({ kind: 'merge_conflicts', total: 120 });
    expect(rejection).toHaveProperty('conflicts.length', 100);
  });
});

describe('who can be merged', () => {
  test('a guest who does not exist, and one who was only refused, is unknown', async () => {
    const { account } = await pair();
    const nobody = fresh('nobody');
    expect(await refusedAsItStands(merge(account, nobody), account)).toMatchObject({
      kind: 'unknown_player',
      playerId: nobody,
    });
    await commit(operation({ player: nobody, postings: [take('gold', 1)] }));
    expect(await refusedAsItStands(merge(account, nobody), account)).toMatchObject({
      kind: 'unknown_player',
      playerId: nobody,
    });
  });

  test('a player is not merged into itself, and players merge nobody', async () => {
    const { guest, account } = await pair(5);
    for (const [forged, constraint] of [
      [merge(account, account), 'a_counterparty_is_another_player'],
      [
        merge(account, guest, { over: { actor_kind: 'player', actor_id: account } }),
        'a_merge_is_of_two_players',
      ],
      [merge(account, guest, { over: { merges: null } }), 'a_merge_is_of_two_players'],
      [merge(account, guest, { over: { source: 'postings' } }), 'a_merge_is_of_two_players'],
    ] as const)
      await expect(commit(forged)).rejects.toMatchObject({ constraint });
    await sound(guest, account);
  });

  test('a guest is merged once: into the same account, another one, or as an account', async () => {
    const { guest, account } = await pair(5);
    const { guest: other, account: third } = await pair(7);
    await granted(commit(merge(account, guest)));
    const merged = { kind: 'player_merged', playerId: guest, mergedInto: account };
    for (const sent of [merge(account, guest), merge(third, guest), merge(guest, other)])
      expect(await refusedAsItStands(sent, guest, account, other, third)).toEqual(merged);
    await sound(guest, account, other, third);
  });

  test('an account with guests becomes a guest: what all of them claimed counts for the last account', async () => {
    const { guest, account } = await pair(5, 6);
    const { account: last } = await pair(0, 7);
    const sent = operation({ player: guest });
    await granted(commit(sent));
    const reward = pending(guest);
    await granted(commit(announcement(reward)));
    await granted(commit(merge(account, guest)));
    await granted(commit(merge(last, account)));
    expect((await playerLedger(last)).balances).toEqual({ gold: 28 });
    expect(
      await refusedAsItStands({ ...sent, player: last, idempotency_key: fresh('key') }, last),
    ).toMatchObject({ kind: 'already_claimed' });
    await granted(commit(claimOf({ ...reward, playerId: last })));
    expect(refused(await commit(operation({ player: guest })))).toEqual({
      kind: 'player_merged',
      playerId: guest,
      mergedInto: last,
    });
    // Nor the other way round.
    expect(await refusedAsItStands(merge(guest, last), guest, last)).toMatchObject({ kind: 'player_merged' });
    await sound(guest, account, last);
  });

  test('nobody is merged while frozen, and a player who was merged is not frozen', async () => {
    const { guest, account } = await pair(5, 6);
    const staff = await addStaff({ role: 'admin' });
    for (const player of [guest, account]) {
      await granted(commit(freeze(staff, player)));
      expect(await refusedAsItStands(merge(account, guest), guest, account)).toEqual({
        kind: 'player_frozen',
      });
      await granted(commit(freeze(staff, player, false)));
    }
    await granted(commit(merge(account, guest)));
    for (const freezes of [true, false])
      expect(await refusedAsItStands(freeze(staff, guest, freezes), guest, account)).toMatchObject({
        kind: 'player_merged',
      });
    await sound(guest, account);
  });

  test('a merge is refused under another version of the account, and moves nothing', async () => {
    const { guest, account } = await pair(5, 6);
    expect(
      await refusedAsItStands(merge(account, guest, { over: { expected_version: 7 } }), guest, account),
    ).toMatchObject({ kind: 'version_conflict', current: 1 });
  });
});

describe('after the merge', () => {
  test('the guest’s known keys are answered, and every new operation is refused', async () => {
    const { guest, account } = await pair(30, 12);
    const { account: friend } = await pair(0, 50);
    const before = operation({ player: guest });
    const { claim } = await granted(commit(before));
    const gift = await granted(commit(transfer(friend, guest, 2)));
    await granted(commit(merge(account, guest)));
    expect(await commit(before)).toMatchObject({ kind: 'granted', replayed: true });
    const staff = await addStaff();
    const merged = { kind: 'player_merged', playerId: guest };
    for (const sent of [
      operation({ player: guest }),
      operation({ player: guest, postings: [take('gold', 1)] }),
      operation({ player: guest, mode: 'reject', rejection: { kind: 'unknown_claim_type', claimType: 'x' } }),
      announcement(pending(guest)),
      transfer(guest, friend, 1),
      transfer(friend, guest, 1),
      reversal(staff, claim),
      reversal(staff, gift.claim),
    ])
      expect(await refusedAsItStands(sent, guest, account, friend)).toMatchObject(merged);
    await sound(guest, account, friend);
  });

  test('a merge is not reversed', async () => {
    const { guest, account } = await pair(30, 12);
    const { claim } = await granted(commit(merge(account, guest)));
    const sent = reversal(await addStaff(), claim);
    expect(await refusedAsItStands(sent, guest, account)).toMatchObject({
      kind: 'not_reversible',
      why: 'merge',
      claimId: claimIdOf(claim),
    });
    await sound(guest, account);
  });

  test('nothing is announced to the account that the guest has claimed', async () => {
    const { guest, account } = await pair();
    const sent = operation({ player: guest, claim_type: 'chest' });
    await granted(commit(sent));
    await granted(commit(merge(account, guest)));
    const reward = { playerId: account, type: 'chest', key: sent.claim_key };
    expect(await refusedAsItStands(announcement(reward), account)).toMatchObject({ kind: 'already_claimed' });
    expect(await isPending(owner, reward)).toBe(false);
  });

  test('a call sees the merge that it made before', async () => {
    const { guest, account } = await pair(30, 12);
    const sent = operation({ player: guest });
    await granted(commit(sent));
    const { outcomes } = await commitAll([
      merge(account, guest),
      operation({ player: guest }),
      { ...sent, player: account, idempotency_key: fresh('key') },
      operation({ player: account, postings: [take('gold', 52)] }),
    ]);
    expect(outcomes.map(refused)).toMatchObject([
      { kind: 'granted' },
      { kind: 'player_merged' },
      { kind: 'already_claimed' },
      { kind: 'granted' },
    ]);
    await sound(guest, account);
  });
});
