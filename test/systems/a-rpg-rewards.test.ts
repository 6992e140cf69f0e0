import { afterEach, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import {
  claimReward,
  manualReward,
  type Result,
  resultOf,
  type Sent,
  spendStatPoints,
} from '../support/worker/mutations.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  send,
  serverToken,
  staffToken,
  ticket,
} from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));
afterEach(() => void vi.useRealTimers());

const atOnce = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));
const resultsOf = async (answers: Promise<Sent[]>): Promise<Result[]> => (await answers).map(resultOf);
/** What the player's ledger holds, and that it is sound. */
const expectLedger = async (playerId: string, state: object) => {
  expect(await ledgerState(playerId)).toMatchObject(state);
  expect(await ledgerFaults(playerId)).toEqual([]);
};
const deltas = ({ changes }: Result): Record<string, number> =>
  Object.fromEntries(changes.map((change: Result) => [change.resource, change.delta]));
const kinds = (results: readonly Result[]) => {
  const counts: Record<string, number> = {};
  for (const { __typename } of results) counts[__typename] = (counts[__typename] ?? 0) + 1;
  return counts;
};

const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } };
const duel = { type: 'pvp_victory', facts: { rating_gap: 0 } };

it('A1 the same claim pays once, for any caller and from any isolate', async () => {
  const playerId = await seasonedPlayer();
  const byTicket = { type: tower.type, ticket: await ticket({ playerId, ...tower }) };
  const staff = await staffToken(await addStaffMember(fresh('staff')));
  const [player, arena] = [await playerToken(playerId), await serverToken('arena-1')];
  const bracket = await serverToken('bracket-1');
  const elsewhere = { door: startIsolate() };
  const asks = [
    () => claimReward(byTicket, { token: player }),
    () => claimReward(byTicket, { token: player, ...elsewhere }),
    () => claimReward({ ...tower, playerId }, { token: arena }),
    () => claimReward({ ...tower, playerId, facts: { floor: 500 } }, { token: bracket, ...elsewhere }),
    () => claimReward({ ...tower, playerId }, { token: staff }),
  ];
  const results = await resultsOf(atOnce(40, (index) => (asks[index % 5] as (typeof asks)[0])()));
  expect(kinds(results)).toEqual({ Receipt: 1, AlreadyClaimed: 39 });
  const [paid] = results.filter(({ __typename }) => __typename === 'Receipt');
  for (const { claim, changes } of results) {
    expect(claim.id).toBe(paid.claim.id);
    expect(changes).toEqual(paid.changes);
  }
  await expectLedger(playerId, { version: 2, granted: 2, rejected: 39 });
});

it('A3 XP and coins of one victory commit together or not at all, and level-ups follow the balance', async () => {
  const playerId = fresh('player');
  const token = await serverToken();
  const keys = Array.from({ length: 32 }, freshKey);
  const failures = ['drop_before', 'drop_after_commit', 'error'] as const;
  for (const [index, match] of keys.entries()) {
    const kind = failures[index % 4];
    if (kind) await breakRequests({ match, kind, ...(kind === 'error' && { errorCode: '40001' }) });
  }
  const win = (index: number) =>
    claimReward({ ...duel, playerId, key: `duel-${index}`, idempotencyKey: keys[index] }, { token });
  // Three of four tries fail, before or after the commit. Whatever is there then is whole.
  await atOnce(keys.length, win);
  const { balances, granted } = await ledgerState(playerId);
  expect(granted).toBe(16);
  expect(balances).toMatchObject({ experience: 60 * 16, lumees: 100 * 16, auric_coins: 16 });

  const receipts = await resultsOf(atOnce(keys.length, win));
  expect(kinds(receipts)).toEqual({ Receipt: 32 });
  // 1,920 experience: level 6 begins at 1,500, level 7 at 2,100. Five level-ups of three points.
  await expectLedger(playerId, {
    version: 32,
    balances: { experience: 1_920, lumees: 3_200, auric_coins: 32, levels_paid: 5, stat_points: 15 },
  });
  const inOrder = receipts.toSorted((a, b) => a.claim.playerVersion - b.claim.playerVersion);
  expect(inOrder.slice(1).map(({ levelBefore }) => levelBefore)).toEqual(
    inOrder.slice(0, -1).map(({ levelAfter }) => levelAfter),
  );
});

