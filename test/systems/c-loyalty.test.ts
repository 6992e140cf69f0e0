import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import {
  claimReward,
  faultOf,
  manualReward,
  original,
  type Result,
  resultOf,
} from '../support/worker/mutations.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../support/worker/service.ts';
import { movingNothing, writingNothing } from '../support/worker/stillness.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));
afterEach(() => void vi.useRealTimers());

const atOnce = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));
const newStaff = async (limits?: { limit?: number; budget?: number }) => {
  const staffId = await addStaffMember(fresh('staff'), limits);
  return { staffId, token: await staffToken(staffId) };
};
/** An hour at 100 a hand, by the example config: a hundred points, and a hundred lifetime points. */
const slip = { type: 'rating_slip', facts: { minutes: 60, average_bet: 10_000 } };
const closeSlip = async (playerId: string, key: string, over: object = {}) =>
  claimReward({ ...slip, playerId, key, ...over }, { token: await serverToken('pit-1') });
const award = (playerId: string, amount: number, reason = 'the server was down') => ({
  playerId,
  grants: [{ resource: 'loyalty_points', amount }],
  reason,
});
const receiptsOf = (answers: readonly Parameters<typeof resultOf>[0][]): Result[] =>
  answers.map(resultOf).filter(({ __typename }) => __typename === 'Receipt');

