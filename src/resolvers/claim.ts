/** claim: one granted claim, by its ID or by its type and key. */
import type { Actor } from '../domain/actor.ts';
import { badInput } from '../domain/fault.ts';
import { readClaimAnywhere } from '../ledger/read-archived-claim.ts';
import type { ClaimReference } from '../ledger/read-claims.ts';
import { ClaimWithChanges, hasInternalKeys } from '../schema/claim.ts';
import { requireOwn } from './authorise.ts';
import { defineQuery } from './define-query.ts';
import { FaultError } from './observe.ts';

interface ClaimArguments {
  readonly id?: string | null | undefined;
  readonly playerId?: string | null | undefined;
  readonly type?: string | null | undefined;
  readonly key?: string | null | undefined;
}

function referenceOf(args: ClaimArguments, actor: Actor): ClaimReference {
  const { id = null, playerId = null, type = null, key = null } = args;
  const ambiguous = new FaultError(badInput('id', 'give either the ID, or type and key'));
  if (id !== null) {
    if (type !== null || key !== null) throw ambiguous;
    return { id };
  }
  if (type === null || key === null) throw ambiguous;
  const player = playerId ?? (actor.kind === 'player' ? actor.id : null);
  if (player === null)
    throw new FaultError(badInput('playerId', 'required for servers and staff, together with type and key'));
  return { playerId: player, type, key };
}

export const claim = defineQuery({
  name: 'claim',
  description:
    'One granted claim: by `id`, or by `type` and `key` (servers and staff add `playerId`). Null: it was not granted. One that is in the archive takes longer, and is UNAVAILABLE while that cannot be read. Players find awards and imports by `id` only.',
  type: ClaimWithChanges,
  nullable: true,
  actors: ['player', 'server', 'staff'],
  args: (t) => ({
    id: t({ type: 'ClaimId' }),
    playerId: t({ type: 'PlayerId' }),
    type: t({ type: 'ClaimType' }),
    key: t({ type: 'Text', description: 'The claim key, as a receipt shows it.' }),
  }),
  resolve: async (args, { actor, context, read }) => {
    const reference = referenceOf(args, actor);
    if ('playerId' in reference) {
      requireOwn(actor, reference.playerId);
      if (hasInternalKeys(reference.type, context)) return null;
    }
    const [row] = await read((database) => readClaimAnywhere(database, actor, reference));
    return row ?? null;
  },
  example: { playerId: 'player-1', type: 'pve_victory', key: 'battle-1' },
});
