/** What every query does: authorise, read in one request, log. Players see themselves; servers and staff see all. */
import type { Actor } from '../domain/actor.ts';
import { forbidden } from '../domain/fault.ts';
import type { Database } from '../ledger/database.ts';
import type { Authorised } from '../ledger/read-authority.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError, type Observation, observe } from './observe.ts';

type Read<T> = (database: Database, actor: Actor) => Promise<Authorised<T>>;

/** The frame of every query. `ask` runs one request to Neon and throws where the actor may not read. */
export function readAndLog<T>(
  context: RequestContext,
  name: string,
  run: (read: <Row>(ask: Read<Row>) => Promise<Row[]>, actor: Actor, observation: Observation) => Promise<T>,
): Promise<T> {
  return observe(context, name, async (observation) => {
    const actor = requireActor(context);
    const read = async <Row>(ask: Read<Row>): Promise<Row[]> => {
      const result = await observation.timeDatabase(() => ask(context.services.database, actor));
      if (result.kind === 'forbidden')
        throw new FaultError(forbidden('This staff member may not read the ledger'));
      return result.rows;
    };
    return run(read, actor, observation);
  });
}

/** `field`: where the input names the player. */
export function requireOwn(actor: Actor, playerId: string | null, field = 'playerId'): void {
  if (actor.kind === 'player' && actor.id !== playerId) {
    throw new FaultError(forbidden('A player sees themselves alone', field));
  }
}