it('A4 finalising a combat victory twice pays once; different encounters pay each', async () => {
  const playerId = fresh('player');
  const [server, player] = [await serverToken(), await playerToken(playerId)];
  const facts: Record<string, object> = {
    ascension_victory: { floor: 30 },
    pvp_victory: { rating_gap: 200 },
    pve_victory: { difficulty: 'hard', enemy_level: 10 },
  };
  // Every encounter is finalised twice by the game server and twice by the client, all at the same instant.
  const finals = Object.keys(facts).flatMap((type) =>
    ['one', 'two', 'three'].flatMap((key) => {
      const claim = { playerId, type, key, facts: facts[type] as Record<string, number> };
      const byServer = () => claimReward(claim, { token: server });
      const byClient = async () => claimReward({ type, ticket: await ticket(claim) }, { token: player });
      return [byServer, byClient, byServer, byClient];
    }),
  );
  const results = await resultsOf(Promise.all(finals.map((finalise) => finalise())));
  expect(kinds(results)).toEqual({ Receipt: 9, AlreadyClaimed: 27 });
  // Of each type three: floor 30 gives 850 lumees, 5 coins, 4 floor tokens, 280 XP.
  await expectLedger(playerId, {
    version: 9,
    balances: { lumees: 3 * (850 + 120 + 100), auric_coins: 3 * (5 + 2), experience: 3 * (280 + 60 + 35) },
  });
});

it('A5 a matron victory gives currency, XP and drop charges: all three or none', async () => {
  const pouch = { atCeiling: 'reject', startsWith: 0 };
  await publish(changedExample(({ resources }) => Object.assign(resources.drop_charges, pouch)));
  const playerId = fresh('player');
  const token = await serverToken();
  const claim = { type: 'matron_victory', playerId, facts: { element: 'fire', flawless: true } };
  const win = (index: number) => claimReward({ ...claim, key: `matron-${index}` }, { token });
  const results = await resultsOf(atOnce(12, win));
  // Three charges each, and a pouch of ten: three victories fit, the others give nothing at all.
  expect(kinds(results)).toEqual({ Receipt: 3, LimitExceeded: 9 });
  await expectLedger(playerId, {
    version: 3,
    balances: { drop_charges: 9, lumees: 2_400, experience: 750, 'shards:fire': 15 },
  });
});

it("A6 a daily quest pays once a day, and the day is the config's time zone", async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  await publish(changedExample((document) => Object.assign(document, { timeZone: 'Asia/Tokyo' })));
  const playerId = fresh('player');
  // Midnight in Tokyo is 15:00 UTC.
  const days = { '2031-07-01': '2031-07-01T14:59:59.999Z', '2031-07-02': '2031-07-01T15:00:00.000Z' };
  for (const [key, moment] of Object.entries(days)) {
    vi.setSystemTime(new Date(moment));
    const token = await playerToken(playerId);
    const results = await resultsOf(atOnce(16, () => claimReward({ type: 'daily_quest' }, { token })));
    expect(kinds(results)).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
    expect(results.find(({ __typename }) => __typename === 'Receipt').claim.key).toBe(key);
  }
  await expectLedger(playerId, { version: 2, balances: { lumees: 300, experience: 100 } });
});

