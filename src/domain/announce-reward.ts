/**
 * announceReward: a game server or staff member records that a player is owed a reward, before the player claims it. The amounts are
 * decided now, its dice are rolled now, the limits are used now, and what it requires of counters must hold now: paying asks for
 * neither. Counters that the claim advances are advanced when it is paid. Until then, or until it expires, it is pending.
 */
import { derivedKey } from './canonical.ts';
import { undrawable } from './claim-reward.ts';
import { requirementsNotMet } from './conditions.ts';
import { type Decision, decide, type Intent, lookup, type Plan, reject } from './decide.ts';
import { drawChoices, type Roll } from './draw.ts';
import { badInput, type Fault } from './fault.ts';
import { unknownMessage } from './inbox.ts';
import { claimLimit } from './limits.ts';
import {
  type AnnouncedPlan,
  type InboxMessage,
  NO_EFFECTS,
  type OperationKind,
  type RewardOrigin,
} from './operation.ts';
import { give, resourceRule } from './postings.ts';
import { progressOfClaim } from './progress.ts';
import { givesExperience, touchedResources } from './resources.ts';
import { planReward, type RewardPlan, readsOfClaimType } from './reward-plan.ts';
import type { BalanceRules, ClaimTypeRule, Facts } from './rules.ts';
import type { Reason } from './values.ts';
import { type Interval, notAvailable, stateInterval } from './window.ts';

export const ANNOUNCE_REWARD = {
  name: 'announceReward',
  claimType: 'announcement',
  permission: 'reward:claim',
} as const satisfies OperationKind;

export interface AnnounceReward {
  readonly type: string;
  readonly key: string;
  readonly facts: Facts | null;
  readonly message: InboxMessage;
  /** Null: it does not expire. */
  readonly expiresAt: Date | null;
  /** Required of staff. */
  readonly reason: Reason | null;
}

/** The dice are rolled now, and stay secret. Which guarantees are due is found when the reward is paid. */
export function decideAnnounceReward(intent: Intent, request: AnnounceReward, roll: Roll): Decision {
  const { type, key, facts, message, reason } = request;
  const shown = message && 'name' in message ? { message: message.name } : message;
  const expiresAt = request.expiresAt?.toISOString() ?? null;
  const input = { type, key, facts, ...shown, expiresAt, reason };
  const reads = ({ claimTypes }: BalanceRules) => readsOfClaimType(claimTypes.get(type));
  return decide({ intent, kind: ANNOUNCE_REWARD, input, reads }, (rules, player) =>
    planAnnouncement({ rules, player, roll }, intent, request),
  );
}

function planAnnouncement(
  { rules, player, roll }: { readonly rules: BalanceRules; readonly player: Facts; readonly roll: Roll },
  { actor, now }: Intent,
  request: AnnounceReward,
): Plan {
  const { type, key, facts, message, expiresAt, reason } = request;
  const claim = { claimType: ANNOUNCE_REWARD.claimType, claimKey: derivedKey(type, key) };
  const claimType = rules.claimTypes.get(type);
  if (!claimType) return reject(claim, { kind: 'unknown_claim_type', claimType: type });
  if (claimType.proof === 'calendar')
    return lookup(badInput('type', `${type} is claimed by the calendar and cannot be announced`));
  const fault = wrongExpiry(expiresAt, now) ?? unknownMessage(message, rules);
  if (fault) return lookup(fault);
  const byStaff = undrawable(claimType, actor);
  if (byStaff) return reject(claim, byStaff);
  const plan = planReward(claimType, { facts: facts ?? {}, field: 'facts', player }, rules);
  if (plan.kind === 'fault') return lookup(plan.fault);
  const holds = [stateInterval(claimType.window, now), expiryInterval(expiresAt)];
  // Conditions are judged now and not when the reward is paid.
  const refused =
    notAvailable(type, claimType.window, now) ?? requirementsNotMet(type, { unmet: plan.unmet, player });
  if (refused) return reject(claim, refused, holds);
  const { requires, periods } = progressOfClaim(claimType, now, rules);
  const announces = {
    claimType: type,
    claimKey: key,
    plan: announcedPlan(claimType, plan, { rules, roll }),
    origin: (actor.kind === 'staff' ? 'staff' : 'server') satisfies RewardOrigin,
    expiresAt: expiresAt?.toISOString() ?? null,
    message,
  } as const;
  const source = { kind: 'announcement', announces } as const;
  const limits = claimLimit(claimType, now, rules);
  return { kind: 'commit', ...claim, limits, requires, periods, holds, source, reason };
}

/** What the reward will give, whatever the rules say then. */
function announcedPlan(
  claimType: ClaimTypeRule,
  { postings, sourceKeys }: RewardPlan,
  { rules, roll }: { readonly rules: BalanceRules; readonly roll: Roll },
): AnnouncedPlan {
  const choices = drawChoices(claimType.draws, rules, roll);
  // Nobody is there to make room: what does not fit under a ceiling is lost.
  const onExpiry = claimType.onExpiry.map(({ resource, amount }) => ({
    ...give(resourceRule(rules, resource), amount),
    atLimit: 'clamp' as const,
  }));
  const given = { ...NO_EFFECTS, postings: [...postings, ...onExpiry], choices };
  const resources = touchedResources({ ...given, milestones: givesExperience(given, rules) }, rules);
  return { resources, postings, choices, sourceKeys, onExpiry };
}

const MAX_EXPIRY_DAYS = 3_650;
const DAY_MS = 86_400_000;

export function wrongExpiry(expiresAt: Date | null, now: Date): Fault | null {
  if (expiresAt === null) return null;
  const wait = expiresAt.getTime() - now.getTime();
  if (wait <= 0) return badInput('expiresAt', 'must be in the future');
  return wait > MAX_EXPIRY_DAYS * DAY_MS
    ? badInput('expiresAt', `must be within ${MAX_EXPIRY_DAYS} days; leave it out if it does not expire`)
    : null;
}

/** When it can be announced by the kernel's clock. */
function expiryInterval(expiresAt: Date | null): Interval {
  if (expiresAt === null) return { begins: null, ends: null };
  const begins = new Date(expiresAt.getTime() - MAX_EXPIRY_DAYS * DAY_MS);
  return { begins: begins.toISOString(), ends: expiresAt.toISOString() };
}
