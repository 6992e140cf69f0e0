/** me and player: version and balances from the ledger; level, tier and stats under the current rules. */
import type { Actor } from '../domain/actor.ts';
import { NO_CONFIG } from '../domain/decide.ts';
import { derivePlayer, newPlayer, type PlayerState, type RecordedPlayer } from '../domain/player-state.ts';
import { localRules } from '../domain/player-zones.ts';
import type { BalanceRules } from '../domain/rules.ts';
import { readPlayer } from '../ledger/read-player.ts';
import type { RequestContext } from '../schema/builder.ts';
import { Player } from '../schema/player.ts';
import { requireOwn } from './authorise.ts';
import { defineQuery } from './define-query.ts';
import { FaultError } from './observe.ts';

export const player = defineQuery({
  name: 'player',
  description:
    'A player, as of now; null where nothing was ever granted to that ID. Players see themselves only.',
  type: Player,
  nullable: true,
  actors: ['player', 'server', 'staff'],
  args: (t) => ({ id: t({ type: 'PlayerId', required: true }) }),
  resolve: async ({ id }, { actor, context, note, read }) => {
    note({ player: id });
    requireOwn(actor, id);
    const rules = await currentRules(context);
    const [row] = await read<RecordedPlayer>((database) => readPlayer(database, actor, id));
    return row ? playerOf(row, actor, rules) : null;
  },
  example: { id: 'player-1' },
});

export const me = defineQuery({
  name: 'me',
  description: 'The player of this token, as of now. A player who has done nothing yet is at version 0.',
  type: Player,
  nullable: false,
  actors: ['player'],
  args: () => ({}),
  resolve: async (_, { actor, context, note, read }) => {
    note({ player: actor.id });
    const rules = await currentRules(context);
    const [row] = await read<RecordedPlayer>((database) => readPlayer(database, actor, actor.id));
    return playerOf(row ?? newPlayer(actor.id, rules, context.now), actor, rules);
  },
  example: {},
});

/** The counters and streaks of a day are those of the player's own. Players do not see into which account they were merged. */
function playerOf(row: RecordedPlayer, actor: Actor, rules: BalanceRules): PlayerState {
  const moment = { actor, stored: row.zones, now: new Date(row.at) };
  const player = derivePlayer(row, localRules(rules, moment).rules);
  return actor.kind === 'player' ? { ...player, mergedInto: null } : player;
}

export async function currentRules({ services, correlationId }: RequestContext): Promise<BalanceRules> {
  const answer = await services.config.current(correlationId);
  if (answer.kind === 'unavailable') throw new FaultError(NO_CONFIG);
  return answer.rules;
}
