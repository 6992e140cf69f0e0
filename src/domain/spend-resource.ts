/**
 * spendResource: a game server charges a player an amount that no price of the config knows, such as an entry fee that the match
 * decided. The config says which resources and how much.
 */
import { type Decision, decide, type Intent, lookup, type Plan, reject } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { limitUses } from './limits.ts';
import type { OperationKind } from './operation.ts';
import { take } from './postings.ts';
import type { BalanceRules } from './rules.ts';
import type { PositiveInt, Reason } from './values.ts';

export const SPEND_RESOURCE = {
  name: 'spendResource',
  claimType: 'spending',
  permission: 'reward:take',
} as const satisfies OperationKind;

export interface SpendResource {
  readonly resource: string;
  readonly amount: PositiveInt;
  readonly reason: Reason;
}

export function decideSpendResource(intent: Intent, request: SpendResource): Decision {
  const { resource, amount, reason } = request;
  const input = { resource, amount, reason };
  return decide({ intent, kind: SPEND_RESOURCE, input }, (rules) => planSpending(rules, intent, request));
}

function planSpending(rules: BalanceRules, intent: Intent, request: SpendResource): Plan {
  const { resource, amount, reason } = request;
  const rule = rules.resources.get(resource);
  if (!rule?.spend) return lookup(notSpendable(resource, rules));

  // Two equal charges are two events: the client's key is the only name of each.
  const claim = { claimType: SPEND_RESOURCE.claimType, claimKey: intent.idempotencyKey };
  const { perCall, limits } = rule.spend;
  if (perCall !== null && amount > perCall) {
    return reject(claim, {
      kind: 'limit_exceeded',
      limit: 'spend_amount',
      resource,
      bound: perCall,
      remaining: perCall,
      requested: amount,
      renewsAt: null,
    });
  }
  const charged = { limits, claimType: claim.claimType, resource, amount, limit: 'spendings' } as const;
  return {
    kind: 'commit',
    ...claim,
    postings: [take(rule, amount)],
    limits: limitUses(charged, intent.now, rules.calendar),
    reason,
  };
}

function notSpendable(resource: string, { resources }: BalanceRules): Fault {
  const allowed = [...resources.values()].filter(({ spend }) => spend).map(({ name }) => name);
  return badInput(
    'resource',
    `game servers cannot charge ${resource}; the balance config allows: ${allowed.join(', ') || 'nothing'}`,
  );
}
