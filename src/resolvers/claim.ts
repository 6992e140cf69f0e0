/** claim: one granted claim, by its ID or by what was claimed. */
import { badInput } from '../domain/fault.ts';
import { PATTERNS } from '../domain/patterns.ts';
import { type ClaimReference, type ClaimRow, readClaim } from '../ledger/read-claims.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError } from './observe.ts';
import { readAndLog, requireOwn } from './read.ts';

export interface ClaimArguments {
  readonly id: string | null;
  readonly playerId: string | null;
  readonly type: string | null;
  readonly key: string | null;
}

/** Null: no such claim, or none that the actor may see. */
export function claim(asked: ClaimArguments, context: RequestContext): Promise<ClaimRow | null> {
  return readAndLog(context, 'claim', async (read, actor) => {
    const reference = referenceOf(asked, context);
    if ('playerId' in reference) requireOwn(actor, reference.playerId);
    const [row] = await read((database) => readClaim(database, actor, reference));
    return row ?? null;
  });
}

function referenceOf({ id, playerId, type, key }: ClaimArguments, context: RequestContext): ClaimReference {
  if (id !== null) {
    if (type !== null || key !== null)
      throw new FaultError(badInput('id', 'give either the ID, or type and key'));
    if (!PATTERNS.claimId.expression.test(id))
      throw new FaultError(badInput('id', `must be ${PATTERNS.claimId.expected}`));
    return { id };
  }
  const actor = requireActor(context);
  const player = playerId ?? (actor.kind === 'player' ? actor.id : null);
  if (type === null || key === null)
    throw new FaultError(badInput('id', 'give either the ID, or type and key'));
  if (player === null)
    throw new FaultError(badInput('playerId', 'required for servers and staff, beside type and key'));
  return { playerId: player, type, key };
}
