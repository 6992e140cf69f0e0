/**
 * Ends a command with the npm that runs it. npm hands a SIGTERM to its shell alone, which goes without a word: what was
 * started by a script or a supervisor would live on and keep its port.
 */

const LOOK_EVERY_MS = 500;

/** Calls `end` once when the process that started this one is gone. Keeps nothing alive by itself. */
export function whenParentEnds(end: () => void): void {
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(looking);
    end();
  }, LOOK_EVERY_MS);
  looking.unref();
}
