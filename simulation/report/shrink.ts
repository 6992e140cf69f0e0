/** Makes a history that shows a fault as small as it goes, by leaving parts out and looking whether it still shows it. */

/**
 * Delta debugging: halves, quarters, eighths… are left out as long as what remains still fails. The result fails, and
 * leaving out any single item of it does not.
 */
export function shrink<T>(items: readonly T[], stillFails: (items: readonly T[]) => boolean): readonly T[] {
  let left = items;
  for (let parts = 2; left.length > 1; ) {
    const size = Math.ceil(left.length / parts);
    const smaller = withoutOnePart(left, size).find(stillFails);
    if (smaller) {
      left = smaller;
      parts = Math.max(parts - 1, 2);
    } else if (size > 1) {
      parts = Math.min(parts * 2, left.length);
    } else {
      return left;
    }
  }
  return left;
}

function withoutOnePart<T>(items: readonly T[], size: number): T[][] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
  return starts.map((start) => [...items.slice(0, start), ...items.slice(start + size)]);
}