it('A6 the bonus for a complete day is paid once, on the word of a game server alone', async () => {
  const playerId = fresh('player');
  const token = await playerToken(playerId);
  const type = 'daily_quest_bonus';
  const unproven = await movingNothing(playerId, () => claimReward({ type, key: '2031-07-01' }, { token }));
  expect(resultOf(unproven)).toMatchObject({ __typename: 'NotEligible', why: 'TICKET_REQUIRED' });
  for (const key of ['2031-07-01', '2031-07-02']) {
    const proof = await ticket({ playerId, type, key });
    const results = await resultsOf(atOnce(16, () => claimReward({ type, ticket: proof }, { token })));
    expect(kinds(results)).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  }
  await expectLedger(playerId, { version: 2, balances: { lumees: 600, drop_charges: 5 + 2 } });
});

it('A9 unspent and allocated points are what levels granted, at every moment', async () => {
  const playerId = await seasonedPlayer();
  const [server, token] = [await serverToken(), await playerToken(playerId)];
  const sums = async () => {
    const query = '{ me { unspentStatPoints stats { points } balance(resource: "levels_paid") } }';
    const { me } = (await send(query, {}, { token })).data;
    const allocated = me.stats.reduce((sum: number, { points }: { points: number }) => sum + points, 0);
    return [me.unspentStatPoints + allocated, 3 * me.balance, Math.min(0, me.unspentStatPoints)];
  };
  const spends = [{ energy: 1 }, { stamina: 1, health: 1 }, { health: 2 }];
  // Sixteen victories, thirty-two spenders and sixteen who look on.
  const [seen] = await Promise.all([
    atOnce(16, sums),
    atOnce(16, (index) => claimReward({ ...duel, playerId, key: `duel-${index}` }, { token: server })),
    atOnce(32, (index) => spendStatPoints(spends[index % 3] as object, { token })),
  ]);
  for (const [held, granted, belowZero] of [...seen, await sums()]) {
    expect([held, belowZero]).toEqual([granted, 0]);
  }
  await expectLedger(playerId, { balances: { levels_paid: 4 } });
});

it('A9 the maxima follow the config, with no deploy and no claim', async () => {
  const playerId = await seasonedPlayer();
  const token = await playerToken(playerId);
  const maxima = async () => {
    const { me } = (await send('{ me { stats { maximum } } }', {}, { token })).data;
    return me.stats.map(({ maximum }: Result) => maximum);
  };
  await spendStatPoints({ energy: 1, stamina: 2, health: 3 }, { token });
  expect(await maxima()).toEqual([100 + 10, 100 + 20, 500 + 150]);
  await publish(
    changedExample(({ statPoints: { stats } }) => {
      Object.assign(stats.energy, { base: 1, perPoint: 2 });
      Object.assign(stats.health, { base: 1_000, perPoint: 7 });
    }),
  );
  expect(await writingNothing(playerId, maxima)).toEqual([1 + 2, 100 + 20, 1_000 + 21]);
});

/** The facts at their greatest: then every claim type pays something. */
const greatest = (facts: Record<string, Document> = {}) =>
  Object.fromEntries(
    Object.entries(facts).map(([name, { kind, max, values }]) => [
      name,
      { int: max, bool: true, string: values?.at(-1), id: 'any' }[kind as string],
    ]),
  );
const doubled = (reward: Document): Document =>
  typeof reward === 'object'
    ? { ...reward, amount: doubled(reward.amount), ...(reward.cap && { cap: 2 * reward.cap }) }
    : `2 * (${reward})`;
const doubleRewards = ({ claimTypes, resources }: Document) => {
  for (const { rewards } of Object.values<Document>(claimTypes))
    for (const resource of Object.keys(rewards)) rewards[resource] = doubled(rewards[resource]);
  // A pouch in which twice as much fits as well.
  resources.drop_charges.ceiling = 20;
};

