/** claimables: a daily screen agrees with previews and claims. */
import { beforeEach, describe, expect, it } from 'vitest';
import { changedExample, type Document, publish } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { publishDay } from '../../support/worker/days.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { playerWith } from '../../support/worker/players.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import type { Claimable, Claimables, Queries } from '../../support/worker/schema-types.ts';
import { fresh } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

const daily = ({ claimTypes }: Document) => {
  Object.assign(claimTypes.daily_quest, { title: 'Daily quest', tags: ['daily'], sort: 1 });
  Object.assign(claimTypes.weekly_chest, { title: 'Weekly chest', tags: ['daily'], sort: 2 });
  Object.assign(claimTypes.arena_chest, { title: 'Arena chest', tags: ['daily'], sort: 3 });
};
beforeEach(() => publish(changedExample(daily)));

const screenOf = async (playerId: string, input: Queries['claimables']['input'] = {}): Promise<Claimables> =>
  resultOf(await writingNothing(playerId, () => asPlayer(playerId).claimables(input)));
const typeIn = ({ claimables }: Claimables, id: string): Claimable => {
  const claimable = claimables.find((each) => each.id === id);
  if (!claimable) throw new Error(`no claim type ${id}`);
  return claimable;
};

describe('a calendar claim', () => {
  it('a calendar claim is ready until it is claimed, and then names when the next period begins', async () => {
    const today = await publishDay('earlier', daily);
    const playerId = await seasonedPlayer();
    const before = await screenOf(playerId, { tag: 'daily' });
    expect(before.claimables.map(({ id }) => id)).toEqual(['daily_quest', 'weekly_chest', 'arena_chest']);
    const quest = typeIn(before, 'daily_quest');
    expect(quest).toMatchObject({
      title: 'Daily quest',
      proof: 'CALENDAR',
      ready: true,
      blockedBy: [],
      period: { key: today.name, resetsAt: today.renewsAt },
    });
    expect(quest.rewards.map(({ resource, amount }) => [resource, amount])).toEqual([
      ['experience', 50],
      ['lumees', 150],
    ]);
    const { claim } = receiptOf(await asPlayer(playerId).claimReward({ type: quest.id, terms: quest.terms }));
    expect(claim.key).toBe(quest.period?.key);
    const after = typeIn(await screenOf(playerId), 'daily_quest');
    expect(after).toMatchObject({ ready: false, terms: quest.terms });
    expect(after.blockedBy).toMatchObject([{ code: 'ALREADY_CLAIMED', until: today.renewsAt }]);
    expect(typeIn(await screenOf(playerId), 'weekly_chest').ready).toBe(true);

    await publishDay('later', daily);
    expect(typeIn(await screenOf(playerId), 'daily_quest').ready).toBe(true);
  });

  it('a calendar claim that was reversed is ready again only once it is reopened', async () => {
    const playerId = await seasonedPlayer();
    const staff = asStaff(await addStaffMember(fresh('staff'), { limit: 10 ** 6, budget: 10 ** 6 }));
    const { claim } = receiptOf(await asPlayer(playerId).claimReward({ type: 'daily_quest' }));
    const isReady = async () => typeIn(await screenOf(playerId), 'daily_quest').ready;
    const reversal = { playerId, claimId: claim.id, reason: 'a wrong quest' };
    expect(await isReady()).toBe(false);
    receiptOf(await staff.reverseClaim({ ...reversal, reopen: true }));
    expect(await isReady()).toBe(true);
    const again = receiptOf(await asPlayer(playerId).claimReward({ type: 'daily_quest' }));
    receiptOf(await staff.reverseClaim({ ...reversal, claimId: again.claim.id }));
    expect(await isReady()).toBe(false);
    rejectionOf(await asPlayer(playerId).claimReward({ type: 'daily_quest' }), 'AlreadyClaimed');
  });
});

describe('the list', () => {
  it('each claim type without facts agrees with previewClaim', async () => {
    const { playerId } = await playerWith({ lumees: 1 });
    const screen = await screenOf(playerId);
    let agreed = 0;
    for (const { id, proof, terms, rewards, ready } of screen.claimables) {
      if (terms === null) {
        expect(
          rewards.every(({ amount }) => amount === null),
          id,
        ).toBe(true);
        continue;
      }
      const key = proof === 'CALENDAR' ? null : 'cup-7';
      const type = id;
      const facts = id === 'store_purchase' ? { store: 'apple', transaction: 't-1', coins: 5 } : null;
      const answer = resultOf(await asServer().previewClaim({ playerId, type, key, facts }));
      expect(answer).toMatchObject({ __typename: 'ClaimPreview', terms });
      const ownAnswer = resultOf(await asPlayer(playerId).previewClaim({ type, key }));
      expect(ownAnswer.__typename === 'ClaimPreview', id).toBe(ready);
      agreed += 1;
    }
    expect(agreed).toBeGreaterThan(3);
  });

  it('a claim type with a ticket or of servers says so, with its facts and pending rewards', async () => {
    const playerId = await seasonedPlayer();
    const announcement = {
      type: 'pve_victory',
      key: 'battle-1',
      facts: { difficulty: 'hard', enemy_level: 20 },
    };
    receiptOf(await asServer().announceReward({ playerId, ...announcement }));
    const screen = await screenOf(playerId);
    const battle = typeIn(screen, 'pve_victory');
    expect(battle).toMatchObject({ proof: 'TICKET', ready: false, facts: ['difficulty', 'enemy_level'] });
    expect(battle.blockedBy).toMatchObject([{ code: 'NOT_ELIGIBLE' }]);
    expect(battle.rewards).toMatchObject([
      { resource: 'experience', amount: null, cap: null },
      { resource: 'lumees', amount: null, cap: 1500 },
    ]);
    expect(battle.pending).toMatchObject([
      { key: 'battle-1', gives: [{ resource: 'experience' }, { resource: 'lumees' }] },
    ]);
    expect(typeIn(screen, 'tournament_xp').blockedBy).toMatchObject([{ code: 'NOT_ELIGIBLE' }]);
    expect(typeIn(screen, 'tournament_xp').pending).toEqual([]);
  });

  it('a claim type with a limit counts it, and says when it resets', async () => {
    const today = await publishDay('earlier', daily);
    const playerId = await seasonedPlayer();
    for (let chest = 1; chest <= 5; chest += 1)
      receiptOf(await asServer().claimReward({ type: 'arena_chest', playerId, key: `c-${chest}` }));
    const chest = typeIn(await screenOf(playerId), 'arena_chest');
    expect(chest.limits).toMatchObject([{ limit: 'CLAIMS', used: 5, remaining: 0, bound: 5 }]);
    expect(chest.blockedBy).toMatchObject([
      { code: 'NOT_ELIGIBLE' },
      { code: 'LIMIT_EXCEEDED', until: today.renewsAt },
    ]);
  });
});

it('claimables make one request to the database, and players see their own alone', async () => {
  const [playerId, other] = [await seasonedPlayer(), fresh('player')];
  expect(await countRequests(playerId, async () => resultOf(await asServer().claimables({ playerId })))).toBe(
    1,
  );
  expect(faultOf(await asPlayer(playerId).claimables({ playerId: other })).code).toBe('FORBIDDEN');
});
