import { describe, expect, test } from 'vitest';
import type { Accrual, Limit } from '../../src/domain/moves.ts';
import type { Balances } from '../../src/domain/outcome.ts';
import { type Accrued, accrue, limitAmount } from '../../src/domain/regeneration.ts';
import { dice } from '../support/ledger/dice.ts';
import { openLedger } from '../support/ledger/ledger.ts';

const { app } = openLedger();

interface Case {
  readonly accrual: Accrual;
  /** Null: the balance has never moved. */
  readonly held: number | null;
  readonly from: string;
  readonly at: string;
  readonly balances: Balances;
}
interface Reckoned {
  readonly opening: number;
  readonly regenerated: number;
  readonly since: string | null;
}

const CASES = 3_000;

/** What the ledger reckons, for many cases in one round trip. */
async function reckon(cases: readonly Case[]): Promise<Reckoned[]> {
  const { rows } = await app.query(
    `SELECT a.opening::float8, a.regenerated::float8, onceward.iso_utc(a.since) AS since
       FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS each(c, nth),
            LATERAL onceward.accrued(c->'accrual', (c->>'held')::bigint, (c->>'from')::timestamptz, c->'balances',
                                     (c->>'at')::timestamptz) AS a
      ORDER BY nth`,
    [JSON.stringify(cases)],
  );
  return rows;
}

const balancesOf = ({ held, balances }: Case): Balances =>
  held === null ? balances : { ...balances, charges: held };

/** What the domain shows for the same case. */
const show = (one: Case): Accrued =>
  accrue(
    'charges',
    one.accrual,
    { balances: balancesOf(one), anchors: { charges: one.from }, playerSince: new Date(0) },
    new Date(one.at),
  );

const total = ({ held }: Case, { opening, regenerated }: Reckoned) => (held ?? 0) + opening + regenerated;

const roll = dice(20_261_122);
const between = (low: number, high: number) => low + roll(high - low + 1);
const START = Date.UTC(2026, 0, 1);

function anyLimit(): Limit {
  if (roll(2) === 0) return between(0, 40);
  return { base: between(-5, 30), perUnit: between(0, 6), resource: roll(4) === 0 ? 'never' : 'stat' };
}

function anyCase(): Case {
  const everySeconds = [1, 7, 60, 3_600, 86_400][roll(5)] as number;
  const from = START + roll(1_000);
  // Often to the millisecond where a unit comes back, or one beside it; sometimes before the anchor.
  const at = from + between(-1, 15) * everySeconds * 1_000 + between(-1, 1);
  return {
    accrual: {
      initial: roll(3) === 0 ? null : anyLimit(),
      regenerates: roll(8) === 0 ? null : { everySeconds, amount: between(1, 5), upTo: anyLimit() },
    },
    held: roll(4) === 0 ? null : between(-3, 30),
    from: new Date(from).toISOString(),
    at: new Date(at).toISOString(),
    balances: { stat: between(-2, 8), gold: 9 },
  };
}

describe('the ledger reckons what the domain shows', () => {
  test(`in each of ${CASES} cases: the amount, the cap, and when the next unit comes and it is full`, async () => {
    const cases = Array.from({ length: CASES }, anyCase);
    const reckoned = await reckon(cases);
    let growing = 0;
    for (const [index, one] of cases.entries()) {
      const written = reckoned[index] as Reckoned;
      const shown = show(one);
      const described = JSON.stringify({ one, written });
      expect(total(one, written), described).toBe(shown.amount);
      const { regenerates } = one.accrual;
      if (!regenerates) {
        expect([shown.regeneration, written.since], described).toEqual([null, null]);
        continue;
      }
      const upTo = limitAmount(regenerates.upTo, one.balances);
      const since = Date.parse(written.since as string);
      const inSeconds = (units: number) => new Date(since + units * regenerates.everySeconds * 1_000);
      const full = shown.amount >= upTo;
      if (full) expect(written.since, described).toBe(one.at);
      else growing++;
      expect(shown.regeneration, described).toEqual({
        upTo,
        nextUnitAt: full ? null : inSeconds(1),
        fullAt: full ? null : inSeconds(Math.ceil((upTo - shown.amount) / regenerates.amount)),
      });
    }
    // Neither all full nor all growing.
    expect(growing).toBeGreaterThan(CASES / 10);
    expect(growing).toBeLessThan((CASES * 9) / 10);
  });

  test('the same whether it is written down on the way or not: what is left of an interval is kept', async () => {
    const direct = Array.from({ length: 500 }, () => ({ ...anyCase(), held: between(0, 20) })).filter(
      ({ accrual, from, at }) => accrual.regenerates && from < at,
    );
    const halfway = direct.map((one) => {
      const [from, at] = [Date.parse(one.from), Date.parse(one.at)];
      return { ...one, at: new Date(from + roll(at - from + 1)).toISOString() };
    });
    const stops = await reckon(halfway);
    const resumed = await reckon(
      direct.map((one, index) => ({
        ...one,
        held: total(halfway[index] as Case, stops[index] as Reckoned),
        from: stops[index]?.since as string,
      })),
    );
    const straight = await reckon(direct);
    for (const [index, one] of direct.entries()) {
      const stopped = total(halfway[index] as Case, stops[index] as Reckoned);
      const described = JSON.stringify({ one, halfway: halfway[index] });
      expect(stopped + (resumed[index]?.regenerated ?? 0), described).toBe(
        total(one, straight[index] as Reckoned),
      );
    }
  });
});

