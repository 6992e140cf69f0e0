import { expect, test } from 'vitest';
import { shrink } from '../../simulation/report/shrink.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test.each([
  ['one attempt that is enough', 100, [37]],
  ['two that lie far apart', 1_000, [3, 998]],
  ['the first and the last', 64, [0, 63]],
  ['five, scattered', 333, [1, 2, 90, 200, 332]],
])('leaves %s of %i', (_, count, needed) => {
  const fails = (items: readonly number[]) => needed.every((item) => items.includes(item));
  expect(shrink(upTo(count), fails)).toEqual(needed);
});

test('leaves what fails, and of which nothing can be left out', () => {
  // Fails with any three multiples of seven: there are many smallest histories, and it must end at one.
  const fails = (items: readonly number[]) => items.filter((item) => item % 7 === 0).length >= 3;
  const left = shrink(upTo(500), fails);
  expect(left).toHaveLength(3);
  expect(fails(left)).toBe(true);
});

test('keeps the order of what is left', () => {
  const items = [5, 3, 9, 1];
  expect(shrink(items, (some) => some.includes(9) && some.includes(3))).toEqual([3, 9]);
});
