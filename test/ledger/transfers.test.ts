import { describe, expect, test } from 'vitest';
import type { KernelPosting } from '../../src/ledger/kernel-contract.ts';
import { essence } from '../support/ledger/essence.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, openLedger } from '../support/ledger/ledger.ts';
import { fresh, give, operation, take } from '../support/ledger/operations.ts';
import { standing } from '../support/ledger/standing.ts';
import { claimIdOf, reversal, timePasses, transfer } from '../support/ledger/systems.ts';

const { commit, owner, playerLedger, addStaff, app } = openLedger();

const CAUSE = { operation: 1, regeneration: 3 };

/** Two players with this much gold. */
async function pair(...gold: [number, number]): Promise<[string, string]> {
  const players: [string, string] = [fresh('giver'), fresh('recipient')];
  for (const [index, player] of players.entries())
    await granted(commit(operation({ player, postings: gold[index] ? [give('gold', gold[index])] : [] })));
  return players;
}
const gold = async (...players: string[]) =>
  Promise.all(players.map(async (id) => (await playerLedger(id)).balances.gold ?? 0));
const expectSound = async (...players: string[]) =>
  expect(await brokenInvariants(owner, players)).toEqual([]);

describe('a transfer', () => {
  test('a transfer is one claim with an entry and a number on each side, and is replayed with both', async () => {
    const [giver, recipient] = await pair(10, 3);
    const sent = transfer(giver, recipient, 4);
    const outcome = await granted(commit(sent));
    expect(outcome).toMatchObject({
      claim: { playerId: giver, counterpartyId: recipient, number: 2, version: 2 },
      changes: [{ resource: 'gold', before: 10, delta: -4, sequence: 2, cause: CAUSE.operation }],
      counterpartyChanges: [{ resource: 'gold', before: 3, delta: 4, sequence: 2, cause: CAUSE.operation }],
    });
    const { rows } = await owner.query(
      `SELECT counterparty_id, counterparty_number FROM onceward.claims_by_name
        WHERE player_id = $1 AND number = 2`,
      [giver],
    );
    expect(rows).toEqual([{ counterparty_id: recipient, counterparty_number: 2 }]);
    expect(essence(await commit(sent))).toEqual(essence(outcome));
    expect(await Promise.all([giver, recipient].map(playerLedger))).toMatchObject([
      { number: 2, version: 2, entries: 2 },
      { number: 2, entries: 2 },
    ]);
    await expectSound(giver, recipient);
  });

  test('a transfer leaves the recipient’s version, so that an operation that names it is not in conflict', async () => {
    const [giver, recipient] = await pair(10, 3);
    await granted(commit(transfer(giver, recipient, 4)));
    expect(await playerLedger(recipient)).toMatchObject({ number: 2, version: 1 });
    await granted(commit(operation({ player: recipient, expected_version: 1 })));
    expect(await playerLedger(recipient)).toMatchObject({ number: 3, version: 2 });
  });

  test.each<[string, number, Partial<KernelPosting>, object]>([
    ['the giver has too little', 4, {}, { kind: 'insufficient_balance', available: 3, required: 4 }],
    [
      'the recipient has no room',
      3,
      { ceiling: 5 },
      { kind: 'limit_exceeded', limit: 'recipient_ceiling', bound: 0, remaining: 0 },
    ],
  ])('a transfer moves neither side when %s', async (_, amount, bounds, rejection) => {
    const [giver, recipient] = await pair(3, 4);
    const before = await standing(owner, giver, recipient);
    expect(await commit(transfer(giver, recipient, amount, bounds))).toMatchObject({ rejection });
    expect(await standing(owner, giver, recipient)).toEqual(before);
    await expectSound(giver, recipient);
  });

  test('a transfer does not reveal to the giver how full the recipient is', async () => {
    const rejections = [];
    for (const [held, bounds] of [
      [5, { ceiling: 5 }],
      [99, { ceiling: 5 }],
      [3, { ceiling: 5 }],
      // A ceiling that follows from the recipient's own balances would reveal them.
      [20, { ceiling: 1, ceiling_per_unit: 1, ceiling_of: 'gold' }],
    ] as const) {
      const [giver, recipient] = await pair(9, held);
      const before = await standing(owner, giver, recipient);
      const outcome = await commit(transfer(giver, recipient, 3, bounds));
      rejections.push(outcome.kind === 'rejected' && outcome.rejection);
      expect(await standing(owner, giver, recipient)).toEqual(before);
    }
    expect(rejections[0]).toMatchObject({ limit: 'recipient_ceiling', requested: 3 });
    for (const rejection of rejections) expect(rejection).toEqual(rejections[0]);
  });

  test('a transfer to an unknown player is rejected, creates nobody and moves nothing', async () => {
    const [giver] = await pair(10, 0);
    const nobody = fresh('nobody');
    const before = await standing(owner, giver, nobody);
    expect(await commit(transfer(giver, nobody, 4))).toMatchObject({
      rejection: { kind: 'unknown_player', playerId: nobody },
    });
    expect(await standing(owner, giver, nobody)).toEqual(before);
  });

  test('a transfer to a player who has only been refused is rejected like one to an unknown player', async () => {
    const [giver] = await pair(10, 0);
    const refused = fresh('refused');
    await commit(operation({ player: refused, postings: [take('gold', 1)] }));
    const before = await standing(owner, giver, refused);
    expect(await commit(transfer(giver, refused, 4))).toMatchObject({
      rejection: { kind: 'unknown_player', playerId: refused },
    });
    expect(await standing(owner, giver, refused)).toEqual(before);
  });

  test('a transfer writes what the recipient regenerated before it adds the amount', async () => {
    const [giver, recipient] = await pair(10, 0);
    await granted(commit(operation({ player: recipient, postings: [take('charges', 4)] })));
    await timePasses(owner, recipient, 2 * 3_600);
    const sent = transfer(
      giver,
      recipient,
      2,
      {},
      {
        postings: [take('charges', 2)],
        counterparty_postings: [give('charges', 2, { ceiling: 5 })],
      },
    );
    expect(await granted(commit(sent))).toMatchObject({
      counterpartyChanges: [
        { cause: CAUSE.regeneration, delta: 2 },
        { cause: CAUSE.operation, delta: 2 },
      ],
    });
    await expectSound(giver, recipient);
  });

  test('a transfer has a place in the history of each player at its time', async () => {
    const [giver, recipient] = await pair(10, 3);
    const { claim } = await granted(commit(transfer(giver, recipient, 4)));
    // Times are whole milliseconds: the next operation must not fall into the same one.
    await app.query('SELECT pg_sleep(0.005)');
    await granted(commit(operation({ player: recipient })));
    const { rows } = await app.query(
      `SELECT onceward.claim_number_at(no, '-infinity') AS first,
              onceward.claim_number_at(no, to_timestamp($2::float8 / 1000) + interval '1 ms') AS after,
              onceward.claim_number_at(no, 'infinity') AS past
         FROM onceward.actors WHERE (id, kind) = ($1, 1)`,
      [recipient, claim.claimedAt],
    );
    expect(rows[0]).toEqual({ first: 1, after: 3, past: 4 });
  });
});

