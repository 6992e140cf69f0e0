/**
 * createCodes: makes codes whose amounts are fixed now: those of a claim type, for the facts that are given, or those of a list. The
 * codes themselves never reach the ledger.
 */
import type { Intent } from './decide.ts';
import { badInput, type Fault } from './fault.ts';
import type { Grant } from './manual-reward.ts';
import type { Posting } from './moves.ts';
import { type AnnouncedPlan, NO_EFFECTS } from './operation.ts';
import { give, resourceRule } from './postings.ts';
import { givesExperience, touchedResources } from './resources.ts';
import { planReward, readsOfClaimType } from './reward-plan.ts';
import type { BalanceRules, ClaimTypeRule, Facts } from './rules.ts';
import { type ActionKind, type DecidedAction, decideAction } from './staff-action.ts';
import type { Reason } from './values.ts';

export const CREATE_CODES = {
  name: 'createCodes',
  claimType: 'codes',
  permission: 'codes:create',
} as const satisfies ActionKind;

/** In one request. */
export const MAX_CODES = 1_000;

export interface CreateCodes {
  readonly label: string;
  /** What each code gives: the reward of a claim type, or amounts. One of both. */
  readonly type: string | null;
  readonly facts: Facts | null;
  readonly gives: readonly Grant[] | null;
  readonly uses: number;
  readonly perPlayer: number;
  /** ISO 8601, UTC. */
  readonly opensAt: string | null;
  readonly closesAt: string | null;
  readonly reason: Reason;
  /** The HMAC of the seed or of the text that the codes are made from. */
  readonly origin: string;
  /** The HMACs of the codes. */
  readonly digests: readonly string[];
}

export function decideCreateCodes(intent: Intent, request: CreateCodes): DecidedAction {
  const { label, type, facts, gives, uses, perPlayer, opensAt, closesAt, reason, origin, digests } = request;
  const terms = { label, uses, perPlayer, opensAt, closesAt };
  const amounts = gives?.map(({ resource, amount }) => ({ resource, amount })) ?? null;
  const input = { ...terms, type, facts, gives: amounts, reason, origin, count: digests.length };
  const plan = intent.rules && planOf(request, intent.rules);
  const fixed = plan && !('code' in plan) ? plan : null;
  const effect = { kind: 'codes.create', ...terms, rewardType: type, plan: fixed as never, digests };
  return decideAction({ intent, kind: CREATE_CODES, input, reason, effect }, () =>
    plan && 'code' in plan ? plan : null,
  );
}

/** What each code gives, under these rules. */
function planOf({ type, facts, gives }: CreateCodes, rules: BalanceRules): AnnouncedPlan | Fault {
  const postings = gives
    ? postingsOf(gives, rules)
    : postingsOfClaimType({ type: type ?? '', facts: facts ?? {} }, rules);
  if ('code' in postings) return postings;
  const given = { ...NO_EFFECTS, postings };
  const resources = touchedResources({ ...given, milestones: givesExperience(given, rules) }, rules);
  return { resources, postings, choices: [], sourceKeys: [], onExpiry: [] };
}

function postingsOf(gives: readonly Grant[], rules: BalanceRules): readonly Posting[] | Fault {
  for (const [index, { resource }] of gives.entries())
    if (!rules.resources.has(resource))
      return badInput(`gives[${index}].resource`, `the balance config has no resource ${resource}`);
  return gives.map(({ resource, amount }) => give(resourceRule(rules, resource), amount));
}

/** The reward of a claim type, if it is the same for every player at any time. */
function postingsOfClaimType(
  { type, facts }: { readonly type: string; readonly facts: Facts },
  rules: BalanceRules,
): readonly Posting[] | Fault {
  const claimType = rules.claimTypes.get(type);
  if (!claimType) return badInput('type', `the balance config has no claim type ${type}`);
  const varies = variesBy(claimType);
  if (varies)
    return badInput('type', `${type} cannot be fixed for a code, because it ${varies}; give amounts instead`);
  const plan = planReward(claimType, { facts, field: 'facts', player: {} }, rules);
  if (plan.kind === 'fault') return plan.fault;
  return plan.postings.length > 0
    ? plan.postings
    : badInput('facts', `${type} gives nothing for these facts`);
}

/** What makes a reward depend on the player or the moment; null: nothing. */
function variesBy(claimType: ClaimTypeRule): string | null {
  const reasons: readonly (readonly [string, boolean])[] = [
    ['draws', claimType.draws.length > 0],
    ['depends on a streak', claimType.streak !== null],
    ['reads the player', readsOfClaimType(claimType).length > 0],
    ['requires progress', claimType.requires.length > 0],
    ['advances counters', claimType.advances.length > 0],
    ['is given once per source', claimType.rewards.some(({ onceFor }) => onceFor)],
    ['is claimed once per period', claimType.period !== null],
  ];
  return reasons.find(([, applies]) => applies)?.[0] ?? null;
}
