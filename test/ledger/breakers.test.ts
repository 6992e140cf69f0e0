// What exceeds the bound of a breaker is held back: recorded under its keys, and not paid.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { counted, heldOf, openBreakers, setBreakers } from '../support/ledger/breakers.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitAs, granted } from '../support/ledger/ledger.ts';
import { usedOf } from '../support/ledger/limits.ts';
import { award, fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import {
  announcement,
  limitUse,
  type Pending,
  pending,
  recovery,
  reversal,
  transfer,
} from '../support/ledger/systems.ts';

let ledger: Awaited<ReturnType<typeof openBreakers>>;
beforeAll(async () => {
  ledger = await openBreakers();
}, 60_000);
afterAll(() => ledger?.stop());
beforeEach(() => setBreakers(ledger, [{ name: 'gold', bound: 100, resource: 'gold' }]));

const claim = (amount: number, over: Partial<KernelOperation> = {}) =>
  operation({ postings: [give('gold', amount)], ...over });
const announced = async (amount: number): Promise<Pending> => {
  const reward = pending();
  await granted(ledger.commit(announcement(reward, { postings: [give('gold', amount)] })));
  return reward;
};
const goldOf = async (player: string) => (await ledger.playerLedger(player)).balances.gold ?? 0;
const expectSound = async (...players: string[]) =>
  expect(await brokenInvariants(ledger.owner, players)).toEqual([]);

describe('a claim that exceeds a breaker', () => {
  test('is granted and held back, under its key and its business key', async () => {
    const { commit } = ledger;
    await granted(commit(claim(90)));
    const held = claim(11);
    const first = await granted(commit(held));
    expect(first).toMatchObject({ replayed: false, changes: [], claim: { becamePending: true, version: 0 } });
    expect(await commit(held)).toMatchObject({
      replayed: true,
      changes: [],
      claim: { becamePending: true, number: first.claim.number },
    });
    expect(await commit({ ...held, idempotency_key: fresh('key') })).toMatchObject({
      rejection: { kind: 'already_claimed', number: 1 },
    });
    expect(await heldOf(ledger, held.player)).toEqual([
      { key: 'held/1', origin: 'breaker', of: 'quest', by: 'breaker:gold', gives: { gold: 11 } },
    ]);
    expect(await goldOf(held.player)).toBe(0);
    expect(await counted(ledger)).toEqual({ 'breaker:gold/0': 90 });
    await expectSound(held.player);
    // What still fits is paid.
    const fits = await granted(commit(claim(10)));
    expect(fits.claim.becamePending).toBe(null);
    expect(await counted(ledger)).toEqual({ 'breaker:gold/0': 100 });
  });

  test('uses its limits and takes its source keys', async () => {
    const { commit, owner } = ledger;
    const limits = [limitUse()];
    const source_keys = [{ game: false, resource: 'gold', key: fresh('match') }];
    const held = claim(101, { limits, source_keys });
    await granted(commit(held));
    expect(Object.values(await usedOf(owner, held.player))).toEqual([1]);
    const before = await standing(owner, held.player);
    expect(await commit(claim(1, { player: held.player, source_keys }))).toMatchObject({
      rejection: { kind: 'already_claimed' },
    });
    expect(await standing(owner, held.player)).toEqual(before);
    await expectSound(held.player);
  });

  test('cannot be collected or recovered while it is held, and nothing moves', async () => {
    const { commit, owner } = ledger;
    const held = claim(101);
    await granted(commit(held));
    const before = await standing(owner, held.player);
    for (const actor of [
      { actor_kind: 'player', actor_id: held.player },
      { actor_kind: 'server', actor_id: 'arena-1' },
    ] as const)
      expect(
        await commit(recovery({ playerId: held.player, type: 'held_reward', key: 'held/1' }, actor)),
      ).toMatchObject({ rejection: { kind: 'reward_held', number: 1 } });
    expect(await standing(owner, held.player)).toEqual(before);
  });

  test('moves its counters and records its draws, with the alternative that its balances select', async () => {
    const { commit } = ledger;
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('pity', 3)] })));
    const draws = [{ table: 'chest', outcome: 'rare', roll: 0, of: 1, guaranteed: true }];
    const held = operation({
      player,
      postings: [give('amber', 60)],
      advances: [give('progress', 1, { reset_before: '-infinity', clamp: true })],
      choices: [
        {
          one_of: [
            {
              when: [{ resource: 'pity', at_least: 3 }],
              postings: [give('gems', 7), give('gold', 101), take('pity', 10_000, { clamp: true })],
              draws,
            },
            { when: [], postings: [give('pity', 1)], draws: [] },
          ],
        },
      ],
    });
    const outcome = await granted(commit(held));
    expect(outcome.claim).toMatchObject({ becamePending: true, draws });
    expect((await ledger.playerLedger(player)).balances).toEqual({ pity: 0, progress: 1 });
    expect(await heldOf(ledger, player)).toMatchObject([{ gives: { amber: 60, gems: 7, gold: 101 } }]);
    await expectSound(player);
  });

  test('is dropped with its reversal and stays claimed, or is free again if that reopens it', async () => {
    const { commit, addStaff } = ledger;
    for (const reopen of [false, true]) {
      const held = claim(101);
      const { claim: made } = await granted(commit(held));
      const staff = await addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000 });
      await granted(commit(reversal(staff, made, { reopen })));
      expect(await heldOf(ledger, held.player)).toEqual([]);
      expect(await goldOf(held.player)).toBe(0);
      await setBreakers(ledger, []);
      const again = await commit({ ...held, idempotency_key: fresh('key') });
      if (reopen) expect(again).toMatchObject({ kind: 'granted' });
      else expect(again).toMatchObject({ rejection: { kind: 'already_claimed' } });
      await expectSound(held.player);
      await setBreakers(ledger, [{ name: 'gold', bound: 100, resource: 'gold' }]);
    }
  });

  test('is an award that uses the limits of its staff member', async () => {
    const { commit, owner, addStaff } = ledger;
    const staff = await addStaff({ limit: 200, budget: 200 });
    const { player } = (await (async () => {
      const first = claim(1);
      await granted(commit(first));
      return first;
    })()) as KernelOperation;
    await granted(commit(award(staff, 150, {}, { player })));
    expect(await heldOf(ledger, player)).toMatchObject([{ of: 'manual_reward', gives: { gold: 150 } }]);
    expect(Object.values(await usedOf(owner, staff)).toSorted()).toEqual([1, 150]);
    await expectSound(player);
  });
});

