/** me and player: version and balances from the ledger; level, tier and stats derived under the current rules. */
import { NO_CONFIG } from '../domain/command.ts';
import { forbidden } from '../domain/fault.ts';
import { derivePlayer, type PlayerState, type RecordedPlayer } from '../domain/player-state.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { readPlayer } from '../ledger/read-player.ts';
import type { RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { readAndLog, requireOwn } from './read.ts';

/** Null: nothing was ever done for this player. */
export function player(playerId: string, context: RequestContext): Promise<PlayerState | null> {
  return readAndLog(context, 'player', async (read, actor, observation) => {
    observation.note({ player: playerId });
    requireOwn(actor, playerId);
    const rules = await currentRules(context);
    const [row] = await read<RecordedPlayer>((database) => readPlayer(database, actor, playerId));
    return row ? derivePlayer(row, rules) : null;
  });
}

/** A player who has done nothing yet is at version 0 and level 1, without balances. */
export function me(context: RequestContext): Promise<PlayerState> {
  return readAndLog(context, 'me', async (read, actor, observation) => {
    if (actor.kind !== 'player')
      throw new FaultError(forbidden('me is for players; ask for player(id) instead'));
    observation.note({ player: actor.id });
    const rules = await currentRules(context);
    const [row] = await read<RecordedPlayer>((database) => readPlayer(database, actor, actor.id));
    return derivePlayer(row ?? newPlayer(actor.id, context.now), rules);
  });
}

function newPlayer(id: string, now: Date): RecordedPlayer {
  const at = now.toISOString();
  return { id, version: 0, balances: {}, anchors: {}, playerSince: at, at };
}

async function currentRules({ services }: RequestContext): Promise<BalanceRules> {
  const answer = await services.config.current();
  if (answer.kind === 'unavailable') throw new FaultError(NO_CONFIG);
  return answer.rules;
}
