import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { claimReward, resultOf } from '../support/worker/mutations.ts';
import { fresh, freshKey, serverToken } from '../support/worker/service.ts';

beforeAll(serveExample);

/** Two services report on one match, each in claims of its own. */
const report = (playerId: string, facts: object, key = fresh('report')) => ({
  playerId,
  type: 'skill_session',
  key,
  facts: { source_type: 'match', source_id: 'match-7', passing: 0, shooting: 0, ...facts },
});

describe('B2 skill rewards', () => {
  it('B2 two services awarding the same skill for the same source give it once, even in different claims', async () => {
    const playerId = fresh('player');
    const token = await serverToken('scouting');
    const results = (
      await Promise.all(
        Array.from({ length: 16 }, () => claimReward(report(playerId, { passing: 4 }), { token })),
      )
    ).map(resultOf);

    const [paid, ...others] = results.filter(({ __typename }) => __typename === 'Receipt');
    expect(others).toEqual([]);
    const refused = results.filter(({ __typename }) => __typename === 'AlreadyClaimed');
    expect(refused).toHaveLength(15);
    for (const { claim, changes, sourceKey } of refused) {
      expect([claim.id, changes]).toEqual([paid.claim.id, paid.changes]);
      expect(sourceKey).toEqual({ type: 'skill:passing', key: 'match/match-7' });
    }
    expect(await ledgerState(playerId)).toMatchObject({ version: 1, balances: { 'skill:passing': 4 } });
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('B2 another skill, another source and another player are awarded each', async () => {
    const [one, other] = [fresh('player'), fresh('player')];
    const token = await serverToken('scouting');
    for (const input of [
      report(one, { passing: 4 }),
      report(one, { shooting: 2 }),
      report(one, { passing: 1, source_type: 'training' }),
      report(one, { passing: 1, source_id: 'match-8' }),
      report(other, { passing: 3 }),
    ]) {
      expect(resultOf(await claimReward(input, { token })).__typename).toBe('Receipt');
    }
    expect((await ledgerState(one)).balances).toEqual({ 'skill:passing': 6, 'skill:shooting': 2 });
    expect((await ledgerState(other)).balances).toEqual({ 'skill:passing': 3 });
  });

  it('B2 a report that names one new skill and one awarded before is refused whole, and its key replays that', async () => {
    const playerId = fresh('player');
    const token = await serverToken('scouting');
    resultOf(await claimReward(report(playerId, { passing: 4 }), { token }));
    const before = await ledgerState(playerId);

    const input = { ...report(playerId, { passing: 4, shooting: 5 }), idempotencyKey: freshKey() };
    const refused = resultOf(await claimReward(input, { token }));
    expect(refused).toMatchObject({
      __typename: 'AlreadyClaimed',
      sourceKey: { type: 'skill:passing', key: 'match/match-7' },
    });
    expect(resultOf(await claimReward(input, { token }))).toEqual(refused);
    expect(await ledgerState(playerId)).toEqual({ ...before, rejected: before.rejected + 1 });
    // Nothing was taken for the skill that was refused along with it.
    expect(resultOf(await claimReward(report(playerId, { shooting: 5 }), { token })).__typename).toBe(
      'Receipt',
    );
  });

  it.each([
    ['a source that is left out', { source_id: undefined }, /facts\.source_id: required/],
    ['a source with a slash', { source_id: 'match/7' }, /facts\.source_id: must be/],
    [
      'a source of a kind that is not known',
      { source_type: 'gossip' },
      /facts\.source_type: must be one of match, training/,
    ],
  ])('B2 %s is malformed input, and nothing is written', async (_, facts, message) => {
    const playerId = fresh('player');
    const { errors } = await claimReward(report(playerId, { passing: 1, ...facts }), {
      token: await serverToken(),
    });
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(message),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(await ledgerState(playerId)).toMatchObject({ version: null, entries: 0, granted: 0, rejected: 0 });
  });
});
