/**
 * grantMany: staff and game servers give resources to many players in one call: an apology, a gift. An item's claim is unique per
 * campaign, item and player, by any caller and under any key.
 */
import { derivedKey } from './canonical.ts';
import { type Decision, decide, type Intent, lookup } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import { checkGiver, checkGrants, checkResources, type Grant } from './manual-reward.ts';
import type { OperationKind } from './operation.ts';
import { give, resourceRule } from './postings.ts';
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

/** With what all items of a call have in common. */
export interface GrantItem extends ManyGrant {
  readonly campaign: string;
  readonly reason: Reason;
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

export function decideGrant(intent: Intent, { campaign, reason, ...given }: GrantItem): Decision {
  const gives = given.gives
    .map(({ resource, amount }) => ({ resource, amount }))
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
  const input = { campaign, item: given.item, gives, reason };
  return decide({ intent, kind: GRANT_MANY, input }, (rules) => {
    const fault =
      checkGiver(intent, rules) ?? checkResources(given.gives, intent, rules, `${given.field}.gives`);
    if (fault) return lookup(fault);
    return {
      kind: 'commit',
      claimType: GRANT_MANY.claimType,
      claimKey: derivedKey(campaign, given.item),
      postings: gives.map(({ resource, amount }) => give(resourceRule(rules, resource), amount)),
      reason,
    };
  });
}
