import { beforeAll, beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import { ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { atOnce, award, closeSlip, newStaff, receiptsOf } from '../support/worker/loyalty.ts';
import { manualReward, type Result, resultOf } from '../support/worker/mutations.ts';
import { seasonedPlayer } from '../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));

const LEDGER = `query($id: PlayerId!) { ledger(playerId: $id, first: 100) { edges { node {
  resource sequence before after delta requested cause playerVersion recordedAt
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
    for (const { cutOff: _, ...change } of changes) {
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

const TIERS = `query($id: PlayerId!) { ledger(playerId: $id, first: 100) { edges { node {
  claim { id } tierBefore tierAfter lifetimePointsBefore lifetimePointsAfter nextTier { name from missing } } } } }`;

it('C4 every entry shows the tiers, progress and lifetime points of its claim, under its config version', async () => {
  const playerId = fresh('player');
  const { token } = await newStaff();
  const silverFrom = (points: number) =>
    publish(changedExample(({ tiers }) => Object.assign(tiers.list[1], { from: points })));
  const receipts: Result[] = [];
  // 200 a slip, four slips and four awards at once under each config; Silver begins elsewhere in each.
  for (const [round, points] of [500, 1_500, 700].entries()) {
    await silverFrom(points);
    const answers = await atOnce(8, (index) =>
      index < 4
        ? closeSlip(playerId, `slip-${round}-${index}`, { facts: { minutes: 60, average_bet: 20_000 } })
        : round === 0
          ? closeSlip(playerId, `none-${index}`, { facts: { minutes: 0, average_bet: 0 } })
          : manualReward(award(playerId, index, `round ${round}`), { token }),
    );
    receipts.push(...receiptsOf(answers));
  }
  expect(receipts).toHaveLength(24);
  await silverFrom(1);

  const { data } = await send(TIERS, { id: playerId }, { token });
  const entries: Result[] = data.ledger.edges.map(({ node }: Result) => node);
  for (const { claim, changes, tierBefore, tierAfter, player } of receipts) {
    const of = entries.filter((entry) => entry.claim.id === claim.id);
    expect(of).toHaveLength(changes.length);
    const { lifetimePoints, next } = player.tier;
    const moved = changes.find(({ resource }: Result) => resource === 'lifetime_points')?.delta ?? 0;
    for (const { claim: _, ...shown } of of)
      expect(shown).toEqual({
        tierBefore,
        tierAfter,
        lifetimePointsBefore: lifetimePoints - moved,
        lifetimePointsAfter: lifetimePoints,
        nextTier: next,
      });
  }
  // In the second round Silver was further away than what the player had: the same points are Bronze there.
  expect(new Set(entries.map(({ tierAfter }) => tierAfter))).toEqual(new Set(['Bronze', 'Silver']));
  expect(entries[0]).toMatchObject({ tierAfter: 'Silver', lifetimePointsAfter: 2_400 });
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
