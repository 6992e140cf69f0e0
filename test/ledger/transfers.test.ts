import { describe, expect, test } from 'vitest';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { growing, HOURLY, reversal, timePasses, transfer } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff, app } = openLedger();

/** Two players with so much gold. */
async function pair(...gold: [number, number]): Promise<[string, string]> {
  const players: [string, string] = [fresh('giver'), fresh('taker')];
  for (const [index, playerId] of players.entries())
    await granted(commit(operation({ playerId, postings: gold[index] ? [give('gold', gold[index])] : [] })));
  return players;
}
const gold = async (...players: string[]) =>
  Promise.all(players.map(async (id) => (await playerLedger(id)).balances.gold ?? 0));
const sound = async (...players: string[]) => expect(await brokenInvariants(owner, players)).toEqual([]);

describe('a transfer', () => {
  test('is one claim with an entry and a version on each side, told and replayed with both', async () => {
    const [giver, taker] = await pair(10, 3);
    const asked = transfer(giver, taker, 4);
    const done = await granted(commit(asked));
    expect(done).toMatchObject({
      claim: { playerId: giver, counterpartyId: taker, playerVersion: 2 },
      changes: [{ resource: 'gold', before: 10, after: 6, delta: -4, sequence: 2, cause: 'operation' }],
      counterpartyChanges: [
        { resource: 'gold', before: 3, after: 7, delta: 4, sequence: 2, cause: 'operation' },
      ],
      balances: { gold: 6 },
    });
    const { rows } = await owner.query(
      `SELECT counterparty_version::int AS version, counterparty_balances_after AS balances
         FROM onceward.reward_claims WHERE id = $1`,
      [done.claim.id],
    );
    expect(rows).toEqual([{ version: 2, balances: { gold: 7 } }]);
    expect(await granted(commit(asked))).toEqual({ ...done, replayed: true });
    expect(await Promise.all([giver, taker].map(playerLedger))).toMatchObject([
      { version: 2, entries: 2 },
      { version: 2, entries: 2 },
    ]);
    await sound(giver, taker);
  });

  test.each([
    ['the giver has too little', 4, {}, { kind: 'insufficient_balance', available: 3, required: 4 }],
    [
      'the recipient has no room',
      3,
      { ceiling: 5 },
      { kind: 'limit_exceeded', limit: 'recipient_ceiling', bound: 0, remaining: 0 },
    ],
  ])('moves neither side where %s', async (_, amount, recipient, rejection) => {
    const [giver, taker] = await pair(3, 4);
    const before = await standing(owner, giver, taker);
    expect(await commit(transfer(giver, taker, amount, recipient))).toMatchObject({ rejection });
    expect(await standing(owner, giver, taker)).toEqual(before);
    await sound(giver, taker);
  });

  test('tells the giver nothing of how full the recipient is', async () => {
    const rejections = [];
    for (const [held, ceiling] of [
      [5, 5],
      [99, 5],
      [3, 5],
      // Where the bound follows from the recipient's own balances, it would tell them.
      [20, { base: 1, perUnit: 1, resource: 'gold' }],
    ] as const) {
      const [giver, taker] = await pair(9, held);
      const outcome = await commit(transfer(giver, taker, 3, { ceiling }));
      rejections.push(outcome.kind === 'rejected' && outcome.rejection);
    }
    expect(rejections[0]).toMatchObject({ limit: 'recipient_ceiling', requested: 3 });
    for (const rejection of rejections) expect(rejection).toEqual(rejections[0]);
  });

  test('to nobody is refused, creates nobody, and moves nothing', async () => {
    const [giver] = await pair(10, 0);
    const nobody = fresh('nobody');
    const before = await standing(owner, giver, nobody);
    expect(await commit(transfer(giver, nobody, 4))).toMatchObject({
      rejection: { kind: 'unknown_player', playerId: nobody },
    });
    expect(await standing(owner, giver, nobody)).toEqual(before);
  });

  test('gives the recipient what time has brought first', async () => {
    const [giver, taker] = await pair(10, 0);
    await granted(commit(operation({ playerId: taker, postings: [growing(take('gold', 4), HOURLY)] })));
    await timePasses(owner, taker, 2 * 3_600);
    const recipient = { accrual: { ...HOURLY, initial: null }, ceiling: 5 };
    const asked = transfer(giver, taker, 2, recipient);
    expect(await granted(commit(asked))).toMatchObject({
      counterpartyChanges: [
        { cause: 'regeneration', delta: 2 },
        { cause: 'operation', delta: 2 },
      ],
    });
    await sound(giver, taker);
  });

  test('shows each of them where in time their own versions are', async () => {
    const [giver, taker] = await pair(10, 3);
    const { claim } = await granted(commit(transfer(giver, taker, 4)));
    // Times are whole milliseconds: the next operation must not fall into the same one.
    await app.query('SELECT pg_sleep(0.005)');
    await granted(commit(operation({ playerId: taker })));
    const { rows } = await app.query(
      `SELECT onceward.player_version_at($1, '-infinity')::int AS first,
              onceward.player_version_at($1, $2::timestamptz + interval '1 ms')::int AS after,
              onceward.player_version_at($1, 'infinity')::int AS past`,
      [taker, claim.claimedAt],
    );
    expect(rows[0]).toEqual({ first: 1, after: 3, past: 4 });
  });
});

