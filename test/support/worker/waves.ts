/** Many requests, as wide as the Worker's door: for storms. */

/** Starts as many at once as `width`, and the next ones when all of these are answered. */
export async function inWaves<In, Out>(
  all: readonly In[],
  width: number,
  run: (one: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const done: Out[] = [];
  for (let begin = 0; begin < all.length; begin += width)
    done.push(
      ...(await Promise.all(all.slice(begin, begin + width).map((one, place) => run(one, begin + place)))),
    );
  return done;
}
