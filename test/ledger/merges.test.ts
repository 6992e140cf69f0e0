// A merge of a guest into an account: what moves, what counts for the account, what refuses it, and what becomes of the guest.
import { describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { movesOf } from '../support/ledger/answers.ts';
import { count, event, turn } from '../support/ledger/counters.ts';
import { essence } from '../support/ledger/essence.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, type LedgerOutcome, openLedger } from '../support/ledger/ledger.ts';
import { merge } from '../support/ledger/merges.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  claimOf,
  limitUse,
  type Pending,
  pending,
  recovery,
  reversal,
  transfer,
} from '../support/ledger/systems.ts';

const { commit, preview, owner, playerLedger, addStaff } = openLedger();

/** Two players who exist, with this much gold. */
async function pair(guestGold = 0, accountGold = 0) {
  const [guest, account] = [fresh('guest'), fresh('account')];
  for (const [player, gold] of [
    [guest, guestGold],
    [account, accountGold],
  ] as const)
    await granted(commit(operation({ player, postings: gold > 0 ? [give('gold', gold)] : [] })));
  return { guest, account };
}
const balances = async (player: string) => (await playerLedger(player)).balances;
const faults = async () => {
  const { rows } = await owner.query(`SELECT onceward.integrity_page('', 1000000)->'faults' AS faults`);
  return rows[0].faults as { invariant: string; playerId: string }[];
};
const sound = async (...players: string[]) => {
  expect(await brokenInvariants(owner, players)).toEqual([]);
  expect((await faults()).filter(({ playerId }) => players.includes(playerId))).toEqual([]);
};
const refused = (outcome: LedgerOutcome) => (outcome.kind === 'rejected' ? outcome.rejection : outcome);

/** The rejection, after which nothing has moved. */
async function refusedAsItStands(sent: KernelOperation, ...players: string[]) {
  const before = await standing(owner, ...players);
  const outcome = await commit(sent);
  expect(await standing(owner, ...players)).toEqual(before);
  return refused(outcome);
}

