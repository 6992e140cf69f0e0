import { expect, test } from 'vitest';
import { RegenerationHistory, regenerate, type Segment } from '../../simulation/model/regeneration.ts';
import type { Rules } from '../../simulation/model/rules.ts';

const every = (from: number, everySeconds: number, amount = 1, upTo = 100): Segment => ({
  from,
  regeneration: { opening: 0, rate: { everySeconds, amount, upTo } },
});
const nothing = (from: number): Segment => ({ from, regeneration: { opening: 0, rate: null } });

test.each<[string, Segment[], number, { regenerated: number; anchor: number | null }]>([
  ['one unit per interval', [every(0, 10)], 35_000, { regenerated: 3, anchor: 30_000 }],
  [
    'each segment by its own rate',
    [every(0, 10), every(20_000, 5)],
    30_000,
    { regenerated: 4, anchor: 30_000 },
  ],
  [
    'half of an interval as half of the next one',
    [every(0, 10), every(5_000, 60)],
    35_000,
    { regenerated: 1, anchor: 35_000 },
  ],
  [
    'nothing twice: before the first unit of a segment the anchor is that of the one before',
    [every(0, 10), every(15_000, 60)],
    16_000,
    { regenerated: 1, anchor: 10_000 },
  ],
  ['nothing without a rate', [every(0, 10), nothing(15_000)], 90_000, { regenerated: 1, anchor: 90_000 }],
  ['from the publication on', [nothing(0), every(50_000, 10)], 75_000, { regenerated: 2, anchor: 70_000 }],
  ['up to the bound', [every(0, 1, 1, 5)], 60_000, { regenerated: 5, anchor: 60_000 }],
  [
    'no more at once if the bound is raised',
    [every(0, 1, 1, 5), every(60_000, 1, 1, 9)],
    62_000,
    { regenerated: 7, anchor: 62_000 },
  ],
  [
    'nothing and no anchor if nothing could ever regenerate',
    [nothing(0)],
    60_000,
    { regenerated: 0, anchor: null },
  ],
])('a balance regenerates %s', (_, segments, to, expected) => {
  expect(regenerate(segments, 0, {}, { from: 0, to })).toEqual({ opening: 0, ...expected });
});

test('a balance without a row opens as the newest segment says', () => {
  const segments = [every(0, 10), { from: 5_000, regeneration: { opening: 7, rate: null } }];
  expect(regenerate(segments, undefined, {}, { from: 4_000, to: 9_000 }).opening).toBe(7);
  expect(regenerate(segments, 0, {}, { from: 4_000, to: 9_000 }).opening).toBe(0);
});

test('only a publication that changes a resource begins a segment, and a later config is left out', () => {
  const rules = (everySeconds: number) =>
    ({ resources: { energy: { regeneration: every(0, everySeconds).regeneration } } }) as unknown as Rules;
  const history = new RegenerationHistory([
    { version: 1, from: 10, rules: rules(1) },
    { version: 2, from: 20, rules: rules(1) },
    { version: 3, from: 30, rules: rules(2) },
  ]);
  expect(history.of('energy', 2).map(({ from }) => from)).toEqual([10]);
  expect(history.of('energy', 3).map(({ from }) => from)).toEqual([10, 30]);
});
