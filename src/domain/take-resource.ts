/**
 * takeResource: a staff member takes something from a player, such as what a defect gave. Taking is no award: it has limits of its
 * own, which the kernel reads from what was published.
 */
import { type Decision, decide, type Intent, lookup, type Plan } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { Posting } from './moves.ts';
import type { OperationKind } from './operation.ts';
import { take } from './postings.ts';
import type { BalanceRules, ResourceRule } from './rules.ts';
import type { PositiveInt, Reason } from './values.ts';

export const TAKE_RESOURCE = {
  name: 'takeResource',
  claimType: 'taking',
  permission: 'reward:take',
} as const satisfies OperationKind;

export interface TakeResource {
  readonly resource: string;
  readonly amount: PositiveInt;
  readonly reason: Reason;
  /** Where the player has less: refuse, take what is above the floor, or leave a debt that future grants pay first. */
  readonly ifInsufficient: 'refuse' | 'clamp' | 'debt';
}

export function decideTakeResource(intent: Intent, request: TakeResource): Decision {
  const { resource, amount, reason, ifInsufficient } = request;
  const input = { resource, amount, reason, ifInsufficient };
  return decide({ intent, kind: TAKE_RESOURCE, input }, (rules) => planTaking(rules, intent, request));
}

function planTaking(rules: BalanceRules, { idempotencyKey }: Intent, request: TakeResource): Plan {
  const { resource, reason } = request;
  const rule = rules.resources.get(resource);
  if (!rule?.take) return lookup(notTakeable(resource, rules));
  if (request.ifInsufficient === 'debt' && !rule.take.debt)
    return lookup(badInput('ifInsufficient', `the balance config allows no debt of ${resource}`));
  return {
    kind: 'commit',
    claimType: TAKE_RESOURCE.claimType,
    claimKey: idempotencyKey,
    postings: [postingOf(rule, request)],
    reason,
  };
}

function postingOf(rule: ResourceRule, { amount, ifInsufficient }: TakeResource): Posting {
  const posting = take(rule, amount);
  if (ifInsufficient === 'debt') return { ...posting, floor: null };
  return { ...posting, atLimit: ifInsufficient === 'clamp' ? 'clamp' : 'reject' };
}

function notTakeable(resource: string, { resources }: BalanceRules): Fault {
  const allowed = [...resources.values()].filter((rule) => rule.take).map(({ name }) => name);
  return badInput(
    'resource',
    `staff cannot take ${resource}; the balance config allows: ${allowed.join(', ') || 'nothing'}`,
  );
}
