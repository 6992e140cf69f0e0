import { beforeAll, expect, it } from 'vitest';
import { serveExample } from '../support/worker/balance.ts';
import { asServer, type MutationInput, receiptOf, rejectionOf, resultOf } from '../support/worker/client.ts';
import { onlyError } from '../support/worker/fault-answers.ts';
import { ledgerFaults, ledgerState } from '../support/worker/ledger-state.ts';
import { fresh, freshKey } from '../support/worker/service.ts';
import { atOnce, receiptsIn, tally } from '../support/worker/waves.ts';

beforeAll(serveExample);

type Input = MutationInput<'claimReward'>;
type Facts = NonNullable<Input['facts']>;

const FACTS = { source_type: 'match', source_id: 'match-7', passing: 0, shooting: 0 };

/** A report about one match. Each report is a claim with its own key. */
const report = (playerId: string, facts: Facts = {}): Input => ({
  playerId,
  type: 'skill_session',
  key: fresh('report'),
  facts: { ...FACTS, ...facts },
});

const send = (input: Input) => asServer('scouting').claimReward(input);

const PASSING_OF_MATCH_7 = { type: 'skill:passing', key: '5:match7:match-7' };

it('B2 awards a skill once per source across services and claims', async () => {
  const playerId = fresh('player');
  const results = (await atOnce(16, () => send(report(playerId, { passing: 4 })))).map(resultOf);

  expect(tally(results)).toEqual({ Receipt: 1, AlreadyClaimed: 15 });
  const [paid] = receiptsIn(results);
  for (const result of results) {
    if (result.__typename !== 'AlreadyClaimed') continue;
    expect([result.original?.id, result.changes]).toEqual([paid?.claim.id, paid?.changes]);
    expect(result.sourceKey).toEqual(PASSING_OF_MATCH_7);
  }
  expect(await ledgerState(playerId)).toMatchObject({ version: 1, balances: { 'skill:passing': 4 } });
  expect(await ledgerFaults(playerId)).toEqual([]);
});

it('B2 awards other skills, sources and players separately', async () => {
  const [one, other] = [fresh('player'), fresh('player')];
  receiptOf(await send(report(one, { passing: 4 })));
  receiptOf(await send(report(one, { shooting: 2 })));
  receiptOf(await send(report(one, { passing: 1, source_type: 'training' })));
  receiptOf(await send(report(one, { passing: 1, source_id: 'match-8' })));
  receiptOf(await send(report(other, { passing: 3 })));
  expect((await ledgerState(one)).balances).toEqual({ 'skill:passing': 6, 'skill:shooting': 2 });
  expect((await ledgerState(other)).balances).toEqual({ 'skill:passing': 3 });
});

it('B2 rejects a whole report if one of its skills was awarded before', async () => {
  const playerId = fresh('player');
  receiptOf(await send(report(playerId, { passing: 4 })));
  const before = await ledgerState(playerId);

  const input = { ...report(playerId, { passing: 4, shooting: 5 }), idempotencyKey: freshKey() };
  const rejection = rejectionOf(await send(input), 'AlreadyClaimed');
  expect(rejection.sourceKey).toEqual(PASSING_OF_MATCH_7);
  expect(resultOf(await send(input))).toEqual(rejection);
  expect(await ledgerState(playerId)).toEqual({ ...before, rejected: before.rejected + 1 });
  // The rejected report did not use up its other skill.
  receiptOf(await send(report(playerId, { shooting: 5 })));
});

const { source_id: _, ...WITHOUT_SOURCE } = FACTS;

it.each<[string, Facts, RegExp]>([
  ['without a source', WITHOUT_SOURCE, /facts\.source_id: required/],
  ['with a space in its source', { ...FACTS, source_id: 'match 7' }, /facts\.source_id: must be/],
  [
    'with an unknown kind of source',
    { ...FACTS, source_type: 'gossip' },
    /facts\.source_type: must be one of match, training/,
  ],
])('B2 refuses a report %s as malformed and writes nothing', async (_, facts, message) => {
  const playerId = fresh('player');
  const error = onlyError(await send({ ...report(playerId), facts: { ...facts, passing: 1 } }));
  expect(error.message).toMatch(message);
  expect(error.extensions.code).toBe('BAD_USER_INPUT');
  expect(await ledgerState(playerId)).toMatchObject({ version: null, entries: 0, granted: 0, rejected: 0 });
});
