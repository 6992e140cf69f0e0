/** What was announced is paid as announced, by whatever mutation: the ticket, the facts and the current config do not matter. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Facts } from '../../src/domain/rules.ts';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  type Answer,
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
  withoutReplayed,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState, usedByStaff } from '../support/worker/ledger-state.ts';
import { announce, pendingKeys, VICTORY } from '../support/worker/pending.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import type { ClaimRewardResult, Receipt, RecoverRewardResult } from '../support/worker/schema-types.ts';
import { fresh, freshKey, ticket } from '../support/worker/service.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, sumOf, tally } from '../support/worker/waves.ts';

const publishExample = () => publish(changedExample(() => {}));
/** The reward of a victory becomes 1 lumee, without experience. */
const publishLower = () =>
  publish(
    changedExample(({ claimTypes }) => {
      claimTypes.pve_victory.rewards = { lumees: 1 };
    }),
  );
/** One arena chest per day. */
const publishLimit = () =>
  publish(
    changedExample(({ claimTypes }) => {
      claimTypes.arena_chest.perDay = 1;
    }),
  );
beforeEach(publishExample);

/** 620 lumees and 415 experience, which are levels 1 to 3, if the enemy has level 200 by the example config. */
const GREAT = { difficulty: 'normal', enemy_level: 200 };
const claimWithTicket = async (playerId: string, facts: Facts = VICTORY.facts, key?: string) => {
  const proof = await ticket({ playerId, type: VICTORY.type, key: 'enc-1', facts });
  return asPlayer(playerId).claimReward({ type: VICTORY.type, ticket: proof }, key ? { key } : {});
};
const paid = ({ changes }: Pick<Receipt, 'changes'>) => {
  const { lumees, experience } = sumOf(changes);
  return { lumees, experience };
};

type Paid = Answer<ClaimRewardResult | RecoverRewardResult>;
type Payer = (playerId: string) => Promise<Paid>;
const BY: Readonly<Record<string, Payer>> = {
  'claimReward with a ticket for other facts': (playerId) => claimWithTicket(playerId),
  'claimReward by a server with other facts': (playerId) =>
    asServer().claimReward({ ...VICTORY, playerId, key: 'enc-1' }),
  'claimReward by staff': async (playerId) =>
    asStaff(await addStaffMember(fresh('staff'))).claimReward({ ...VICTORY, playerId, key: 'enc-1' }),
  recoverReward: (playerId) => asServer().recoverReward({ playerId, type: VICTORY.type, key: 'enc-1' }),
};

