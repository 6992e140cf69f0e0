/** exchange: a player for themselves, or a game server for a player. The dice of draws are thrown here, and nowhere else. */
import { checkExchange, decideExchange, type Exchange } from '../domain/exchange.ts';
import { type Asked, mutate, type ResultOf } from './carry-out.ts';
import { ownId, type RequestContext } from './context.ts';
import { FaultError } from './observe.ts';
import { fairRoll } from './roll.ts';
import { spenderOf } from './spender.ts';

export type ExchangeInput = Omit<Asked, 'playerId'> & Exchange & { readonly playerId: string | null };

const REFUSALS = [
  'idempotency_key_reused',
  'insufficient_balance',
  'limit_exceeded',
  'unknown_exchange',
  'version_conflict',
] as const;
type Refusal = (typeof REFUSALS)[number];

export function exchange(input: ExchangeInput, context: RequestContext): Promise<ResultOf<Refusal>> {
  const { exchange, quantity, idempotencyKey, expectedVersion } = input;
  const about = { player: input.playerId ?? ownId(context), claimType: exchange };
  return mutate(context, { name: 'exchange', refusals: REFUSALS, about }, async () => {
    const playerId = spenderOf(context, input.playerId);
    const request = { exchange, quantity };
    const fault = checkExchange(request);
    if (fault) throw new FaultError(fault);
    return {
      asked: { playerId, idempotencyKey, expectedVersion },
      decide: (command) => decideExchange(command, request, fairRoll),
    };
  });
}
