import { beforeAll, beforeEach, expect, it } from 'vitest';
import { changedExample, publish } from '../support/worker/balance.ts';
import {
  type Answer,
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  type Client,
  type MutationInput,
  type ResultOf,
  rejectionOf,
  resultOf,
} from '../support/worker/client.ts';
import { publishDay } from '../support/worker/days.ts';
import { startIsolate } from '../support/worker/isolate.ts';
import { addStaffMember, ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { catchLines, lineOf } from '../support/worker/log-lines.ts';
import { breakRequests } from '../support/worker/neon-control.ts';
import { seasonedPlayer, victory } from '../support/worker/scenes.ts';
import { fresh, freshKey, ticket } from '../support/worker/service.ts';
import { spending } from '../support/worker/stat-points.ts';
import { movingNothing } from '../support/worker/stillness.ts';
import { atOnce, receiptsIn, tally } from '../support/worker/waves.ts';

beforeAll(catchLines);
beforeEach(() => publish(changedExample(() => {})));

type Claimed = Answer<ResultOf<'claimReward'>>;
type Facts = NonNullable<MutationInput<'claimReward'>['facts']>;

const resultsOf = async (answers: Promise<Claimed[]>) => (await answers).map(resultOf);

/** Compares what the ledger holds for the player, and checks that the ledger is consistent. */
async function expectLedger(playerId: string, state: object): Promise<void> {
  expect(await ledgerState(playerId)).toMatchObject(state);
  expect(await ledgerFaults(playerId)).toEqual([]);
}

const tower = { type: 'ascension_victory', key: 'tower-1', facts: { floor: 10 } } as const;
const duel = { type: 'pvp_victory', facts: { rating_gap: 0 } } as const;

it('A1 pays a claim once for all callers and isolates', async () => {
  const playerId = await seasonedPlayer();
  const byTicket = { type: tower.type, ticket: await ticket({ playerId, ...tower }) };
  const player = asPlayer(playerId);
  const staff = asStaff(await addStaffMember(fresh('staff')));
  const [arena, bracket] = [asServer('arena-1'), asServer('bracket-1')];
  const otherIsolate = { door: startIsolate() };
  const requests: readonly (() => Promise<Claimed>)[] = [
    () => player.claimReward(byTicket),
    () => player.claimReward(byTicket, otherIsolate),
    () => arena.claimReward({ ...tower, playerId }),
    () => bracket.claimReward({ ...tower, playerId, facts: { floor: 500 } }, otherIsolate),
    () => staff.claimReward({ ...tower, playerId }),
  ];
  const send = (index: number) => (requests[index % requests.length] as (typeof requests)[0])();
  const results = await resultsOf(atOnce(40, send));
  expect(tally(results)).toEqual({ Receipt: 1, AlreadyClaimed: 39 });
  const [paid] = receiptsIn(results);
  for (const result of results) {
    if (result.__typename !== 'AlreadyClaimed') continue;
    expect(result.original?.id).toBe(paid?.claim.id);
    expect(result.changes).toEqual(paid?.changes);
  }
  await expectLedger(playerId, { version: 2, granted: 2, rejected: 39 });
});

it('A3 commits XP, coins and level-ups of a victory atomically', async () => {
  const playerId = fresh('player');
  const server = asServer();
  const keys = Array.from({ length: 32 }, freshKey);
  const failures = ['drop_before', 'drop_after_commit', 'error'] as const;
  for (const [index, match] of keys.entries()) {
    const kind = failures[index % 4];
    if (kind) await breakRequests({ match, kind, ...(kind === 'error' && { errorCode: '40001' }) });
  }
  const win = (index: number) =>
    server.claimReward({ ...duel, playerId, key: `duel-${index}` }, { key: keys[index] });
  // Three of four requests fail, before or after the commit. Each committed claim is complete.
  await atOnce(keys.length, win);
  const { balances, granted } = await ledgerState(playerId);
  expect(granted).toBe(16);
  expect(balances).toMatchObject({ experience: 60 * 16, lumees: 100 * 16, auric_coins: 16 });

  const results = await resultsOf(atOnce(keys.length, win));
  expect(tally(results)).toEqual({ Receipt: 32 });
  // Of 1,920 experience 1,500 reach level 6; level 7 begins at 2,100. Each of the five level-ups gives three points.
  await expectLedger(playerId, {
    version: 32,
    balances: { experience: 1_920, lumees: 3_200, auric_coins: 32, levels_paid: 5, stat_points: 15 },
  });
  const receipts = receiptsIn(results);
  expect(receipts.slice(1).map(({ levelBefore }) => levelBefore)).toEqual(
    receipts.slice(0, -1).map(({ levelAfter }) => levelAfter),
  );
});

it('A4 pays each encounter once, however often it is finalised', async () => {
  const playerId = fresh('player');
  const [server, player] = [asServer(), asPlayer(playerId)];
  const victories: readonly { type: string; facts: Facts }[] = [
    { type: 'ascension_victory', facts: { floor: 30 } },
    { type: 'pvp_victory', facts: { rating_gap: 200 } },
    { type: 'pve_victory', facts: { difficulty: 'hard', enemy_level: 10 } },
  ];
  // The game server and the client both finalise every encounter twice, all at the same time.
  const requests = victories.flatMap((victory) =>
    ['one', 'two', 'three'].flatMap((key) => {
      const claim = { ...victory, playerId, key };
      const byServer = () => server.claimReward(claim);
      const byClient = async () => player.claimReward({ type: claim.type, ticket: await ticket(claim) });
      return [byServer, byClient, byServer, byClient];
    }),
  );
  const results = await resultsOf(Promise.all(requests.map((finalise) => finalise())));
  expect(tally(results)).toEqual({ Receipt: 9, AlreadyClaimed: 27 });
  // Three of each type. Floor 30, for example, gives 850 lumees, 5 coins, 4 floor tokens and 280 XP.
  await expectLedger(playerId, {
    version: 9,
    balances: { lumees: 3 * (850 + 120 + 100), auric_coins: 3 * (5 + 2), experience: 3 * (280 + 60 + 35) },
  });
});

it('A5 commits currency, XP and drop charges of a matron victory atomically', async () => {
  const charges = { atCeiling: 'reject', startsWith: 0 };
  await publish(changedExample(({ resources }) => Object.assign(resources.drop_charges, charges)));
  const playerId = fresh('player');
  const server = asServer();
  const claim = { type: 'matron_victory', playerId, facts: { element: 'fire', flawless: true } };
  const win = (index: number) => server.claimReward({ ...claim, key: `matron-${index}` });
  const results = await resultsOf(atOnce(12, win));
  // Three charges each, with a ceiling of ten: three victories fit, and the others give nothing at all.
  expect(tally(results)).toEqual({ Receipt: 3, RESOURCE_CEILING: 9 });
  await expectLedger(playerId, {
    version: 3,
    balances: { drop_charges: 9, lumees: 2_400, experience: 750, 'shards:fire': 15 },
  });
});

it("A6 pays a daily quest once a day in the config's time zone", async () => {
  const playerId = fresh('player');
  const player = asPlayer(playerId);
  for (const which of ['earlier', 'later'] as const) {
    const { name: key } = await publishDay(which);
    const results = await resultsOf(atOnce(16, () => player.claimReward({ type: 'daily_quest' })));
    expect(tally(results)).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
    expect(receiptsIn(results)[0]?.claim.key).toBe(key);
  }
  await expectLedger(playerId, { version: 2, balances: { lumees: 300, experience: 100 } });
});

it("A6 pays the complete-day bonus once, only with a game server's ticket", async () => {
  const playerId = fresh('player');
  const player = asPlayer(playerId);
  const type = 'daily_quest_bonus';
  const unproven = await movingNothing(playerId, () => player.claimReward({ type, key: '2031-07-01' }));
  expect(rejectionOf(unproven, 'NotEligible').why).toBe('TICKET_REQUIRED');
  for (const key of ['2031-07-01', '2031-07-02']) {
    const proof = await ticket({ playerId, type, key });
    const results = await resultsOf(atOnce(16, () => player.claimReward({ type, ticket: proof })));
    expect(tally(results)).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  }
  await expectLedger(playerId, { version: 2, balances: { lumees: 600, drop_charges: 5 + 2 } });
});

it('A11 logs one line per outcome with player, amount, reason, success and error', async () => {
  const playerId = await seasonedPlayer();
  const staff = asStaff(await addStaffMember(fresh('staff'), { limit: 100 }));
  const [player, server] = [asPlayer(playerId), asServer()];
  const brokenKey = freshKey();
  await breakRequests({ match: brokenKey, kind: 'error', errorCode: '40001' });
  const claim = (input: MutationInput<'claimReward'>) => server.claimReward({ playerId, ...input });
  const spend = (points: Record<string, number>, expectedVersion: number | null = null) =>
    player.spendStatPoints({ ...spending(points), expectedVersion });
  const reason = 'worth it';
  const give = (amount: number, client: Client, key = freshKey()) =>
    client.manualReward({ playerId, grants: [{ resource: 'lumees', amount }], reason }, { key });
  const granted = (amounts: object) => ({ success: true, amounts });
  const failed = (code: string, requested?: object) => ({
    success: false,
    error: expect.any(String),
    code,
    ...(requested && { requested }),
  });
  const cases: readonly (readonly [Promise<Answer<unknown>>, object])[] = [
    [claim({ ...victory, key: 'cup-1' }), granted({ experience: 500, auric_coins: 64 })],
    [spend({ energy: 2 }), granted({ stat_points: -2, 'stat:energy': 2 })],
    [give(7, staff), { reason, ...granted({ lumees: 7 }) }],
    [give(101, staff), { reason, ...failed('LIMIT_EXCEEDED', { lumees: 101 }) }],
    [give(8, player), { reason, ...failed('FORBIDDEN', { lumees: 8 }) }],
    [give(8, anonymous()), { reason, ...failed('UNAUTHENTICATED', { lumees: 8 }) }],
    [give(9, staff, brokenKey), { reason, ...failed('UNAVAILABLE', { lumees: 9 }) }],
    [claim({ ...victory, key: 'cup-0' }), failed('ALREADY_CLAIMED', { experience: 500, auric_coins: 64 })],
    [claim({ type: 'nothing', key: 'n' }), failed('UNKNOWN_CLAIM_TYPE')],
    [claim({ ...tower, facts: {} }), failed('BAD_USER_INPUT')],
    [player.claimReward({ type: 'rating_slip' }), failed('NOT_ELIGIBLE')],
    [player.claimReward({ type: tower.type, ticket: 'a.b.c' }), failed('FORBIDDEN')],
    [spend({ energy: 1 }, 0), failed('VERSION_CONFLICT', { stat_points: -1 })],
    [spend({ health: 99 }), failed('INSUFFICIENT_BALANCE', { stat_points: -99, 'stat:health': 99 })],
  ];
  for (const [answer, line] of cases)
    expect(lineOf(await answer)).toMatchObject({ player: playerId, ...line });
});
