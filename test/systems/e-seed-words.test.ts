import { beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  type MutationInput,
  type ResultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState, usedByStaff } from '../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeEach(() =>
  publish(
    changedExample(({ combat, manualRewards }) => {
      combat.damageTypes = ['fire', 'ice'];
      manualRewards.servers = { limitPerReward: 500, budgetPerDay: 2_000 };
    }),
  ),
);

it('E26 lets staff correct health with a reason, and counts it against no limit', async () => {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'), { limit: 0, budget: 0 });
  const staff = asStaff(staffId);
  const reason = 'a hit that was not counted';
  const hit = receiptOf(await staff.applyDamage({ playerId, amount: 30, type: 'fire', reason }));
  expect(hit.changes.at(-1)).toMatchObject({ resource: 'health', before: 500, after: 470 });
  expect(hit.claim).toMatchObject({ actorKind: 'STAFF', actorId: staffId, reason });
  const healed = receiptOf(await staff.heal({ playerId, amount: 90, reason: 'a potion without effect' }));
  expect(healed.changes).toMatchObject([{ resource: 'health', after: 500, cutOff: 60 }]);
  expect(await usedByStaff(staffId)).toEqual({ spent: 0, awards: 0 });

  const auditor = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
  for (const [send, code] of [
    [() => staff.heal({ playerId, amount: 1 }), 'BAD_USER_INPUT'],
    [() => auditor.heal({ playerId, amount: 1, reason }), 'FORBIDDEN'],
    [() => asPlayer(playerId).heal({ playerId, amount: 1, reason }), 'FORBIDDEN'],
  ] as const)
    expect(faultOf(await writingNothing(playerId, send)).code).toBe(code);
  const nobody = fresh('nobody');
  rejectionOf(
    await movingNothing(nobody, () => staff.heal({ playerId: nobody, amount: 1, reason })),
    'UnknownPlayer',
  );
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('E26 records the type and the source of damage, and refuses damage without one of the types', async () => {
  const playerId = await seasonedPlayer();
  const hit = { playerId, amount: 5, type: 'ice', source: 'frost-giant-7' };
  const key = fresh('key-of-a-hit');
  const { claim } = receiptOf(await asServer().applyDamage(hit, { key }));
  const detail = { type: 'ice', source: 'frost-giant-7' };
  expect(claim.combat).toEqual(expect.objectContaining(detail));
  expect(receiptOf(await asServer().applyDamage(hit, { key })).claim).toEqual(claim);
  const staff = asStaff(await addStaffMember(fresh('staff')));
  for (const reader of [staff, asServer(), asPlayer(playerId)])
    expect(resultOf(await reader.claim({ id: claim.id }))?.claim.combat).toMatchObject(detail);
  const [entry] = resultOf(await staff.ledger({ playerId, filter: { resource: 'health' } })).edges;
  expect(entry?.node?.claim.combat).toMatchObject(detail);

  for (const type of [null, 'poison'])
    expect(faultOf(await writingNothing(playerId, () => asServer().applyDamage({ ...hit, type }))).code).toBe(
      'BAD_USER_INPUT',
    );
  const { claim: corrected } = receiptOf(
    await staff.applyDamage({ ...hit, reason: 'a hit that was not counted', source: 'ticket-9' }),
  );
  expect(resultOf(await asPlayer(playerId).claim({ id: corrected.id }))?.claim.combat).toBeNull();
});

it('E26 lets a promotion system give each of its rewards once, exactly within limits of its own', async () => {
  const players = await atOnce(4, seasonedPlayer);
  const [playerId] = players as [string];
  const [promotions, other] = [fresh('promotions'), fresh('promotions')];
  const doors = [startIsolate(), startIsolate()];
  const give = (by: string, over: Partial<MutationInput<'manualReward'>> = {}) => ({
    ...{ playerId, grants: [{ resource: 'lumees', amount: 100 }], reason: 'spring promotion' },
    ...{ rewardId: fresh(by), ...over },
  });
  const once = give(promotions, { rewardId: 'spring-2031' });
  const same = await atOnce(32, (index) =>
    asServer(promotions).manualReward(once, { door: doors[index % 2] }),
  );
  expect(tally(same.map(resultOf))).toEqual({ Receipt: 1, AlreadyClaimed: 31 });

  const answers = await atOnce(40, (index) =>
    asServer(promotions).manualReward(give(promotions, { playerId: players[index % 4] as string }), {
      door: doors[index % 2],
    }),
  );
  // 2,000 a day are twenty rewards of 100, of which the first was one.
  expect(tally(answers.map(resultOf))).toEqual({ Receipt: 19, SERVER_DAILY_BUDGET: 21 });
  const states = await Promise.all(players.map(ledgerState));
  expect(states.reduce((sum, { balances }) => sum + (balances.lumees ?? 0), 0)).toBe(2_000);
  // Each server has a budget of its own.
  receiptOf(await asServer(other).manualReward(give(other)));
  const above = await movingNothing(playerId, () =>
    asServer(other).manualReward(give(other, { grants: [{ resource: 'auric_coins', amount: 51 }] })),
  );
  expect(rejectionOf(above, 'LimitExceeded')).toMatchObject({
    limit: 'SERVER_REWARD',
    bound: 500,
    requested: 510,
  });
  for (const each of players) expect(await ledgerFaults(each)).toEqual([]);
});

it('E26 refuses rewards of servers without an ID, of what staff alone give, or without limits in the config', async () => {
  const playerId = await seasonedPlayer();
  const give =
    (over: Partial<MutationInput<'manualReward'>> = {}) =>
    () =>
      asServer().manualReward({
        ...{ playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: 'spring promotion' },
        ...{ rewardId: fresh('reward'), ...over },
      });
  for (const [send, field] of [
    [give({ rewardId: null }), 'rewardId'],
    [give({ grants: [{ resource: 'stat_points', amount: 1 }] }), 'grants[0].resource'],
    [give({ grants: [{ resource: 'levels_paid', amount: 1 }] }), 'grants[0].resource'],
  ] as const) {
    const answer = await writingNothing(playerId, send);
    expect(faultOf(answer).code).toBe('BAD_USER_INPUT');
    expect(answer.errors?.[0]?.extensions.field).toContain(field);
  }
  await publish(changedExample(({ manualRewards }) => delete manualRewards.servers));
  const answer = await writingNothing(playerId, give());
  expect(answer.errors?.[0]?.message).toContain('manualRewards.servers');
});

it('E26 shows auditors what a staff member did, by time, in pages', async () => {
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  const grants = [{ resource: 'lumees', amount: 5 }];
  for (let nth = 0; nth < 5; nth += 1)
    receiptOf(await asStaff(staffId).manualReward({ playerId, grants, reason: `award ${nth}` }));
  const auditor = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
  const seen: string[] = [];
  const times: string[] = [];
  let after: string | null = null;
  do {
    const page: ResultOf<'staffActions'> = resultOf(await auditor.staffActions({ staffId, first: 2, after }));
    for (const edge of page.edges) {
      seen.push(String(edge?.node?.reason));
      times.push(String(edge?.node?.recordedAt));
    }
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  expect(seen).toEqual([4, 3, 2, 1, 0].map((nth) => `award ${nth}`));
  const [from, until] = [times[3] as string, times[1] as string];
  const between = resultOf(await auditor.staffActions({ staffId, from, until })).edges.map(
    (edge) => edge?.node?.reason,
  );
  expect(between).toEqual(['award 2', 'award 1'].filter((_, index) => times[2 + index] !== until));
  for (const reader of [asStaff(staffId), asServer(), asPlayer(playerId)])
    expect(faultOf(await reader.staffActions({ staffId })).code).toBe('FORBIDDEN');
});

it('E26 lets an economist publish a config under their own name, and not a game server or support', async () => {
  const id = await addStaffMember(fresh('economist'), { role: 'economist' });
  const document = changedExample(({ claimTypes }) => {
    claimTypes.arena_chest.rewards = { lumees: 777 };
  });
  const auditor = asStaff(await addStaffMember(fresh('auditor'), { role: 'auditor' }));
  const newest = async () => resultOf(await auditor.balanceConfigs({ first: 1 })).edges[0]?.node;
  const before = await newest();
  const input = {
    document: JSON.stringify(document),
    baseVersion: before?.version ?? 0,
    reason: 'the chest pays more',
  };
  for (const by of [asServer(), asStaff(await addStaffMember(fresh('staff')))])
    expect(faultOf(await by.publishBalanceConfig(input)).code).toBe('FORBIDDEN');
  expect(await newest()).toEqual(before);
  expect(resultOf(await asStaff(id).publishBalanceConfig(input)).__typename).toBe('ConfigPublicationReceipt');
  expect(await newest()).toMatchObject({
    version: (before?.version ?? 0) + 1,
    state: 'CURRENT',
    publishedBy: id,
    isByOperator: false,
    reason: 'the chest pays more',
  });
  const playerId = fresh('player');
  const { claim, changes } = receiptOf(
    await asServer().claimReward({ type: 'arena_chest', playerId, key: 'chest-1' }),
  );
  expect(claim.configVersion).toBe((before?.version ?? 0) + 1);
  expect(changes).toMatchObject([{ resource: 'lumees', delta: 777 }]);
  expect(await ledgerFaults(playerId)).toEqual([]);
});
