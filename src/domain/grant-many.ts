/**
 * grantMany: staff and game servers give resources to many players in one call: an apology, a gift. An item's claim is unique per
 * campaign, item and player, by any caller and under any key.
 */
import { derivedKey, type Json } from './canonical.ts';
import { type Decision, decide, type Intent, lookup } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { unknownMessage } from './inbox.ts';
import { checkGiver, checkGrants, checkResources, type Grant } from './manual-reward.ts';
import type { Posting } from './moves.ts';
import type { InboxMessage, OperationKind } from './operation.ts';
import { give, resourceRule, whole } from './postings.ts';
import type { BalanceRules } from './rules.ts';
import type { Reason } from './values.ts';

export const GRANT_MANY = {
  name: 'grantMany',
  claimType: 'campaign_grant',
  permission: 'reward:manual',
  limitsServers: true,
} as const satisfies OperationKind;

/** What one player gets. */
export interface ManyGrant {
  readonly playerId: string;
  /** Identifies what is given within the campaign. */
  readonly item: string;
  readonly gives: readonly Grant[];
}

/** Where a gift that does not fit becomes pending: what the inbox shows of it. */
export type WhenFull = { readonly message: InboxMessage };

/** With what all items of a call have in common. */
export interface GrantItem extends ManyGrant {
  readonly campaign: string;
  readonly reason: Reason;
  /** Null: the rules of the resources decide. */
  readonly onFull: WhenFull | null;
  /** In the input, for faults: `items[3]`. */
  readonly field: string;
}

/** Returns the first fault of a list, or null. */
export function checkItems(items: readonly ManyGrant[], most: number): Fault | null {
  if (items.length < 1 || items.length > most) return badInput('items', `must have 1 to ${most} items`);
  const seen = new Map<string, number>();
  for (const [index, { playerId, item, gives }] of items.entries()) {
    const fault = checkGrants(gives, `items[${index}].gives`);
    if (fault) return fault;
    const key = derivedKey(playerId, item);
    const earlier = seen.get(key);
    if (earlier !== undefined)
      return badInput(`items[${index}]`, `names the player and item of items[${earlier}] a second time`);
    seen.set(key, index);
  }
  return null;
}

/** What one gift moves. Where it can become pending, it fits whole or not at all. */
export function giftPostings(
  gives: readonly { readonly resource: string; readonly amount: number }[],
  { rules, onFull }: { readonly rules: BalanceRules; readonly onFull: WhenFull | null },
): Posting[] {
  const postings = gives.map(({ resource, amount }) => give(resourceRule(rules, resource), amount));
  return onFull ? postings.map(whole) : postings;
}

export function decideGrant(intent: Intent, { campaign, reason, onFull, ...given }: GrantItem): Decision {
  const gives = given.gives
    .map(({ resource, amount }) => ({ resource, amount }))
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
  const input = { campaign, item: given.item, gives, reason, ...sentOnFull(onFull) };
  return decide({ intent, kind: GRANT_MANY, input }, (rules) => {
    const fault =
      checkGiver(intent, rules) ??
      checkResources(given.gives, intent, rules, `${given.field}.gives`) ??
      unknownMessage(onFull?.message ?? null, rules);
    if (fault) return lookup(fault);
    return {
      kind: 'commit',
      claimType: GRANT_MANY.claimType,
      claimKey: derivedKey(campaign, given.item),
      postings: giftPostings(gives, { rules, onFull }),
      onFull: onFull && { origin: intent.actor.kind === 'staff' ? 'staff' : 'server', ...onFull },
      reason,
    };
  });
}

/** As it is recorded with an input; without it, nothing. */
export function sentOnFull(onFull: WhenFull | null): { readonly [field: string]: Json | undefined } {
  if (onFull === null) return {};
  const { message } = onFull;
  return { onFull: 'pending', ...(message && 'name' in message ? { message: message.name } : message) };
}
