// What a pasted ID may be, by its form alone.
import { decodeTicket } from './ticket.ts';

export type PastedId =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'ticket'; readonly playerId: string; readonly type: string; readonly key: string }
  | { readonly kind: 'claim'; readonly id: string }
  /** What somebody sent for a player under an idempotency key. */
  | { readonly kind: 'attempt'; readonly playerId: string; readonly idempotencyKey: string }
  /** A correlation ID or a key: the forms overlap. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unusable'; readonly why: string };

// As in the schema: ClaimId.
const CLAIM_ID = /^[0-9a-hjkmnp-tv-z]{16}(?!0)[0-9a-hjkmnp-tv-z]{1,7}$/i;
const TEXT = /^[!-~]{1,255}$/;
// As in the schema: IdempotencyKey.
const IDEMPOTENCY_KEY = /^[A-Za-z0-9_.:-]{16,255}$/;

export function readPasted(pasted: string): PastedId {
  const text = pasted.trim();
  if (text === '') return { kind: 'nothing' };
  const ticket = decodeTicket(text);
  if (ticket) return { kind: 'ticket', ...ticket };
  if (CLAIM_ID.test(text)) return { kind: 'claim', id: text };
  if (TEXT.test(text)) return { kind: 'text', text };
  const [playerId = '', idempotencyKey = '', ...more] = text.split(/\s+/);
  if (more.length === 0 && IDEMPOTENCY_KEY.test(idempotencyKey))
    return { kind: 'attempt', playerId, idempotencyKey };
  return {
    kind: 'unusable',
    why: 'An ID has 1 to 255 characters without spaces; a ticket has three parts joined by dots; an idempotency key follows the ID of its player.',
  };
}

/** As in the schema: CorrelationId. */
export const isCorrelationId = (text: string) => /^[A-Za-z0-9_.:-]{8,128}$/.test(text);