describe('an announced reward', () => {
  it.each(
    Object.entries(BY),
  )('is paid as announced after the config lowered it, by %s, with the levels that it reaches', async (_, pay) => {
    const playerId = fresh('player');
    const { claim: announcement } = await announce(playerId, 'enc-1', { facts: GREAT });
    const current = await publishLower();
    const receipt = receiptOf(await pay(playerId));
    expect(paid(receipt)).toEqual({ lumees: 620, experience: 415 });
    expect(sumOf(receipt.changes).levels_paid).toBeGreaterThan(0);
    expect(receipt.claim).toMatchObject({
      configVersion: current,
      amountsVersion: announcement.configVersion,
    });
    expect(await pendingKeys(playerId)).toEqual([]);
    const again = await movingNothing(playerId, () => pay(playerId));
    expect(rejectionOf(again, 'AlreadyClaimed').original).toEqual(receipt.claim);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is paid as announced where the ticket states other facts, and a replay and a preview show the same', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1', { facts: GREAT });
    const proof = await ticket({ playerId, type: VICTORY.type, key: 'enc-1', facts: VICTORY.facts });
    const preview = await asPlayer(playerId).previewClaim({ type: VICTORY.type, ticket: proof });
    expect(paid(resultAs(preview, 'ClaimPreview'))).toEqual({ lumees: 620, experience: 415 });
    const key = freshKey();
    const receipt = receiptOf(await claimWithTicket(playerId, VICTORY.facts, key));
    expect(paid(receipt)).toEqual({ lumees: 620, experience: 415 });
    expect(receipt.claim.amountsVersion).toBeNull();
    await publishLower();
    const replay = receiptOf(await claimWithTicket(playerId, VICTORY.facts, key));
    expect(replay.replayed).toBe(true);
    expect(withoutReplayed(replay)).toEqual(withoutReplayed(receipt));
  });

  it('takes the source keys that were announced, whatever source the claim names', async () => {
    const playerId = fresh('player');
    const facts = (source: string) => ({
      source_type: 'match',
      source_id: source,
      passing: 4,
      shooting: 0,
    });
    const report = (source: string, key: string) => ({
      ...{ playerId, type: 'skill_session', key, facts: facts(source) },
    });
    receiptOf(await asServer().announceReward(report('m-1', 'r-1')));
    receiptOf(await asServer().claimReward(report('m-2', 'r-1')));
    receiptOf(await asServer().claimReward(report('m-2', 'r-2')));
    const taken = await movingNothing(playerId, () => asServer().claimReward(report('m-1', 'r-3')));
    expect(rejectionOf(taken, 'AlreadyClaimed').sourceKey?.key).toBe('5:match3:m-1');
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is paid once by 48 simultaneous claims and recoveries, as announced', async () => {
    const playerId = fresh('player');
    await announce(playerId, 'enc-1', { facts: GREAT });
    const doors = [startIsolate(), startIsolate()];
    const answers = await atOnce(48, async (index): Promise<Paid> => {
      const options = { door: doors[index % 2] };
      const claim = { playerId, type: VICTORY.type, key: 'enc-1' };
      if (index % 3 === 0) return asServer().claimReward({ ...VICTORY, ...claim }, options);
      if (index % 3 === 1) return claimWithTicket(playerId);
      return asServer().recoverReward(claim, options);
    });
    expect(tally(answers.map(resultOf))).toEqual({ Receipt: 1, AlreadyClaimed: 47 });
    expect((await ledgerState(playerId)).balances).toMatchObject({ lumees: 620, experience: 415 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('is no award of the staff member who pays it, by claimReward as by recoverReward', async () => {
    const playerId = await seasonedPlayer();
    await announce(playerId, 'enc-1', { facts: GREAT });
    const staffId = await addStaffMember(fresh('staff'), { limit: 1, budget: 1 });
    const claim = { ...VICTORY, playerId, key: 'enc-1' };
    receiptOf(await asStaff(staffId).claimReward(claim));
    expect(await usedByStaff(staffId)).toEqual({ spent: 0, awards: 0 });
  });

  it('is paid as announced a second time after its announcement was reversed and made again', async () => {
    const playerId = fresh('player');
    const { claim } = await announce(playerId, 'enc-1');
    const staff = asStaff(await addStaffMember(fresh('staff')));
    receiptOf(await staff.reverseClaim({ playerId, claimId: claim.id, reason: 'the wrong enemy' }));
    await announce(playerId, 'enc-1', { facts: GREAT });
    await publishLower();
    expect(paid(receiptOf(await claimWithTicket(playerId)))).toEqual({ lumees: 620, experience: 415 });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});

describe('the limits of an announced reward', () => {
  const chest = (playerId: string, key = 'c-1') => ({ playerId, type: 'arena_chest', key });
  const limits = async (playerId: string) => Object.values((await ledgerState(playerId)).limits);

  it('are used by the announcement, which is refused where they are full, and not by the payment', async () => {
    await publishLimit();
    const playerId = fresh('player');
    receiptOf(await asServer().announceReward(chest(playerId)));
    expect(await limits(playerId)).toEqual([1]);
    const full = { limit: 'CLAIMS', bound: 1, remaining: 0 };
    const announced = await movingNothing(playerId, () => asServer().announceReward(chest(playerId, 'c-2')));
    expect(rejectionOf(announced, 'LimitExceeded')).toMatchObject(full);
    const claimed = await movingNothing(playerId, () => asServer().claimReward(chest(playerId, 'c-2')));
    expect(rejectionOf(claimed, 'LimitExceeded')).toMatchObject(full);
    receiptOf(await asServer().claimReward(chest(playerId)));
    expect(await limits(playerId)).toEqual([1]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it.each<[string, Payer]>([
    ['claimReward', (playerId) => asServer().claimReward(chest(playerId))],
    ['recoverReward', (playerId) => asServer().recoverReward(chest(playerId))],
  ])('never stop %s from paying, also where they were lowered since', async (_, pay) => {
    const playerId = fresh('player');
    for (const key of ['c-1', 'c-2', 'c-3']) receiptOf(await asServer().announceReward(chest(playerId, key)));
    await publishLimit();
    receiptOf(await pay(playerId));
    expect(await limits(playerId)).toEqual([3]);
    expect(await pendingKeys(playerId)).toEqual(['arena_chest/c-2', 'arena_chest/c-3']);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('are exact when 32 servers announce at once', async () => {
    const playerId = await seasonedPlayer();
    const answers = await atOnce(32, (index) => asServer().announceReward(chest(playerId, `c-${index}`)));
    expect(tally(answers.map(resultOf))).toEqual({ Receipt: 5, CLAIMS: 27 });
    expect(await limits(playerId)).toEqual([5]);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });
});