it('C1 a rating slip accrues its points once, loyalty and lifetime points together', async () => {
  const playerId = fresh('player');
  const keys = [freshKey(), freshKey(), freshKey()];
  await breakRequests({ match: keys[0] as string, kind: 'drop_before' });
  await breakRequests({ match: keys[1] as string, kind: 'drop_after_commit' });
  const close = (index: number) => closeSlip(playerId, `slip-${index}`, { idempotencyKey: keys[index] });
  const first = await atOnce(3, close);
  expect(first.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
    'UNAVAILABLE',
    'UNAVAILABLE',
    undefined,
  ]);
  // Two were paid, one was not, and none by half.
  expect((await ledgerState(playerId)).balances).toEqual({ loyalty_points: 200, lifetime_points: 200 });

  // Retries with the same keys, and a second service that closes the same slips with keys of its own, all at once.
  const [retries, others] = await Promise.all([
    atOnce(12, (index) => close(index % 3)),
    atOnce(12, (index) => closeSlip(playerId, `slip-${index % 3}`)),
  ]);
  const paid = new Map(receiptsOf([...retries, ...others]).map((receipt) => [receipt.claim.key, receipt]));
  expect([...paid.keys()].sort()).toEqual(['slip-0', 'slip-1', 'slip-2']);
  expect(await ledgerState(playerId)).toMatchObject({ version: 3, granted: 3, entries: 6 });
  expect((await ledgerState(playerId)).balances).toEqual({ loyalty_points: 300, lifetime_points: 300 });

  // Where one of the two does not fit, neither moves.
  await publish(
    changedExample(({ resources }) => Object.assign(resources.lifetime_points, { ceiling: 399 })),
  );
  const refused = await movingNothing(playerId, () => closeSlip(playerId, 'slip-3'));
  expect(resultOf(refused)).toMatchObject({ __typename: 'LimitExceeded', ceilingOf: 'lifetime_points' });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('C3 the same manual reward is one entry on one day and a second on the next; a reward ID is one forever', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-07-01T23:59:59Z') });
  const playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  const giveAtOnce = async (over: object = {}) => {
    const token = await staffToken(staffId);
    return receiptsOf(await atOnce(16, () => manualReward({ ...award(playerId, 50), ...over }, { token })));
  };
  expect(await giveAtOnce()).toHaveLength(1);
  expect(await giveAtOnce({ rewardId: 'summer-2031' })).toHaveLength(1);
  expect((await ledgerState(playerId)).balances.loyalty_points).toBe(100);

  vi.setSystemTime(new Date('2031-07-02T00:00:00Z'));
  expect(await giveAtOnce()).toHaveLength(1);
  expect(await giveAtOnce({ rewardId: 'summer-2031' })).toHaveLength(0);
  expect(await ledgerState(playerId)).toMatchObject({ granted: 4, balances: { loyalty_points: 150 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

const LEDGER = `query($id: PlayerId!) { ledger(playerId: $id, first: 100) { edges { node {
  resource sequence before after delta requested playerVersion recordedAt
  claim { type key actorKind actorId reason configVersion correlationId idempotencyKey } } } } }`;

it('C4 an entry of the ledger shows before and after, staff, reason, config and correlation ID', async () => {
  const playerId = await seasonedPlayer();
  const desks = await Promise.all([newStaff(), newStaff()]);
  const given = receiptsOf(
    await atOnce(12, (index) => {
      const { token } = desks[index % 2] as (typeof desks)[0];
      return index < 8
        ? manualReward(award(playerId, 10 + index, `no. ${index}`), { token })
        : closeSlip(playerId, `s-${index}`);
    }),
  );
  expect(given).toHaveLength(12);
  const { data } = await send(LEDGER, { id: playerId }, { token: desks[0]?.token });
  const entries: Result[] = data.ledger.edges.map(({ node }: Result) => node);
  // Every line of every receipt is found again, with who gave it, why, by which numbers, and in which request.
  for (const { claim, changes } of given) {
    const { type, key, actorKind, actorId, reason, configVersion, correlationId, idempotencyKey } = claim;
    const found = entries.filter((entry) => entry.playerVersion === claim.playerVersion);
    expect(found).toHaveLength(changes.length);
    for (const change of changes) {
      expect(found).toContainEqual({
        ...change,
        playerVersion: claim.playerVersion,
        recordedAt: claim.claimedAt,
        claim: { type, key, actorKind, actorId, reason, configVersion, correlationId, idempotencyKey },
      });
    }
  }
  const staff = entries.filter(({ claim }) => claim.actorKind === 'STAFF');
  expect(new Set(staff.map(({ claim }) => claim.actorId))).toEqual(
    new Set(desks.map(({ staffId }) => staffId)),
  );
  expect(new Set(staff.map(({ claim }) => claim.reason)).size).toBe(8);

  // The player sees the same lines, but not who of the staff acted, and in which words.
  const own = await send(LEDGER, { id: playerId }, { token: await playerToken(playerId) });
  const masked = ({ claim, ...entry }: Result) =>
    claim.actorKind === 'STAFF'
      ? { ...entry, claim: { ...claim, actorId: 'staff', reason: null } }
      : { ...entry, claim };
  expect(own.data.ledger.edges.map(({ node }: Result) => node)).toEqual(entries.map(masked));
});

it('C4 a receipt shows both tiers, the progress and the lifetime points, and so does its replay', async () => {
  const playerId = fresh('player');
  const close = { facts: { minutes: 60, average_bet: 120_000 }, idempotencyKey: freshKey() };
  const receipt = resultOf(await closeSlip(playerId, 'slip-1', close));
  expect(receipt).toMatchObject({
    changes: expect.arrayContaining([
      expect.objectContaining({ resource: 'lifetime_points', before: 0, after: 1_200 }),
    ]),
    tierBefore: 'Bronze',
    tierAfter: 'Silver',
    player: {
      tier: { name: 'Silver', lifetimePoints: 1_200, next: { name: 'Gold', from: 5_000, missing: 3_800 } },
    },
  });
  await closeSlip(playerId, 'slip-2', { facts: { minutes: 1_440, average_bet: 10_000_000 } });
  const replay = resultOf(await writingNothing(playerId, () => closeSlip(playerId, 'slip-1', close)));
  expect(replay).toEqual({ ...receipt, replayed: true });
});

const TRACE = `query($id: CorrelationId!) { trace(correlationId: $id) {
  attempts { granted rejection input claim { id operation actorId correlationId } changes { resource before after delta } }
  audit { actorId action outcome playerId amount reason } } }`;

it('C5 one ID leads from the request header to the log, the ledger, the answer and the whole story', async () => {
  const playerId = await seasonedPlayer();
  const { staffId, token } = await newStaff({ limit: 20 });
  const server = await serverToken();
  // Twenty requests at once, each under an ID of its own; every second one asks for more than the limit.
  const story = async (index: number) => {
    const id = fresh('story');
    const [amount, reason] = [index % 2 ? 21 : 20, `no. ${index}`];
    const input = award(playerId, amount, reason);
    const answer = await manualReward(input, { token, headers: { 'x-correlation-id': id } });
    const result = resultOf(answer);
    expect([answer.headers.get('x-correlation-id'), result.correlationId]).toEqual([id, id]);
    expect(lineOf(answer)).toMatchObject({
      correlationId: id,
      player: playerId,
      reason,
      success: amount === 20,
    });

    const { trace } = (await send(TRACE, { id }, { token: server })).data;
    expect(trace).toMatchObject({
      attempts: [
        {
          granted: amount === 20,
          rejection: amount === 20 ? null : expect.stringMatching(/at most 20/),
          input: { grants: [{ resource: 'loyalty_points', amount }], reason },
          claim: { operation: 'manualReward', actorId: staffId, correlationId: id },
        },
      ],
      audit: [{ actorId: staffId, action: 'manualReward', playerId, amount, reason }],
    });
    const [{ claim, changes }] = trace.attempts;
    if (amount === 20) expect(claim.id).toBe(result.claim.id);
    const numbers = (result.changes ?? []).map(({ resource, before, after, delta }: Result) => ({
      resource,
      before,
      after,
      delta,
    }));
    expect(changes).toEqual(numbers);
  };
  await atOnce(20, story);
  expect((await ledgerState(playerId)).balances.loyalty_points).toBe(200);
});

it('C6 staff are who their token says, and their row decides: no spoofing', async () => {
  const playerId = await seasonedPlayer();
  const { staffId, token } = await newStaff();
  const boss = await addStaffMember(fresh('staff'), { role: 'admin' });
  for (const field of ['staffId', 'actorId', 'actor', 'role']) {
    const spoofed = { ...award(playerId, 1), [field]: boss };
    const answer = await writingNothing(playerId, () => manualReward(spoofed, { token }));
    expect(faultOf(answer).code).toBe('BAD_USER_INPUT');
  }
  const auditor = await staffToken(await addStaffMember(fresh('staff'), { role: 'auditor' }));
  const strangers = [
    auditor,
    await playerToken(playerId),
    await serverToken(),
    await staffToken(fresh('unknown')),
  ];
  // A player or server that bears the very name of a staff member is still a player or server.
  strangers.push(await playerToken(boss), await serverToken(boss));
  const answers = await writingNothing(playerId, () =>
    Promise.all(strangers.map((stranger) => manualReward(award(playerId, 1), { token: stranger }))),
  );
  expect(answers.map((answer) => faultOf(answer).code)).toEqual(strangers.map(() => 'FORBIDDEN'));
  expect(resultOf(await manualReward(award(playerId, 1), { token })).claim).toMatchObject({
    actorKind: 'STAFF',
    actorId: staffId,
  });
});

it('C6 no reward passes the limit and no day the budget, both by config, under concurrency', async () => {
  // Noon: the budget must not renew while it is being spent.
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-07-01T12:00:00Z') });
  const players = await Promise.all(Array.from({ length: 4 }, seasonedPlayer));
  const { token } = await newStaff();
  const { token: other } = await newStaff();
  const results = await atOnce(24, (index) => {
    const playerId = players[index % 4] as string;
    return manualReward(award(playerId, index < 16 ? 10_000 : 10_001, `no. ${index}`), { token });
  });
  const outcomes = results.map(resultOf).map(({ __typename, limit }) => limit ?? __typename);
  // 10,001 is above the limit of one reward; of the sixteen others five make the day's 50,000.
  expect(outcomes.slice(16)).toEqual(Array(8).fill('STAFF_REWARD'));
  expect(outcomes.slice(0, 16).sort()).toEqual([
    ...Array(5).fill('Receipt'),
    ...Array(11).fill('STAFF_DAILY_BUDGET'),
  ]);
  const states = await Promise.all(players.map(ledgerState));
  expect(states.reduce((sum, { balances }) => sum + (balances.loyalty_points ?? 0), 0)).toBe(50_000);
  // The budget is each member's own.
  const fromOther = await manualReward(award(players[0] as string, 10_000), { token: other });
  expect(resultOf(fromOther).__typename).toBe('Receipt');
  for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
});

it('C7 manual rewards and slips at the same instant: the final balance is the exact sum', async () => {
  const playerId = await seasonedPlayer();
  const { token } = await newStaff();
  const [slips, awards] = await Promise.all([
    atOnce(24, (index) => closeSlip(playerId, `slip-${index}`)),
    atOnce(24, (index) => manualReward(award(playerId, 7, `no. ${index}`), { token })),
  ]);
  expect(receiptsOf([...slips, ...awards])).toHaveLength(48);
  expect(await ledgerState(playerId)).toMatchObject({
    version: 49,
    balances: { loyalty_points: 24 * 100 + 24 * 7, lifetime_points: 24 * 100 },
  });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('C9 the tier comes from the lifetime points by one derivation, wherever it is shown', async () => {
  const playerId = fresh('player');
  const token = await playerToken(playerId);
  const receipts = receiptsOf(
    await atOnce(12, (index) =>
      closeSlip(playerId, `slip-${index}`, { facts: { minutes: 60, average_bet: 50_000 } }),
    ),
  ).toSorted((a, b) => a.claim.playerVersion - b.claim.playerVersion);
  // 500 each: Silver from 1,000, Gold from 5,000. Each receipt begins in the tier in which the one before it ended.
  const tiers = ['Bronze', 'Bronze', ...Array(8).fill('Silver'), ...Array(3).fill('Gold')];
  expect(receipts.map(({ tierBefore }) => tierBefore)).toEqual(tiers.slice(0, 12));
  expect(receipts.map(({ tierAfter }) => tierAfter)).toEqual(tiers.slice(1));
  expect(receipts.map(({ player }) => player.tier.name)).toEqual(tiers.slice(1));

  const TIER = 'tier { name lifetimePoints next { name from missing } }';
  const query = `query($id: PlayerId!) { me { ${TIER} } player(id: $id) { ${TIER} } }`;
  const { me, player } = (await send(query, { id: playerId }, { token })).data;
  const last = original(receipts.at(-1)).player.tier;
  expect([me.tier, player.tier]).toEqual([last, last]);
  // Spendable points are not what counts.
  const staff = await newStaff();
  const richer = resultOf(await manualReward(award(playerId, 10_000), { token: staff.token }));
  expect([richer.tierBefore, richer.tierAfter, richer.player.tier]).toEqual(['Gold', 'Gold', last]);
});