describe('what moves', () => {
  test('a merge is one claim of both, which adds up what they have, and a retry replays it', async () => {
    const { guest, account } = await pair(30, 12);
    await granted(commit(operation({ player: guest, postings: [give('gems', 5), give('item_3', 2)] })));
    const sent = merge(account, guest);
    const outcome = await granted(commit(sent));
    expect(outcome).toMatchObject({
      replayed: false,
      claim: { playerId: account, counterpartyId: guest, number: 2, version: 2 },
    });
    expect(movesOf(outcome.changes)).toEqual([
      ['gold', 'operation', 30],
      ['gems', 'operation', 5],
      // No config has it any more, as far as the operation knows.
      ['item_3', 'operation', 2],
    ]);
    expect(movesOf(outcome.counterpartyChanges ?? [])).toEqual([
      ['gold', 'operation', -30],
      ['gems', 'operation', -5],
      ['item_3', 'operation', -2],
    ]);
    expect(await balances(account)).toEqual({ gold: 42, gems: 5, item_3: 2 });
    expect(await balances(guest)).toEqual({ gold: 0, gems: 0, item_3: 0 });
    expect(essence(await commit(sent))).toEqual(essence(outcome));
    expect(await playerLedger(guest)).toMatchObject({ number: 3, version: 3 });
    await sound(guest, account);
  });

  test('a debt of the guest is the account’s', async () => {
    const { guest, account } = await pair(0, 12);
    await granted(commit(operation({ player: guest, postings: [take('gold', 30, { floor: -100 })] })));
    await granted(commit(merge(account, guest)));
    expect([await balances(guest), await balances(account)]).toEqual([{ gold: 0 }, { gold: -18 }]);
    await sound(guest, account);
  });

  test('a server merges into an account that is new; staff and previews need one that exists', async () => {
    const { guest } = await pair(30);
    const [account, other] = [fresh('account'), fresh('account')];
    expect((await preview(merge(account, guest))).preview).toMatchObject({ kind: 'preview' });
    expect(
      await refusedAsItStands(merge(other, guest, { over: { creates_player: false } }), guest),
    ).toMatchObject({ kind: 'unknown_player', playerId: other });
    await granted(commit(merge(account, guest)));
    expect(await balances(account)).toEqual({ gold: 30 });
    await sound(guest, account);
  });

  test('of what refills by itself the account’s stays, and the guest’s stays with the guest', async () => {
    const { guest, account } = await pair();
    await granted(commit(operation({ player: guest, postings: [take('charges', 1)] })));
    await granted(commit(operation({ player: account, postings: [take('charges', 3)] })));
    expect(movesOf((await granted(commit(merge(account, guest)))).changes)).toEqual([]);
    expect(await balances(account)).toEqual({ charges: 2 });
    await sound(guest, account);
  });

  test.each([
    ['the guest’s', 7, 4, 7, 4],
    ['the account’s', 4, 7, 7, 4],
  ])('of a guarantee’s counter the higher stays: %s', async (_, its, mine, kept, left) => {
    const { guest, account } = await pair();
    await granted(commit(operation({ player: guest, postings: [give('pity', its)] })));
    await granted(commit(operation({ player: account, postings: [give('pity', mine)] })));
    await granted(commit(merge(account, guest)));
    expect([await balances(account), await balances(guest)]).toEqual([{ pity: kept }, { pity: left }]);
    await sound(guest, account);
  });

  test('a counter that was reset since counts as 0, and the higher keeps the moment of its change', async () => {
    const { guest, account } = await pair();
    await granted(commit(event(account, [count('progress', 9, { begins: '-infinity' })])));
    const begins = await turn();
    await granted(commit(event(guest, [count('progress', 4, { begins })])));
    const counters = [give('progress', 0, { reset_before: begins, reset_by: null })];
    const outcome = await granted(commit(merge(account, guest, { counters })));
    expect(movesOf(outcome.changes)).toEqual([
      ['progress', 'reset', -9],
      ['progress', 'operation', 4],
    ]);
    const { rows } = await owner.query(
      `SELECT count(DISTINCT b.anchored_at)::integer AS moments FROM onceward.balances b
         JOIN onceward.actors a ON a.no = b.player
         JOIN onceward.names n ON (n.kind, n.no) = (1, b.resource)
        WHERE a.id = ANY ($1) AND n.name = 'progress'`,
      [[guest, account]],
    );
    expect(rows).toEqual([{ moments: 1 }]);
    // It goes on from there in the same period.
    await granted(commit(event(account, [count('progress', 1, { begins })])));
    expect(await balances(account)).toEqual({ progress: 5 });
    await sound(guest, account);
  });

  test('levels follow from the sum, and each is paid once: those that either was paid for are not', async () => {
    const { guest, account } = await pair();
    const experience = (player: string, amount: number) =>
      granted(commit(operation({ player, postings: [give('experience', amount)], milestones: true })));
    await experience(guest, 350);
    await experience(account, 260);
    expect(await balances(guest)).toMatchObject({ levels_paid: 2, stat_points: 6 });
    const outcome = await granted(commit(merge(account, guest)));
    expect(movesOf(outcome.changes)).toEqual([
      ['experience', 'operation', 350],
      ['stat_points', 'operation', 6],
      ['levels_paid', 'operation', 1],
      // Level 4 at 600: neither had it.
      ['levels_paid', 'milestone', 1],
      ['stat_points', 'milestone', 3],
    ]);
    expect(await balances(account)).toEqual({ experience: 610, stat_points: 12, levels_paid: 3 });
    expect(await balances(guest)).toMatchObject({ experience: 0, stat_points: 0 });
    expect(movesOf((await experience(account, 1_000)).changes)).toEqual([['experience', 'operation', 1_000]]);
    await sound(guest, account);
  });
});