describe('what a balance comes to', () => {
  const HOUR = 3_600_000;
  const energy = (over: Partial<NonNullable<Accrual['regenerates']>> = {}, initial: Limit | null = null) => ({
    initial,
    regenerates: { everySeconds: 3_600, amount: 1, upTo: 5, ...over },
  });
  const at = (hours: number) => new Date(START + hours * HOUR).toISOString();
  const perStat = { base: 10, perUnit: 2, resource: 'stat' };

  test.each<[string, Accrual, number | null, number, Balances, Reckoned]>([
    [
      'opens with what it begins with',
      energy({}, 3),
      null,
      0,
      {},
      { opening: 3, regenerated: 0, since: at(0) },
    ],
    [
      'opens once: what has moved begins with nothing',
      energy({}, 3),
      0,
      0,
      {},
      { opening: 0, regenerated: 0, since: at(0) },
    ],
    [
      'opens with what another balance gives',
      energy({ upTo: 99 }, perStat),
      null,
      0,
      { stat: 4 },
      { opening: 18, regenerated: 0, since: at(0) },
    ],
    [
      'opens, and grows from when the player appeared',
      energy({}, 3),
      null,
      1,
      {},
      { opening: 3, regenerated: 1, since: at(1) },
    ],
    [
      'keeps what is left of an interval',
      energy(),
      0,
      2.75,
      {},
      { opening: 0, regenerated: 2, since: at(2) },
    ],
    [
      'stops at its cap, and counts from there',
      energy(),
      3,
      40,
      {},
      { opening: 0, regenerated: 2, since: at(40) },
    ],
    ['saves nothing up while it is full', energy(), 5, 40, {}, { opening: 0, regenerated: 0, since: at(40) }],
    [
      'is neither pulled back nor grown above a cap that was lowered',
      energy({ upTo: 2 }),
      5,
      40,
      {},
      { opening: 0, regenerated: 0, since: at(40) },
    ],
    [
      'grows on where the cap was raised',
      energy({ upTo: 9 }),
      5,
      2,
      {},
      { opening: 0, regenerated: 2, since: at(2) },
    ],
    ['grows out of a debt', energy(), -3, 2, {}, { opening: 0, regenerated: 2, since: at(2) }],
    [
      'gives no more than fits where several come at once',
      energy({ amount: 4 }),
      3,
      1,
      {},
      { opening: 0, regenerated: 2, since: at(1) },
    ],
    [
      'has a cap that follows another balance',
      energy({ upTo: perStat }),
      10,
      9,
      { stat: 3 },
      { opening: 0, regenerated: 6, since: at(9) },
    ],
    [
      'has a cap without the balance it follows',
      energy({ upTo: perStat }),
      5,
      40,
      {},
      { opening: 0, regenerated: 5, since: at(40) },
    ],
    [
      'is not moved by a clock that went back',
      energy(),
      2,
      -5,
      {},
      { opening: 0, regenerated: 0, since: at(0) },
    ],
    [
      'does not grow where nothing comes back',
      { initial: 4, regenerates: null },
      null,
      40,
      {},
      { opening: 4, regenerated: 0, since: null },
    ],
  ])('%s', async (_, accrual, held, hours, balances, expected) => {
    const [written] = await reckon([{ accrual, held, balances, from: at(0), at: at(hours) }]);
    expect(written).toEqual(expected);
  });

  test('never comes to more than a JSON number holds', async () => {
    const endless = energy({
      everySeconds: 1,
      amount: Number.MAX_SAFE_INTEGER,
      upTo: { base: 1, perUnit: 2 ** 40, resource: 'stat' },
    });
    const [written] = await reckon([
      { accrual: endless, held: 7, balances: { stat: 2 ** 50 }, from: at(0), at: at(1_000_000) },
    ]);
    expect(written?.regenerated).toBe(Number.MAX_SAFE_INTEGER - 7);
  });
});