it('A10 every reward of every claim type comes from the config: doubled there, it is doubled here', async () => {
  const token = await serverToken();
  const claimTypes = Object.entries<Document>((inject('config').document as Document).claimTypes);
  const look = async ([type, { facts, period, rewards }]: (typeof claimTypes)[0], times: number) => {
    const input = { type, playerId: fresh('player'), facts: greatest(facts), key: period ? null : 'one' };
    const given = deltas(resultOf(await claimReward(input, { token })));
    return [type, ...Object.keys(rewards).map((resource) => [resource, times * (given[resource] ?? 0)])];
  };
  const before = await Promise.all(claimTypes.map((claimType) => look(claimType, 2)));
  // No claim type pays nothing.
  expect(before.filter(([, ...given]) => given.every((reward) => reward[1] === 0))).toEqual([]);
  await publish(changedExample(doubleRewards));
  expect(await Promise.all(claimTypes.map((claimType) => look(claimType, 1)))).toEqual(before);
});

it('A10 a claim beside a change of the config is wholly of one version', async () => {
  const token = await serverToken();
  const [claims, version] = await Promise.all([
    atOnce(24, () => claimReward({ ...tower, playerId: fresh('player') }, { token })),
    publish(changedExample(doubleRewards)),
  ]);
  for (const receipt of claims.map(resultOf)) {
    const times = receipt.claim.configVersion === version ? 2 : 1;
    expect(deltas(receipt)).toMatchObject({ lumees: 350 * times, experience: 120 * times });
  }
});

it('A11 success and failure are logged with player, amount, reason, success and error, one line each', async () => {
  const playerId = await seasonedPlayer();
  const staff = await staffToken(await addStaffMember(fresh('staff'), { limit: 100 }));
  const [own, server] = [await playerToken(playerId), await serverToken()];
  const key = freshKey();
  await breakRequests({ match: key, kind: 'error', errorCode: '40001' });
  const claim = (input: object, token = server) => claimReward({ playerId, ...input }, { token });
  const spend = (input: object) => spendStatPoints(input, { token: own });
  const failure = { success: false, error: expect.any(String) };
  const reason = 'worth it';
  const give = (amount: number, token?: string, idempotencyKey = freshKey()) =>
    manualReward({ playerId, grants: [{ resource: 'lumees', amount }], reason, idempotencyKey }, { token });
  const done = (amounts: object) => ({ success: true, amounts });
  const failed = (code: string, requested?: object) => ({
    ...failure,
    code,
    ...(requested && { requested }),
  });
  const paths: (readonly [Promise<Sent>, object])[] = [
    [claim({ ...victory, key: 'cup-1' }), done({ experience: 500, auric_coins: 64 })],
    [spend({ energy: 2 }), done({ stat_points: -2, 'stat:energy': 2 })],
    [give(7, staff), { reason, ...done({ lumees: 7 }) }],
    [give(101, staff), { reason, ...failed('LIMIT_EXCEEDED', { lumees: 101 }) }],
    [give(8, own), { reason, ...failed('FORBIDDEN', { lumees: 8 }) }],
    [give(8), { reason, ...failed('UNAUTHENTICATED', { lumees: 8 }) }],
    [give(9, staff, key), { reason, ...failed('UNAVAILABLE', { lumees: 9 }) }],
    [claim({ ...victory, key: 'cup-0' }), failed('ALREADY_CLAIMED', { experience: 500, auric_coins: 64 })],
    [claim({ type: 'nothing', key: 'n' }), failed('UNKNOWN_CLAIM_TYPE')],
    [claim({ ...tower, facts: {} }), failed('BAD_USER_INPUT')],
    [claim({ type: 'rating_slip', playerId: null }, own), failed('NOT_ELIGIBLE')],
    [claim({ type: tower.type, playerId: null, ticket: 'a.b.c' }, own), failed('FORBIDDEN')],
    [spend({ energy: 1, expectedVersion: 0 }), failed('VERSION_CONFLICT', { stat_points: -1 })],
    [spend({ health: 99 }), failed('INSUFFICIENT_BALANCE', { stat_points: -99, 'stat:health': 99 })],
  ];
  for (const [answer, line] of paths)
    expect(lineOf(await answer)).toMatchObject({ player: playerId, ...line });
});
