/**
 * manualReward: a staff member gives a player resources by hand. The claim key follows from who gives what to whom, why
 * and on which day, so that the same award made twice on one day by accident is paid once, even under another key.
 */
import { canonicalJson, sha256 } from './canonical.ts';
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG } from './command.ts';
import { badInput, type Fault } from './fault.ts';
import { MAX_AMOUNT } from './operation.ts';
import { give, resourceRule } from './postings.ts';
import { checkReason } from './reason.ts';
import type { BalanceRules } from './rules.ts';

export const MANUAL_REWARD = 'manual_reward';
export const MAX_GRANTS = 10;

export interface Grant {
  readonly resource: string;
  readonly amount: number;
}

export interface ManualReward {
  readonly grants: readonly Grant[];
  readonly reason: string;
  /** An outside promotion system's own ID for this reward: takes the place of the derived claim key. */
  readonly rewardId: string | null;
}

/** What can be said of the input without rules; the first fault, or null. */
export function checkManualReward({ grants, reason }: ManualReward): Fault | null {
  if (grants.length < 1 || grants.length > MAX_GRANTS) {
    return badInput('grants', `must name 1 to ${MAX_GRANTS} resources`);
  }
  const seen = new Set<string>();
  for (const [index, { resource, amount }] of grants.entries()) {
    if (seen.has(resource))
      return badInput(`grants[${index}].resource`, `${resource} is named twice; give the sum once`);
    seen.add(resource);
    if (amount < 1)
      return badInput(
        `grants[${index}].amount`,
        `must be an integer from 1 to ${MAX_AMOUNT}; taking back is a reversal`,
      );
  }
  if (grants.reduce((sum, { amount }) => sum + amount, 0) > MAX_AMOUNT) {
    return badInput('grants', `the amounts must not add up to more than ${MAX_AMOUNT}`);
  }
  return checkReason(reason);
}

export function decideManualReward(command: Command, request: ManualReward): Decision {
  const grants = request.grants.toSorted((a, b) => (a.resource < b.resource ? -1 : 1));
  const { reason, rewardId } = request;
  const draft = draftOperation(command, {
    name: 'manualReward',
    permission: 'reward:manual',
    input: { grants: grants.map(({ resource, amount }) => ({ resource, amount })), reason, rewardId },
  });
  const { rules } = command;
  if (!rules) return cannot(draft, NO_CONFIG);
  const fault = unknownResource(request.grants, rules);
  if (fault) return cannot(draft, fault);

  return commit(draft, rules, {
    claimType: MANUAL_REWARD,
    claimKey: rewardId === null ? derivedKey(command, grants, reason) : `reward:${rewardId}`,
    postings: grants.map(({ resource, amount }) => give(resourceRule(rules, resource), amount)),
    reason,
  });
}

function unknownResource(grants: readonly Grant[], rules: BalanceRules): Fault | null {
  for (const [index, { resource }] of grants.entries()) {
    if (!rules.resources.get(resource)?.manual) {
      const known = [...rules.resources.values()].filter((rule) => rule.manual).map((rule) => rule.name);
      return badInput(
        `grants[${index}].resource`,
        `${resource} can't be given by hand; the config allows: ${known.join(', ')}`,
      );
    }
  }
  return null;
}

/** One award for each player, staff member, grants, reason and UTC date; a blank more or less is no other reason. */
function derivedKey({ playerId, actor, now }: Command, grants: readonly Grant[], reason: string): string {
  const date = now.toISOString().slice(0, 10);
  const award = canonicalJson([
    playerId,
    actor.id,
    grants.map(({ resource, amount }) => [resource, amount]),
    reason.normalize('NFC').trim().replace(/\s+/g, ' '),
  ]);
  return `award:${date}:${sha256(award).slice(0, 32)}`;
}
