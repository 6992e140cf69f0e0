/**
 * announceReward: a game server says that a reward is owed (an encounter or a slip is over), before anybody claims it.
 * What it gives is decided now, so that what is owed is known; until it is claimed or recovered it stands among the
 * unsettled claims.
 */
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG, refuse } from './command.ts';
import { badInput } from './fault.ts';
import { milestonesOf } from './postings.ts';
import { planReward } from './reward-plan.ts';
import type { Facts } from './rules.ts';

export const ANNOUNCEMENT = 'announcement';

export interface AnnounceReward {
  readonly type: string;
  readonly key: string;
  readonly facts: Facts | null;
}

export function decideAnnounceReward(command: Command, { type, key, facts }: AnnounceReward): Decision {
  const draft = draftOperation(command, {
    name: 'announceReward',
    permission: 'reward:claim',
    input: { type, key, facts },
  });
  const { rules } = command;
  if (!rules) return cannot(draft, NO_CONFIG);
  const claim = { claimType: ANNOUNCEMENT, claimKey: `${type}/${key}` };
  const claimType = rules.claimTypes.get(type);
  if (!claimType) return refuse(draft, claim, { kind: 'unknown_claim_type', claimType: type });
  if (claimType.proof === 'calendar')
    return cannot(draft, badInput('type', `${type} is claimed by the calendar: nobody owes it`));
  const plan = planReward(claimType, { facts: facts ?? {}, field: 'facts' }, rules);
  if (plan.kind === 'fault') return cannot(draft, plan.fault);

  const { postings, furtherKeys } = plan;
  const milestones = milestonesOf({ postings, choices: [] }, rules);
  return commit(draft, rules, {
    ...claim,
    owes: { claimType: type, claimKey: key, plan: { postings, furtherKeys, milestones } },
  });
}
