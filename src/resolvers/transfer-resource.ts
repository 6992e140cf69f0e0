/** transferResource: from a player's own balances, or, by a game server, from those of the player whom it names. */
import {
  checkTransfer,
  decideTransferResource,
  TRANSFER,
  type TransferResource,
} from '../domain/transfer-resource.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import { ownId, type RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { spenderOf } from './spender.ts';

export type TransferResourceInput = Omit<Asked, 'playerId'> &
  TransferResource & { readonly playerId: string | null };

const REFUSALS = [
  'idempotency_key_reused',
  'insufficient_balance',
  'limit_exceeded',
  'unknown_player',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function transferResource(
  input: TransferResourceInput,
  context: RequestContext,
): Promise<ResultOf<Refusal>> {
  const { toPlayerId, resource, amount, idempotencyKey, expectedVersion } = input;
  const about = { player: input.playerId ?? ownId(context), claimType: TRANSFER };
  return mutate(context, { name: 'transferResource', refusals: REFUSALS, about }, async () => {
    const playerId = spenderOf(context, input.playerId);
    const request = { toPlayerId, resource, amount };
    const fault = checkTransfer(playerId, request);
    if (fault) throw new FaultError(fault);
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decideTransferResource(command, request),
    };
  });
}
