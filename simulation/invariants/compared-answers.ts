/** Which parts of two answers under one key must be equal, and how a finding names an answer. */
import type { Answer } from '../clients/journal.ts';
import { publicPart } from './visibility.ts';

/** An answer that is stored under its key. */
export type StoredAnswer = Extract<Answer, { kind: 'receipt' | 'rejected' | 'call' }>;

/** Only servers and staff see the other player's changes, and how what they made is filed. */
export function comparable(answer: StoredAnswer, sameActorKind: boolean): unknown {
  // The outcomes of items are compared under keys of their own.
  if (answer.kind === 'call') return { kind: 'call', items: answer.items.map(({ id }) => id) };
  if (sameActorKind) return answer.kind === 'receipt' ? { ...answer.receipt, replayed: null } : answer;
  if (answer.kind === 'rejected') {
    const { original } = answer;
    const shown = original && { ...original, claim: publicPart(original.claim) };
    return { ...answer, correlationId: null, original: shown };
  }
  const { receipt } = answer;
  const hidden = { replayed: null, counterpartyChanges: null, correlationId: null };
  return { ...receipt, ...hidden, claim: publicPart(receipt.claim) };
}

/** For a finding. */
export function summary(answer: StoredAnswer): string {
  if (answer.kind === 'call') return `a call with ${answer.items.map(({ id }) => id).join(' ')}`;
  if (answer.kind === 'rejected')
    return `${answer.rejection.kind} ${JSON.stringify(answer.rejection.details)}`;
  const { claim, changes, player, levelAfter, tierAfter } = answer.receipt;
  const moved = changes.map(({ resource, before, after }) => `${resource} ${before}→${after}`).join(', ');
  return `claim ${claim.id} at version ${claim.playerVersion} (${moved}; level ${levelAfter}, tier ${tierAfter}, ${JSON.stringify(player.stats)})`;
}
