/** Planted: an isolate answers reads of a player from what it read a while ago. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'stale-reads',
  bug: 'an isolate answers reads of a player from what it read a while ago',
  patches: [
    {
      in: 'worker',
      find: 'readPlayer(database, actor, id)',
      replace: `(async (memory: Record<string, Awaited<ReturnType<typeof readPlayer>>>) =>
      (memory[id] ??= await readPlayer(database, actor, id)))(
      ((globalThis as unknown as { players?: object }).players ??= {}) as never)`,
    },
  ],
};

export default mutant;