describe('at the same instant', () => {
  test('four hundred transfers both ways between four players: no deadlock, and the sum is what it was', async () => {
    const players = Array.from({ length: 4 }, (_, n) => `${'dbca'[n]}-${fresh('player')}`);
    for (const playerId of players)
      await granted(commit(operation({ playerId, postings: [give('gold', 200)] })));
    const outcomes = await Promise.all(
      Array.from({ length: 400 }, (_, n) => {
        const [one, other] = [players[n % 4], players[(n + 1 + ((n >> 3) % 3)) % 4]] as [string, string];
        return commit((n >> 2) % 2 ? transfer(one, other, 1 + (n % 7)) : transfer(other, one, 1 + (n % 7)));
      }),
    );
    for (const outcome of outcomes)
      if (outcome.kind !== 'granted')
        expect(outcome).toMatchObject({ rejection: { kind: 'insufficient_balance', resource: 'gold' } });
    expect((await gold(...players)).reduce((sum, each) => sum + each, 0)).toBe(800);
    const versions = (await Promise.all(players.map(playerLedger))).map(({ version }) => version ?? 0);
    const done = outcomes.filter(({ kind }) => kind === 'granted').length;
    expect(done).toBeGreaterThan(200);
    expect(versions.reduce((sum, each) => sum + each, 0)).toBe(4 + 2 * done);
    await sound(...players);
  });

  test('sixty-four transfers of ten pieces: exactly ten arrive', async () => {
    const [giver, taker] = await pair(10, 0);
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(transfer(giver, taker, 1))));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    expect(await gold(giver, taker)).toEqual([0, 10]);
    await sound(giver, taker);
  });

  test('sixty-four to one whose room is for ten: exactly ten arrive', async () => {
    const [giver, taker] = await pair(64, 0);
    const asked = () => transfer(giver, taker, 1, { ceiling: 10 });
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(asked())));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    expect(await gold(giver, taker)).toEqual([54, 10]);
    await sound(giver, taker);
  });

  test('transfers and the recipient’s own operations: both are counted, none is lost', async () => {
    const [giver, taker] = await pair(100, 0);
    await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        granted(
          commit(
            n % 2 ? transfer(giver, taker, 1) : operation({ playerId: taker, postings: [give('gold', 2)] }),
          ),
        ),
      ),
    );
    expect(await gold(giver, taker)).toEqual([68, 96]);
    await sound(giver, taker);
  });
});

describe('the reversal of a transfer', () => {
  test('moves both back, once, with a version on each side', async () => {
    const [giver, taker] = await pair(10, 3);
    const { claim } = await granted(commit(transfer(giver, taker, 4)));
    const staff = await addStaff();
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => commit(reversal(staff, claim))));
    const [back, ...others] = outcomes.filter(({ kind }) => kind === 'granted');
    expect(others).toEqual([]);
    expect(back).toMatchObject({
      claim: { counterpartyId: taker },
      changes: [{ resource: 'gold', delta: 4 }],
      counterpartyChanges: [{ resource: 'gold', delta: -4 }],
    });
    expect(await gold(giver, taker)).toEqual([10, 3]);
    await sound(giver, taker);
  });

  test('is refused where the recipient has spent it: whose balance is short is named, and nothing moves', async () => {
    const [giver, taker] = await pair(10, 0);
    const { claim } = await granted(commit(transfer(giver, taker, 4)));
    await granted(commit(operation({ playerId: taker, postings: [take('gold', 3)] })));
    const before = await standing(owner, giver, taker);
    expect(await commit(reversal(await addStaff(), claim))).toMatchObject({
      rejection: {
        kind: 'insufficient_balance',
        resource: 'gold',
        available: 1,
        required: 4,
        playerId: taker,
      },
    });
    expect(await standing(owner, giver, taker)).toEqual(before);
    await sound(giver, taker);
  });

  test('leaves the recipient a debt where staff choose so', async () => {
    const [giver, taker] = await pair(10, 0);
    const { claim } = await granted(commit(transfer(giver, taker, 4)));
    await granted(commit(operation({ playerId: taker, postings: [take('gold', 3)] })));
    await granted(commit(reversal(await addStaff(), claim, { allowDebt: true })));
    expect(await gold(giver, taker)).toEqual([10, -3]);
    await sound(giver, taker);
  });

  test('is asked for with the player who gave: the recipient’s name finds no such claim', async () => {
    const [giver, taker] = await pair(10, 0);
    const { claim } = await granted(commit(transfer(giver, taker, 4)));
    const before = await standing(owner, giver, taker);
    expect(await commit(reversal(await addStaff(), { ...claim, playerId: taker }))).toMatchObject({
      rejection: { kind: 'unknown_claim' },
      original: null,
    });
    expect(await standing(owner, giver, taker)).toEqual(before);
  });

  test('asked for before the transfer is there finds no such claim, and moves no single side', async () => {
    const [giver, taker] = await pair(10, 0);
    const session = await app.connect();
    await session.query('BEGIN');
    const { rows } = await session.query('SELECT onceward.commit_operation($1) AS outcome', [
      JSON.stringify(transfer(giver, taker, 4)),
    ]);
    // Nobody knows the claim's ID yet; whoever guesses it stands before the giver's lock without having seen the claim.
    const guessed = commit(reversal(await addStaff(), { playerId: giver, id: rows[0].outcome.claim.id }));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await session.query('COMMIT');
    session.release();
    expect(await guessed).toMatchObject({ rejection: { kind: 'unknown_claim' } });
    expect(await gold(giver, taker)).toEqual([6, 4]);
    await sound(giver, taker);
  });
});