describe('what cannot be held', () => {
  test('is refused until the hour is over, and nothing moves: an exchange', async () => {
    const { commit, owner } = ledger;
    const player = fresh('player');
    await granted(commit(operation({ player, postings: [give('gems', 10)] })));
    const before = await standing(owner, player);
    const bought = claim(1, { player, postings: [take('gems', 5), give('gold', 101)] });
    const refused = await commit(bought);
    expect(refused).toMatchObject({ kind: 'rejected', rejection: { kind: 'emission_paused' } });
    expect(await commit(bought)).toMatchObject({ replayed: true, rejection: { kind: 'emission_paused' } });
    expect(await standing(owner, player)).toEqual(before);
    expect(await counted(ledger)).toEqual({});
  });

  test('is refused and stays pending: a reward that was announced', async () => {
    const { commit, owner } = ledger;
    const reward = await announced(101);
    const before = await standing(owner, reward.playerId);
    expect(await commit(recovery(reward))).toMatchObject({ rejection: { kind: 'emission_paused' } });
    expect(await standing(owner, reward.playerId)).toEqual(before);
    await setBreakers(ledger, []);
    await granted(commit(recovery(reward)));
    expect(await goldOf(reward.playerId)).toBe(101);
  });
});

describe('what counts', () => {
  test('is what milestones give, and all of the operation is held', async () => {
    const { commit } = ledger;
    await setBreakers(ledger, [{ name: 'points', bound: 2, resource: 'stat_points' }]);
    const held = operation({ postings: [give('experience', 100)], milestones: true });
    await granted(commit(held));
    expect((await ledger.playerLedger(held.player)).balances).toEqual({});
    expect(await heldOf(ledger, held.player)).toMatchObject([{ gives: { experience: 100 } }]);
  });

  test('is nothing of a transfer, of a reversal and of what an operator does', async () => {
    const { commit, addStaff } = ledger;
    const [giver, receiver] = [claim(50), claim(1)];
    const { claim: made } = await granted(commit(giver));
    await granted(commit(receiver));
    await granted(commit(transfer(giver.player, receiver.player, 50)));
    const staff = await addStaff({ role: 'admin', limit: 1_000_000, budget: 1_000_000 });
    await granted(commit(reversal(staff, made, { allow_debt: true })));
    const imported = claim(1_000, { actor_kind: 'operator', actor_id: 'ada', permission: 'import' });
    await granted(commitAs(ledger.owner, imported));
    expect(await counted(ledger)).toEqual({ 'breaker:gold/0': 51 });
  });

  test('is each claim of the claim types that a breaker names', async () => {
    const { commit } = ledger;
    await setBreakers(ledger, [{ name: 'quests', bound: 2, claimTypes: ['quest'] }]);
    const became = [];
    for (const claim_type of ['quest', 'chest', 'quest', 'quest', 'chest'])
      became.push((await granted(commit(claim(1, { claim_type })))).claim.becamePending);
    expect(became).toEqual([null, null, null, true, null]);
    expect(await counted(ledger)).toEqual({ 'breaker:quests/0': 2 });
  });

  test('is what one game server gives, or what is given under one config version', async () => {
    const { commit, owner } = ledger;
    await setBreakers(ledger, [
      { name: 'server', bound: 10, resource: 'gold', per: 'server' },
      { name: 'version', bound: 25, resource: 'gold', per: 'version' },
    ]);
    const by = (actor_id: string) => commit(claim(10, { actor_id }));
    const own = fresh('player');
    const outcomes = [
      await by('arena-1'),
      await by('arena-1'),
      await by('arena-2'),
      await commit(claim(5, { player: own, actor_kind: 'player', actor_id: own })),
      await by('arena-3'),
    ].map((outcome) => outcome.kind === 'granted' && outcome.claim.becamePending);
    expect(outcomes).toEqual([null, true, null, null, true]);
    const { rows } = await owner.query('SELECT max(version) AS version FROM onceward.balance_configs');
    const { [`breaker:version/${rows[0].version}`]: ofVersion, ...ofServers } = await counted(ledger);
    expect([ofVersion, Object.values(ofServers)]).toEqual([25, [10, 10, 0]]);
  });

  test('is counted for all breakers or for none', async () => {
    const { commit } = ledger;
    await setBreakers(ledger, [
      { name: 'gold', bound: 100, resource: 'gold' },
      { name: 'quests', bound: 1, claimTypes: ['quest'] },
    ]);
    for (const amount of [10, 20, 30]) await granted(commit(claim(amount)));
    expect(await counted(ledger)).toEqual({ 'breaker:gold/0': 10, 'breaker:quests/0': 1 });
  });
});
