/** previewExchange: asked as exchange is; it shows what is certain, and of draws the odds. Nothing is rolled. */
import { checkExchange, decideExchange } from '../domain/exchange.ts';
import { type ExchangePreview, previewOfExchange } from '../domain/preview.ts';
import type { RefusalOf } from './carry-out.ts';
import { ownId, type RequestContext } from './context.ts';
import type { ExchangeInput } from './exchange.ts';
import { FaultError } from './observe.ts';
import { preview } from './preview-operation.ts';
import { spenderOf } from './spender.ts';

const REFUSALS = ['insufficient_balance', 'limit_exceeded', 'unknown_exchange', 'version_conflict'] as const;

export function previewExchange(
  input: Omit<ExchangeInput, 'idempotencyKey'>,
  context: RequestContext,
): Promise<ExchangePreview | RefusalOf<(typeof REFUSALS)[number]>> {
  const { exchange, quantity, expectedVersion } = input;
  const about = { player: input.playerId ?? ownId(context), claimType: exchange };
  return preview(context, { name: 'previewExchange', refusals: REFUSALS, about }, async () => {
    const playerId = spenderOf(context, input.playerId);
    const request = { exchange, quantity };
    const fault = checkExchange(request);
    if (fault) throw new FaultError(fault);
    return {
      asked: { playerId, expectedVersion },
      decide: (command) => decideExchange(command, request, null),
      shape: (judged) => previewOfExchange(judged, quantity),
    };
  });
}