describe('at the same time', () => {
  test('400 simultaneous transfers both ways between four players deadlock nobody and keep the sum', async () => {
    const players = Array.from({ length: 4 }, (_, n) => `${'dbca'[n]}-${fresh('player')}`);
    for (const player of players) await granted(commit(operation({ player, postings: [give('gold', 200)] })));
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
    const ledgers = await Promise.all(players.map(playerLedger));
    const done = outcomes.filter(({ kind }) => kind === 'granted').length;
    expect(done).toBeGreaterThan(200);
    expect(ledgers.reduce((sum, { number }) => sum + (number ?? 0), 0)).toBe(4 + 2 * done);
    expect(ledgers.reduce((sum, { version }) => sum + (version ?? 0), 0)).toBe(4 + done);
    await expectSound(...players);
  });

  test('of 64 simultaneous transfers of one piece each by a giver of ten, exactly ten arrive', async () => {
    const [giver, recipient] = await pair(10, 0);
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, () => commit(transfer(giver, recipient, 1))),
    );
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    expect(await gold(giver, recipient)).toEqual([0, 10]);
    await expectSound(giver, recipient);
  });

  test('of 64 simultaneous transfers to a recipient with room for ten, exactly ten arrive', async () => {
    const [giver, recipient] = await pair(64, 0);
    const sent = () => transfer(giver, recipient, 1, { ceiling: 10 });
    const outcomes = await Promise.all(Array.from({ length: 64 }, () => commit(sent())));
    expect(outcomes.filter(({ kind }) => kind === 'granted')).toHaveLength(10);
    expect(await gold(giver, recipient)).toEqual([54, 10]);
    await expectSound(giver, recipient);
  });

  test('simultaneous transfers and operations of the recipient all count', async () => {
    const [giver, recipient] = await pair(100, 0);
    await Promise.all(
      Array.from({ length: 64 }, (_, n) =>
        granted(
          commit(
            n % 2
              ? transfer(giver, recipient, 1)
              : operation({ player: recipient, postings: [give('gold', 2)] }),
          ),
        ),
      ),
    );
    expect(await gold(giver, recipient)).toEqual([68, 96]);
    await expectSound(giver, recipient);
  });
});

