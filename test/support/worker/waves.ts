/** Sends many requests at once. */

export function atOnce<T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => run(index)));
}

/** Runs `width` of them at once, and the next ones when all of these have been answered. */
export async function inWaves<In, Out>(
  all: readonly In[],
  width: number,
  run: (one: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const done: Out[] = [];
  for (let begin = 0; begin < all.length; begin += width) {
    const wave = all.slice(begin, begin + width).map((one, place) => run(one, begin + place));
    done.push(...(await Promise.all(wave)));
  }
  return done;
}
