/**
 * manualReward: a staff member gives a player resources. The claim key follows from who gives what to whom, why and on which
 * day, so the same award made twice on one day is paid once, even under another idempotency key. A game server, such as a promotion
 * system, gives rewards with an ID of its own, within limits of servers.
 */
import { dayIn, UTC } from './calendar.ts';
import { boundedKey, canonicalJson, sha256 } from './canonical.ts';
import { type Decision, decide, type Intent, lookup } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { OperationKind } from './operation.ts';
import { give, resourceRule } from './postings.ts';
import type { BalanceRules, ResourceRule } from './rules.ts';
import type { PositiveInt, Reason } from './values.ts';

export const MANUAL_REWARD = {
  name: 'manualReward',
  claimType: 'manual_reward',
  permission: 'reward:manual',
  limitsServers: true,
} as const satisfies OperationKind;

export const MAX_GRANTS = 10;

export interface Grant {
  readonly resource: string;
  readonly amount: PositiveInt;
}

export interface ManualReward {
  readonly grants: readonly Grant[];
  readonly reason: Reason;
  /** The ID of this reward in another promotion system. It replaces the derived claim key. */
  readonly rewardId: string | null;
}

/** Scalars bound each amount; the list as a whole is checked here. Returns the first fault, or null. */
export function checkGrants(grants: readonly Grant[], field = 'grants'): Fault | null {
  if (grants.length < 1 || grants.length > MAX_GRANTS)
    return badInput(field, `must name 1 to ${MAX_GRANTS} resources`);
  const seen = new Set<string>();
  for (const [index, { resource }] of grants.entries()) {
    if (seen.has(resource))
      return badInput(`${field}[${index}].resource`, `names ${resource} a second time; give the sum once`);
    seen.add(resource);
  }
  return null;
}

export function decideManualReward(intent: Intent, request: ManualReward): Decision {
  const { reason, rewardId } = request;
  const grants = request.grants
    .map(({ resource, amount }) => ({ resource, amount }))
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
  const input = { grants, reason, rewardId };
  return decide({ intent, kind: MANUAL_REWARD, input }, (rules) => {
    const fault = checkGiver(intent, rules) ?? checkResources(request.grants, intent, rules);
    if (fault) return lookup(fault);
    const key =
      rewardId === null
        ? { claimKey: derivedKey(intent, grants, reason), period: dayIn(intent.now, UTC) }
        : { claimKey: boundedKey(`reward:${rewardId}`) };
    return {
      kind: 'commit',
      claimType: MANUAL_REWARD.claimType,
      ...key,
      postings: grants.map(({ resource, amount }) => give(resourceRule(rules, resource), amount)),
      reason,
    };
  });
}

/** Whether the config lets the actor give anything. */
export function checkGiver({ actor }: Intent, { manualRewards }: BalanceRules): Fault | null {
  if (actor.kind !== 'server' || manualRewards.servers) return null;
  return {
    code: 'BAD_USER_INPUT',
    field: null,
    message: 'The balance config lets no game server give rewards: set manualRewards.servers',
  };
}

/** The limits of servers are in value, so they give only what has one. */
export function checkResources(
  grants: readonly Grant[],
  { actor }: Intent,
  { resources }: BalanceRules,
  field = 'grants',
): Fault | null {
  const isServer = actor.kind === 'server';
  const mayGive = (rule: ResourceRule | undefined) =>
    rule?.manual === true && (!isServer || rule.staff?.kind === 'value');
  for (const [index, { resource }] of grants.entries()) {
    if (mayGive(resources.get(resource))) continue;
    const allowed = [...resources.values()].filter(mayGive).map(({ name }) => name);
    return badInput(
      `${field}[${index}].resource`,
      `${isServer ? 'game servers' : 'staff'} cannot give ${resource}; the balance config allows: ${allowed.join(', ') || 'nothing'}`,
    );
  }
  return null;
}

/** One award per player, staff member, grants, reason and UTC date. Reasons that differ only in white space are the same. */
function derivedKey({ playerId, actor, now }: Intent, grants: readonly Grant[], reason: string): string {
  const { name: date } = dayIn(now, UTC);
  const award = canonicalJson([
    playerId,
    actor.id,
    grants.map(({ resource, amount }) => [resource, amount]),
    reason.normalize('NFC').trim().replace(/\s+/g, ' '),
  ]);
  return `award:${date}:${sha256(award).slice(0, 32)}`;
}
