/** Planted: an isolate answers reads of a player from what it read a while ago. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'stale-reads',
  bug: 'an isolate answers reads of a player from what it read a while ago',
  patches: [
    {
      in: 'worker',
      find: '    const [row] = await read<PlayerRow>((database) => readPlayer(database, actor, playerId));',
      replace: `    const memory = globalThis as unknown as { players?: Map<string, PlayerRow | undefined> };
    memory.players ??= new Map();
    if (!memory.players.has(playerId)) {
      memory.players.set(playerId, (await read<PlayerRow>((database) => readPlayer(database, actor, playerId)))[0]);
    }
    const row = memory.players.get(playerId);`,
    },
  ],
};

export default mutant;
