/** Whose resources are spent: a player's own, or those of the player whom a game server names. Staff spend for nobody. */
import { badInput, forbidden } from '../domain/fault.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError } from './observe.ts';

export function spenderOf(context: RequestContext, playerId: string | null): string {
  const actor = requireActor(context);
  switch (actor.kind) {
    case 'player':
      if (playerId !== null && playerId !== actor.id)
        throw new FaultError(forbidden('playerId: a player spends for themselves alone', 'playerId'));
      return actor.id;
    case 'server':
      if (playerId === null) throw new FaultError(badInput('playerId', 'required for servers'));
      return playerId;
    case 'staff':
      throw new FaultError(forbidden("Staff do not spend what is a player's"));
  }
}

/** For what game servers alone may do. */
export function requireServer(context: RequestContext, what: string): void {
  if (requireActor(context).kind !== 'server') throw new FaultError(forbidden(`Only game servers ${what}`));
}
