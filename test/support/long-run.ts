/** `npm run test:long` runs the sizes that `npm test` has no time for. */

/** For tests that Node runs. Those of the Worker inject `isLongRun`. */
export const isLongRun = Boolean(process.env.ONCEWARD_LONG_TESTS);

/** A size of `npm run test:long` and the one of `npm test`. */
export const sizeOf = <T>({ long, short }: { readonly long: T; readonly short: T }): T =>
  isLongRun ? long : short;
