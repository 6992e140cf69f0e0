// The counters of breakers: exact at 64 clients at once, by hour, and verified.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { counted, openBreakers, setBreakers } from '../support/ledger/breakers.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { granted } from '../support/ledger/ledger.ts';
import { fresh, give, operation } from '../support/ledger/operations.ts';

let ledger: Awaited<ReturnType<typeof openBreakers>>;
beforeAll(async () => {
  ledger = await openBreakers();
}, 60_000);
afterAll(() => ledger?.stop());
beforeEach(() => setBreakers(ledger, [{ name: 'gold', bound: 100, resource: 'gold' }]));

const claim = (amount: number, over: Partial<KernelOperation> = {}) =>
  operation({ postings: [give('gold', amount)], ...over });
const goldOf = async (player: string) => (await ledger.playerLedger(player)).balances.gold ?? 0;
const expectSound = async (...players: string[]) =>
  expect(await brokenInvariants(ledger.owner, players)).toEqual([]);

describe('64 clients at once', () => {
  test.each([
    ['small claims', 64_000, 100],
    ['claims of more than a stripe', 1_000, 16],
    ['claims of more than the bound', 50, 51],
  ])('never exceed a bound and leave no room that a claim fits into: %s', async (_, bound, amount) => {
    await setBreakers(ledger, [{ name: 'gold', bound, resource: 'gold' }]);
    const clients = Array.from({ length: 64 }, () => fresh('player'));
    const outcomes = await Promise.all(
      clients.map(async (player) => {
        const became: boolean[] = [];
        for (let turn = 0; turn < 12; turn++) {
          const outcome = await granted(ledger.commit(claim(amount, { player })));
          became.push(outcome.claim.becamePending === true);
        }
        return became;
      }),
    );
    const paid = outcomes.flat().filter((isHeld) => !isHeld).length * amount;
    expect(paid).toBe(Math.floor(bound / amount) * amount);
    expect(Object.values(await counted(ledger))).toEqual(paid > 0 ? [paid] : []);
    const sums = await Promise.all(clients.map(goldOf));
    expect(sums.reduce((sum, gold) => sum + gold, 0)).toBe(paid);
    const { rows } = await ledger.owner.query(
      `SELECT (SELECT count(*)::int FROM onceward.breaker_trips) AS trips,
              (SELECT sum(a.times)::int FROM onceward.alarms a WHERE a.subject = 'gold') AS alarms`,
    );
    expect(rows).toEqual([{ trips: 1, alarms: 1 }]);
    await expectSound(...clients);
  });

  test('share calls, and what a call could not count is busy and not lost', async () => {
    await setBreakers(ledger, [{ name: 'gold', bound: 1_000, resource: 'gold' }]);
    const sent = Array.from({ length: 16 }, () => Array.from({ length: 20 }, () => claim(5)));
    const answers = await Promise.all(sent.map((operations) => ledger.commitAll(operations)));
    const alone = answers.flatMap(({ outcomes }, call) =>
      outcomes.flatMap(({ kind }, place) =>
        kind === 'busy' ? [sent[call]?.[place] as KernelOperation] : [],
      ),
    );
    const later = await Promise.all(alone.map((operation) => ledger.commit(operation)));
    const outcomes = [...answers.flatMap((answer) => answer.outcomes), ...later];
    const paid = outcomes.filter((one) => one.kind === 'granted' && !one.claim.becamePending).length;
    const held = outcomes.filter((one) => one.kind === 'granted' && one.claim.becamePending).length;
    expect([paid, held]).toEqual([200, 120]);
    expect(await counted(ledger)).toEqual({ 'breaker:gold/0': 1_000 });
  });
});

describe('another bound in the running hour', () => {
  const setBound = (bound: number) => ledger.owner.query('UPDATE onceward.breakers SET bound = $1', [bound]);
  const becamePending = async (amount: number) =>
    (await granted(ledger.commit(claim(amount)))).claim.becamePending === true;

  test('that is lower counts what was given: nothing is paid beyond it, and what is left is', async () => {
    await setBreakers(ledger, [{ name: 'gold', bound: 1_000, resource: 'gold' }]);
    // More than a stripe has.
    await granted(ledger.commit(claim(60)));
    await setBound(50);
    expect(await Promise.all(Array.from({ length: 8 }, () => becamePending(1)))).not.toContain(false);
    await setBound(64);
    const held = await Promise.all(Array.from({ length: 8 }, () => becamePending(1)));
    expect(held.filter((isHeld) => !isHeld)).toHaveLength(4);
    expect(await counted(ledger)).toEqual({ 'breaker:gold/0': 64 });
  });

  test('that is higher gives its room to claims at once', async () => {
    await setBreakers(ledger, [{ name: 'gold', bound: 50, resource: 'gold' }]);
    expect([await becamePending(50), await becamePending(1)]).toEqual([false, true]);
    await setBound(1_000);
    expect([await becamePending(900), await becamePending(50), await becamePending(1)]).toEqual([
      ...[false, false, true],
    ]);
    expect(await counted(ledger)).toEqual({ 'breaker:gold/0': 1_000 });
  });
});

describe('counters', () => {
  test('begin at 0 in each hour, and are kept for two days', async () => {
    const { commit, owner } = ledger;
    await granted(commit(claim(100)));
    for (const hours of [1, 49])
      await owner.query(
        `INSERT INTO onceward.breaker_counters ("limit", subject, hour, stripe, used)
         SELECT "limit", subject, hour - make_interval(hours => $1), stripe, used FROM onceward.breaker_counters
          WHERE hour = date_trunc('hour', now(), 'UTC')`,
        [hours],
      );
    await owner.query(`DELETE FROM onceward.breaker_counters WHERE hour = date_trunc('hour', now(), 'UTC')`);
    expect((await granted(commit(claim(100)))).claim.becamePending).toBe(null);
    const { rows } = await owner.query(
      'SELECT count(DISTINCT hour)::int AS hours, count(*)::int AS stripes FROM onceward.breaker_counters',
    );
    expect(rows).toEqual([{ hours: 2, stripes: 128 }]);
  });

  test('that miss what claims gave are found by npm run integrity', async () => {
    const { commit, owner } = ledger;
    const player = fresh('player');
    await granted(commit(claim(60, { player })));
    const faults = async () => {
      const { rows } = await owner.query("SELECT onceward.integrity_page('', 10000) AS page");
      return rows[0].page.faults.map(({ detail }: { detail: string }) => detail);
    };
    // Other tests of this file forget what was counted.
    await owner.query('UPDATE onceward.breaker_counters SET used = used + 1000000 WHERE stripe = 63');
    expect(await faults()).toEqual([]);
    await owner.query('UPDATE onceward.breaker_counters SET used = 0');
    expect(await faults()).toEqual([
      expect.stringMatching(/^breaker:gold: \d+ was given .* and 0 is counted$/),
    ]);
  });
});