describe('the reversal of a transfer', () => {
  test('the reversal of a transfer moves both sides back once, and raises the version of both', async () => {
    const [giver, recipient] = await pair(10, 3);
    const { claim } = await granted(commit(transfer(giver, recipient, 4)));
    const staff = await addStaff();
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => commit(reversal(staff, claim))));
    const [back, ...others] = outcomes.filter(({ kind }) => kind === 'granted');
    expect(others).toEqual([]);
    expect(back).toMatchObject({
      claim: { counterpartyId: recipient },
      changes: [{ resource: 'gold', delta: 4 }],
      counterpartyChanges: [{ resource: 'gold', delta: -4 }],
    });
    expect(await gold(giver, recipient)).toEqual([10, 3]);
    expect(await Promise.all([giver, recipient].map(playerLedger))).toMatchObject([
      { number: 3, version: 3 },
      { number: 3, version: 2 },
    ]);
    await expectSound(giver, recipient);
  });

  test('the reversal of a transfer is rejected when the recipient has spent it: the rejection names them, and nothing moves', async () => {
    const [giver, recipient] = await pair(10, 0);
    const { claim } = await granted(commit(transfer(giver, recipient, 4)));
    await granted(commit(operation({ player: recipient, postings: [take('gold', 3)] })));
    const before = await standing(owner, giver, recipient);
    expect(await commit(reversal(await addStaff(), claim))).toMatchObject({
      rejection: {
        kind: 'insufficient_balance',
        resource: 'gold',
        available: 1,
        required: 4,
        playerId: recipient,
      },
    });
    expect(await standing(owner, giver, recipient)).toEqual(before);
    await expectSound(giver, recipient);
  });

  test('the reversal of a transfer leaves the recipient a debt when staff allow it', async () => {
    const [giver, recipient] = await pair(10, 0);
    const { claim } = await granted(commit(transfer(giver, recipient, 4)));
    await granted(commit(operation({ player: recipient, postings: [take('gold', 3)] })));
    await granted(commit(reversal(await addStaff(), claim, { allow_debt: true })));
    expect(await gold(giver, recipient)).toEqual([10, -3]);
    await expectSound(giver, recipient);
  });

  test('the reversal of a transfer names the giver: under the recipient’s ID there is no such claim', async () => {
    const [giver, recipient] = await pair(10, 0);
    const { claim } = await granted(commit(transfer(giver, recipient, 4)));
    const before = await standing(owner, giver, recipient);
    expect(await commit(reversal(await addStaff(), { ...claim, playerId: recipient }))).toMatchObject({
      rejection: { kind: 'unknown_claim', claimId: claimIdOf(claim) },
      original: null,
    });
    expect(await standing(owner, giver, recipient)).toEqual(before);
  });

  test('a reversal that is requested before the transfer is committed finds no such claim and moves no single side', async () => {
    const [giver, recipient] = await pair(10, 0);
    const session = await app.connect();
    await session.query('BEGIN');
    const { claim } = await granted(commitWith(session, transfer(giver, recipient, 4)));
    // Nobody knows the claim's ID yet. A caller who guesses it waits for the giver's lock without having seen the claim.
    const guessed = commit(reversal(await addStaff(), claim));
    await new Promise((resolve) => setTimeout(resolve, 200));
    await session.query('COMMIT');
    session.release();
    expect(await guessed).toMatchObject({ rejection: { kind: 'unknown_claim' } });
    expect(await gold(giver, recipient)).toEqual([6, 4]);
    await expectSound(giver, recipient);
  });
});
