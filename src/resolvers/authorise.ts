/**
 * Who may call an operation, and for which player. Roles of staff are checked where the staff row is: by the kernel for
 * mutations, in the same round trip for reads.
 */
import type { Actor, ActorKind } from '../domain/actor.ts';
import { badInput, type Fault, forbidden } from '../domain/fault.ts';
import type { ForbiddenReason } from '../domain/outcome.ts';
import { allowsOperation } from '../domain/server-scope.ts';
import type { RequestContext } from '../schema/builder.ts';
import { graphqlErrors } from '../schema/errors.ts';
import { FaultError } from './observe.ts';

const NOUNS = { player: 'players', server: 'game servers', staff: 'staff' } as const;

/** `player` and `server` → "players and game servers". */
function nounsOf(actors: readonly ActorKind[]): string {
  return actors.map((kind) => NOUNS[kind]).join(' and ');
}

function requireActor({ actor }: RequestContext): Actor {
  if (!actor) throw graphqlErrors.unauthenticated();
  return actor;
}

/** The actor of the request, if its kind is one of `actors` and the scope of a game server's token has the operation. */
export function authorise(context: RequestContext, name: string, actors: readonly ActorKind[]): Actor {
  const actor = requireActor(context);
  if (!actors.includes(actor.kind)) throw new FaultError(forbidden(`${name} is for ${nounsOf(actors)} only`));
  if (actor.kind !== 'server') return actor;
  if (actor.token && !allowsOperation(actor.token.scope, name))
    throw new FaultError(
      forbidden(`${name} is outside the scope of this token; without one, SERVER_SCOPE decides`),
    );
  return { ...actor, operation: name };
}

/** The player on whose ledger a mutation acts: a player's own; servers and staff name the player. */
export function actingPlayer(actor: Actor, named: string | null): string {
  if (actor.kind === 'player') {
    if (named !== null && named !== actor.id) throw new FaultError(ANOTHER_PLAYER);
    return actor.id;
  }
  if (named === null) throw new FaultError(badInput('playerId', 'required for servers and staff'));
  return named;
}

const ANOTHER_PLAYER: Fault = forbidden('playerId: a player acts for themselves only', 'playerId');

/** Players read themselves only. `field`: the path of the player in the input. */
export function requireOwn(actor: Actor, playerId: string | null, field = 'playerId'): void {
  if (actor.kind === 'player' && actor.id !== playerId) {
    throw new FaultError(forbidden('A player sees themselves only', field));
  }
}

/** The player who is calling; null for other actors. For log lines. */
export function ownId({ actor }: RequestContext): string | null {
  return actor?.kind === 'player' ? actor.id : null;
}

/** Why the database refused a staff member or a game server. */
export const FORBIDDEN = {
  unknown_staff: 'This staff member is not registered; an operator adds them with "npm run staff -- add"',
  disabled: 'This staff member has been disabled',
  role: 'The role of this staff member does not allow it',
  unknown_server:
    'This game server is not registered; staff register it with setServer, an operator with "npm run server -- add"',
  disabled_server: 'This game server has been disabled',
  server_key: 'The key that signed this token is not one of this game server',
  scope: 'This game server may not call the operation',
  claim_scope: 'The claim type or an amount is outside the scope of this game server or its token',
} as const satisfies Record<ForbiddenReason, string>;
