import { expect, test } from 'vitest';
import { shrink } from '../../simulation/report/story.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test.each([
  ['one item', 100, [37]],
  ['two distant items', 1_000, [3, 998]],
  ['the first and the last item', 64, [0, 63]],
  ['five scattered items', 333, [1, 2, 90, 200, 332]],
])('shrink keeps %s of %i, which are enough to fail', (_, count, needed) => {
  const fails = (items: readonly number[]) => needed.every((item) => items.includes(item));
  expect(shrink(upTo(count), fails)).toEqual(needed);
});

test('shrink ends at a list that fails and from which nothing can be removed', () => {
  // Any three multiples of seven fail: there are many smallest lists, and it must find one.
  const fails = (items: readonly number[]) => items.filter((item) => item % 7 === 0).length >= 3;
  const left = shrink(upTo(500), fails);
  expect(left).toHaveLength(3);
  expect(fails(left)).toBe(true);
});

test('shrink keeps the order of the items', () => {
  const items = [5, 3, 9, 1];
  expect(shrink(items, (some) => some.includes(9) && some.includes(3))).toEqual([3, 9]);
});
