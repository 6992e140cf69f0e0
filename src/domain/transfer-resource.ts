/**
 * transferResource: a player gives another what the config lets players give. Both sides are one operation: one claim, one
 * transaction, an entry in the ledger of each.
 */
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG, refuse } from './command.ts';
import { badInput, type Fault } from './fault.ts';
import { MAX_AMOUNT } from './operation.ts';
import { give, take } from './postings.ts';
import { dailyQuota } from './quota.ts';

export const TRANSFER = 'transfer';

export interface TransferResource {
  readonly toPlayerId: string;
  readonly resource: string;
  readonly amount: number;
}

export function checkTransfer(playerId: string, { toPlayerId, amount }: TransferResource): Fault | null {
  if (toPlayerId === playerId) return badInput('toPlayerId', 'must be another player');
  if (amount < 1) return badInput('amount', `must be an integer from 1 to ${MAX_AMOUNT}`);
  return null;
}

export function decideTransferResource(command: Command, request: TransferResource): Decision {
  const { toPlayerId, resource, amount } = request;
  const draft = draftOperation(command, {
    name: 'transferResource',
    permission: 'reward:claim',
    input: { toPlayerId, resource, amount },
  });
  const { rules, now } = command;
  if (!rules) return cannot(draft, NO_CONFIG);
  const rule = rules.resources.get(resource);
  const transferable = [...rules.resources.values()].filter(({ transfer }) => transfer);
  if (!rule?.transfer) {
    const names = transferable.map(({ name }) => name).join(', ') || 'nothing';
    return cannot(
      draft,
      badInput('resource', `${resource} can't be given to another player; the config allows: ${names}`),
    );
  }

  const claim = { claimType: TRANSFER, claimKey: command.idempotencyKey };
  const { perTransfer, perDay } = rule.transfer;
  if (perTransfer !== null && amount > perTransfer) {
    return refuse(draft, claim, {
      kind: 'limit_exceeded',
      limit: 'transfer_amount',
      resource,
      bound: perTransfer,
      remaining: perTransfer,
      requested: amount,
      renewsAt: null,
    });
  }
  return commit(draft, rules, {
    ...claim,
    postings: [take(rule, amount)],
    // Never what fits: what one player gives, the other gets.
    counterparty: { playerId: toPlayerId, postings: [{ ...give(rule, amount), atLimit: 'reject' }] },
    quotas: dailyQuota(
      { name: `transfer:${resource}`, limit: 'transfer_per_day', amount, bound: perDay },
      now,
      rules,
    ),
  });
}
