/**
 * transferResource: a player gives another player a resource that the config lets players give. Both sides are one operation:
 * one claim, one transaction, and an entry in each player's ledger. Where the config says so, what does not fit under the other
 * player's ceiling is paid by the giver and becomes a pending reward, whole.
 */
import { type Decision, decide, type Intent, lookup, type Plan, reject } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { limitUses } from './limits.ts';
import type { OperationKind } from './operation.ts';
import { give, take, whole } from './postings.ts';
import type { BalanceRules } from './rules.ts';
import type { PositiveInt } from './values.ts';

export const TRANSFER_RESOURCE = {
  name: 'transferResource',
  claimType: 'transfer',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface TransferResource {
  readonly toPlayerId: string;
  readonly resource: string;
  readonly amount: PositiveInt;
}

export function checkRecipient(playerId: string, toPlayerId: string): Fault | null {
  return toPlayerId === playerId ? badInput('toPlayerId', 'must be another player') : null;
}

export function decideTransferResource(intent: Intent, request: TransferResource): Decision {
  const { toPlayerId, resource, amount } = request;
  const input = { toPlayerId, resource, amount };
  return decide({ intent, kind: TRANSFER_RESOURCE, input }, (rules) => planTransfer(rules, intent, request));
}

function planTransfer(rules: BalanceRules, intent: Intent, request: TransferResource): Plan {
  const { toPlayerId, resource, amount } = request;
  const rule = rules.resources.get(resource);
  // A lookup: a known key is answered even if the config has changed since.
  if (!rule?.transfer) return lookup(notTransferable(resource, rules));

  // Each transfer is a claim of its own: the client's key is its only name.
  const claim = { claimType: TRANSFER_RESOURCE.claimType, claimKey: intent.idempotencyKey };
  const { perTransfer, limits, receives, accountAgeHours: hours, onFull, message } = rule.transfer;
  if (perTransfer !== null && amount > perTransfer) {
    return reject(claim, {
      kind: 'limit_exceeded',
      limit: 'transfer_amount',
      resource,
      bound: perTransfer,
      remaining: perTransfer,
      requested: amount,
      renewsAt: null,
    });
  }
  const given = { claimType: claim.claimType, resource, amount };
  const uses = [
    ...limitUses({ ...given, limits, limit: 'transfers' }, intent.now, rules.calendar),
    ...limitUses({ ...given, limits: receives, limit: 'recipient_limit' }, intent.now, rules.calendar),
  ];
  return {
    kind: 'commit',
    ...claim,
    postings: [take(rule, amount)],
    // Rejected rather than clamped: what one player gives, the other receives.
    counterparty: { playerId: toPlayerId, postings: [whole(give(rule, amount))] },
    onFull: onFull === 'pending' ? { origin: 'transfer', message } : null,
    limits: uses,
    age: hours === null ? null : { hours, resource, requested: amount },
  };
}

function notTransferable(resource: string, { resources }: BalanceRules): Fault {
  const allowed = [...resources.values()].filter(({ transfer }) => transfer).map(({ name }) => name);
  return badInput(
    'resource',
    `players cannot give ${resource}; the balance config allows: ${allowed.join(', ') || 'nothing'}`,
  );
}