describe('what counts for the account', () => {
  test('a claim that the guest made is taken, and the account sees the guest’s receipt', async () => {
    const { guest, account } = await pair();
    const sent = operation({ player: guest });
    const made = await granted(commit(sent));
    await granted(commit(merge(account, guest)));
    const again = { ...sent, player: account, idempotency_key: fresh('key') };
    const before = await standing(owner, account);
    expect(await commit(again)).toMatchObject({
      kind: 'rejected',
      rejection: { kind: 'already_claimed', number: made.claim.number, reversedBy: null },
      original: { claim: { playerId: guest, number: made.claim.number } },
    });
    expect(await commit(again)).toMatchObject({ replayed: true, original: { claim: { playerId: guest } } });
    expect((await preview({ ...again, idempotency_key: fresh('key') })).preview).toMatchObject({
      rejection: { kind: 'already_claimed' },
    });
    expect(await standing(owner, account)).toEqual(before);
    await sound(guest, account);
  });

  test('a claim of the guest that was reopened before is free for the account', async () => {
    const { guest, account } = await pair(100);
    const sent = operation({ player: guest });
    const { claim } = await granted(commit(sent));
    await granted(commit(reversal(await addStaff(), claim, { reopen: true })));
    await granted(commit(merge(account, guest)));
    await granted(commit({ ...sent, player: account, idempotency_key: fresh('key') }));
    await sound(guest, account);
  });

  test('source keys of the guest are taken, of the player and of the game', async () => {
    const { guest, account } = await pair();
    const keys = [false, true].map((game) => ({ game, resource: 'gold', key: fresh('source') }));
    await granted(commit(operation({ player: guest, source_keys: keys })));
    await granted(commit(merge(account, guest)));
    for (const key of keys)
      expect(
        await refusedAsItStands(operation({ player: account, source_keys: [key] }), account),
      ).toMatchObject({ kind: 'already_claimed', sourceKey: { type: 'gold', key: key.key }, number: 2 });
    await sound(guest, account);
  });

  test('uses of limits add up, also where a limit was published after the guest’s claims', async () => {
    const { guest, account } = await pair();
    const use = limitUse({ period: 'ever', since: '-infinity', bound: 7 });
    const late = limitUse({ ...use, name: 'claims:quest', bound: 5 });
    for (const player of [guest, guest, account]) await granted(commit(operation({ player, limits: [use] })));
    await granted(commit(merge(account, guest)));
    // Five claims of the type were made by both.
    expect(await refusedAsItStands(operation({ player: account, limits: [late] }), account)).toMatchObject({
      kind: 'limit_exceeded',
      remaining: 0,
    });
    for (const remaining of [1, 0]) {
      await granted(commit(operation({ player: account, limits: [use] })));
      expect(
        await refusedAsItStands(operation({ player: account, limits: [{ ...use, amount: 2 }] }), account),
      ).toMatchObject({ kind: 'limit_exceeded', remaining });
    }
    await sound(guest, account);
  });

  test('what the guest received counts towards what the account may receive', async () => {
    const { guest, account } = await pair(0, 0);
    const { account: giver } = await pair(0, 100);
    const received = limitUse({
      ...{ kind: 'recipient', name: 'transfer:gold', claim_type: 'transfer', resource: 'gold' },
      ...{ amount: 4, bound: 6, rejection: 'recipient_limit' },
    });
    await granted(commit(transfer(giver, guest, 4, {}, { limits: [received] })));
    await granted(commit(merge(account, guest)));
    expect(
      await refusedAsItStands(transfer(giver, account, 4, {}, { limits: [received] }), giver, account),
    ).toMatchObject({ kind: 'limit_exceeded', limit: 'recipient_limit' });
    await sound(guest, account, giver);
  });

  test('pending rewards of the guest are the account’s, and are paid once', async () => {
    const { guest, account } = await pair();
    const rewards = [pending(guest), pending(guest)];
    const use = limitUse({ claim_type: 'chest', name: 'claims:chest' });
    for (const reward of rewards) await granted(commit(announcement(reward, {}, { limits: [use] })));
    const outcome = await granted(commit(merge(account, guest)));
    expect(outcome.claim.number).toBe(2);
    expect(await playerLedger(account)).toMatchObject({ number: 4, version: 2 });
    const [first, second] = rewards.map((reward) => ({ ...reward, playerId: account })) as [Pending, Pending];
    await granted(commit(claimOf(first)));
    await granted(commit(recovery(second)));
    expect(await refusedAsItStands(claimOf(first), account)).toMatchObject({ kind: 'already_claimed' });
    expect(await balances(account)).toEqual({ gold: 14 });
    await sound(guest, account);
  });

  test('a reward that did not fit is the account’s, and one that expired is settled for the guest', async () => {
    const { guest, account } = await pair(1);
    const { account: giver } = await pair(0, 20);
    const full = transfer(giver, guest, 4, { ceiling: 4 }, { on_full: { origin: 4, message: null } });
    expect((await granted(commit(full))).claim.becamePending).toBe(true);
    const old = pending(guest);
    await granted(
      commit(
        announcement(
          old,
          { on_expiry: [give('gems', 3)] },
          {
            announces: {
              ...(announcement(old).announces as NonNullable<KernelOperation['announces']>),
              plan: {
                ...{ resources: ['gems'], postings: [], choices: [], source_keys: [] },
                on_expiry: [give('gems', 3)],
              },
              expires_at: new Date(Date.now() + 150).toISOString(),
            },
          },
        ),
      ),
    );
    await new Promise((resolve) => setTimeout(resolve, 250));
    await granted(commit(merge(account, guest)));
    expect(await balances(account)).toEqual({ gold: 1, gems: 3 });
    await granted(commit(operation({ player: account, postings: [take('gold', 1)] })));
    const { rows } = await owner.query(
      'SELECT claim_key FROM onceward.pending_by_name WHERE player_id = $1',
      [account],
    );
    expect(rows).toHaveLength(1);
    await granted(commit(recovery({ playerId: account, type: 'transfer', key: rows[0].claim_key })));
    expect(await balances(account)).toEqual({ gems: 3, gold: 4 });
    await sound(guest, account, giver);
  });
});
