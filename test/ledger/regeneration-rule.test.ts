// What a balance regenerates under one rule and under rules that follow each other, case by case.
import { describe, expect, test } from 'vitest';
import type { Balances } from '../../src/domain/outcome.ts';
import type { RegenerationRule } from '../../src/domain/regeneration.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import {
  type Case,
  type Computed,
  compute,
  expectAgreement,
  iso,
  START,
} from '../support/ledger/regeneration-cases.ts';

const { owner } = openLedger();

const HOUR = 3_600_000;
const at = (hours: number) => iso(START + hours * HOUR);
const energy = (over: Partial<RegenerationRule> = {}): RegenerationRule => ({
  resource: 'charges',
  effectiveFrom: at(-1_000),
  effectiveUntil: null,
  everySeconds: 3_600,
  amount: 1,
  cap: 5,
  opening: null,
  ...over,
});
const perStat = { base: 10, perUnit: 2, resource: 'stat' };

describe('a balance under one rule', () => {
  test.each<[string, RegenerationRule, number | null, number, Balances, Omit<Computed, 'kept'>]>([
    [
      'opens with its opening amount',
      energy({ opening: 3 }),
      null,
      0,
      {},
      { opening: 3, gained: 0, anchor: at(0) },
    ],
    [
      'opens once: a balance that moved does not open',
      energy({ opening: 3 }),
      0,
      0,
      {},
      { opening: 0, gained: 0, anchor: at(0) },
    ],
    [
      'opens with an amount that follows another balance',
      energy({ opening: perStat, cap: 99 }),
      null,
      0,
      { stat: 4 },
      { opening: 18, gained: 0, anchor: at(0) },
    ],
    [
      'opens, and regenerates from the player’s creation',
      energy({ opening: 3 }),
      null,
      1,
      {},
      { opening: 3, gained: 1, anchor: at(1) },
    ],
    ['keeps the rest of an interval', energy(), 0, 2.75, {}, { opening: 0, gained: 2, anchor: at(2) }],
    [
      'stops at its cap, and counts from there',
      energy(),
      3,
      40,
      {},
      { opening: 0, gained: 2, anchor: at(40) },
    ],
    ['saves nothing up while it is full', energy(), 5, 40, {}, { opening: 0, gained: 0, anchor: at(40) }],
    [
      'is neither pulled back nor raised above a cap that is lower',
      energy({ cap: 2 }),
      5,
      40,
      {},
      { opening: 0, gained: 0, anchor: at(40) },
    ],
    ['grows to a cap that is higher', energy({ cap: 9 }), 5, 2, {}, { opening: 0, gained: 2, anchor: at(2) }],
    ['grows out of a debt', energy(), -3, 2, {}, { opening: 0, gained: 2, anchor: at(2) }],
    [
      'gets no more than fits where several units come at once',
      energy({ amount: 4 }),
      3,
      1,
      {},
      { opening: 0, gained: 2, anchor: at(1) },
    ],
    [
      'has a cap that follows another balance',
      energy({ cap: perStat }),
      10,
      9,
      { stat: 3 },
      { opening: 0, gained: 6, anchor: at(9) },
    ],
    [
      'has the base as its cap without that balance',
      energy({ cap: perStat }),
      5,
      40,
      {},
      { opening: 0, gained: 5, anchor: at(40) },
    ],
    ['is not moved by a clock that went back', energy(), 2, -5, {}, { opening: 0, gained: 0, anchor: at(0) }],
    [
      'does not grow where nothing regenerates',
      energy({ opening: 4, everySeconds: null, amount: null, cap: null }),
      null,
      40,
      {},
      { opening: 4, gained: 0, anchor: at(40) },
    ],
  ])('%s', async (_, rule, held, hours, balances, expected) => {
    const [computed] = await compute(owner, [{ rules: [rule], held, balances, since: at(0), at: at(hours) }]);
    expect(computed).toMatchObject(expected);
  });

  test('never exceeds what a JSON number holds', async () => {
    const endless = energy({
      everySeconds: 1,
      amount: Number.MAX_SAFE_INTEGER,
      cap: { base: 1, perUnit: 2 ** 40, resource: 'stat' },
    });
    const [computed] = await compute(owner, [
      { rules: [endless], held: 7, balances: { stat: 2 ** 50 }, since: at(0), at: at(1_000_000) },
    ]);
    expect(computed?.gained).toBe(Number.MAX_SAFE_INTEGER - 7);
  });
});

describe('a balance whose rule changed', () => {
  const changed = (hours: number, first: Partial<RegenerationRule>, second: Partial<RegenerationRule>) => [
    energy({ ...first, effectiveUntil: at(hours) }),
    energy({ ...second, effectiveFrom: at(hours) }),
  ];
  test.each<[string, RegenerationRule[], number | null, number, Partial<Computed>]>([
    [
      'keeps what it regenerated before the change',
      changed(2, {}, { everySeconds: 36_000 }),
      0,
      2,
      { opening: 0, gained: 2, anchor: at(2) },
    ],
    [
      'keeps the proportion of the interval that the change interrupts',
      changed(0.5, {}, { everySeconds: 7_200 }),
      0,
      1.5,
      { opening: 0, gained: 1, anchor: at(1.5) },
    ],
    [
      'gets nothing for the time in which nothing regenerated',
      changed(10, { everySeconds: null, amount: null, cap: null }, {}),
      0,
      12,
      { opening: 0, gained: 2, anchor: at(12) },
    ],
    [
      'starts a new interval where it was full at the change',
      changed(10.5, { cap: 2 }, { cap: 5 }),
      0,
      11,
      { opening: 0, gained: 2, anchor: at(10.5) },
    ],
    [
      'opens under the rule in force',
      changed(1, { opening: 1 }, { opening: 4, cap: 9 }),
      null,
      1,
      { opening: 4, gained: 1, anchor: at(1) },
    ],
    [
      'is computed from its anchor on: rules that ended before do not count',
      changed(-1, { amount: 100 }, {}),
      0,
      1,
      { opening: 0, gained: 1, anchor: at(1) },
    ],
    [
      'keeps the anchor of the rule before until the first unit under a slower one',
      changed(0.5, {}, { everySeconds: 36_000 }),
      0,
      1,
      { gained: 0, anchor: at(-4.5), kept: at(0) },
    ],
    [
      'keeps the anchor of the rule in force from the first unit on',
      changed(0.5, {}, { everySeconds: 36_000 }),
      0,
      6,
      { gained: 1, anchor: at(5.5), kept: at(5.5) },
    ],
    [
      'keeps an anchor although nothing regenerates any more, so that nothing is added again',
      changed(2.5, {}, { everySeconds: null, amount: null, cap: null }),
      0,
      9,
      { gained: 2, anchor: at(9), kept: at(9) },
    ],
    [
      'keeps no anchor where nothing ever regenerated',
      [energy({ opening: 4, everySeconds: null, amount: null, cap: null })],
      null,
      9,
      { opening: 4, gained: 0, kept: null },
    ],
    [
      'does not open under a rule that regenerates without an opening amount',
      [energy({ opening: null })],
      null,
      0,
      { opening: 0, gained: 0 },
    ],
  ])('%s', async (_, rules, held, hours, expected) => {
    const one: Case = { rules, held, balances: {}, since: at(0), at: at(hours) };
    const [computed] = await compute(owner, [one]);
    expect(computed).toMatchObject(expected);
    expectAgreement(one, computed as Computed);
  });
});
