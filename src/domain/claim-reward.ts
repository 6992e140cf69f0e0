/**
 * claimReward: gives a player what the rules hold for a claim type, once per claim key. It decides proof, key and amounts.
 * Whether the claim was made before is for the ledger to decide.
 */
import type { Actor } from './actor.ts';
import { onceText, type Period, periodIn } from './calendar.ts';
import { requirementsNotMet } from './conditions.ts';
import { type Decision, decide, type Intent, lookup, type Plan, reject } from './decide.ts';
import { countersOfTables, drawChoices, type Roll } from './draw.ts';
import { badInput, type Fault, forbidden } from './fault.ts';
import { claimLimit } from './limits.ts';
import type { OperationKind } from './operation.ts';
import { progressOfClaim } from './progress.ts';
import type { NotEligibleReason, Rejection } from './rejections.ts';
import { planReward, readsOfClaimType } from './reward-plan.ts';
import type { BalanceRules, ClaimTypeRule, Facts } from './rules.ts';
import { alternativesByStreak, streakChoice } from './streaks.ts';
import { changedTerms } from './terms.ts';
import { notAvailable, stateInterval } from './window.ts';

/** Its claim types are those of the balance config. */
export const CLAIM_REWARD = {
  name: 'claimReward',
  claimType: null,
  permission: 'reward:claim',
} as const satisfies OperationKind;

/** A verified claim ticket (src/auth/tickets.ts): what a game server vouches for. */
export interface TicketContents {
  readonly playerId: string;
  readonly type: string;
  readonly key: string;
  readonly facts: Facts;
  readonly expired: boolean;
}

export interface ClaimReward {
  readonly type: string;
  readonly key: string | null;
  readonly facts: Facts | null;
  readonly ticket: TicketContents | null;
  /** The terms that the client showed; null: any. */
  readonly terms: string | null;
}

/** `roll`: null for a preview, which rolls nothing. */
export function decideClaimReward(intent: Intent, request: ClaimReward, roll: Roll | null = null): Decision {
  const { type, key, facts, ticket, terms } = request;
  // The ticket counts by its contents: a ticket that is signed again for the same claim is the same input.
  const signed = ticket && { type: ticket.type, key: ticket.key, facts: ticket.facts };
  const input = { type, key, facts, ticket: signed, terms };
  const fault = ticket?.expired ? EXPIRED_TICKET : null;
  const reads = ({ claimTypes }: BalanceRules) => readsOfClaimType(claimTypes.get(type));
  return decide({ intent, kind: CLAIM_REWARD, input, fault, reads }, (rules, player) =>
    planClaim({ rules, player, roll }, intent, request),
  );
}

const EXPIRED_TICKET = forbidden(
  'ticket: it has expired; request a new one from the game server and send it with the same key',
  'ticket',
);

function planClaim(
  {
    rules,
    player,
    roll,
  }: { readonly rules: BalanceRules; readonly player: Facts; readonly roll: Roll | null },
  { actor, now }: Intent,
  request: ClaimReward,
): Plan {
  const { type, key, facts, ticket, terms } = request;
  const claim = { claimType: type, claimKey: key ?? ticket?.key ?? '' };
  const claimType = rules.claimTypes.get(type);
  if (!claimType) return reject(claim, { kind: 'unknown_claim_type', claimType: type });
  const why = actor.kind === 'player' ? missingProof(claimType, ticket) : beyondStaff(actor, claimType);
  if (why) return reject(claim, { kind: 'not_eligible', why, claimType: type });

  const period = claimType.period ? periodIn(claimType.period, now, rules.calendar) : null;
  const claimKey = claimKeyOf(request, claimType, period);
  if (typeof claimKey !== 'string') return lookup(claimKey);
  const plan = planReward(
    claimType,
    { facts: ticket?.facts ?? facts ?? {}, field: ticket ? 'ticket.facts' : 'facts', player },
    rules,
  );
  if (plan.kind === 'fault') return lookup(plan.fault);
  const { unmet, postings, sourceKeys } = plan;
  const limits = claimLimit(claimType, now, rules);
  const { draws } = claimType;
  const alternatives = alternativesByStreak(claimType, postings, rules);
  const progress = progressOfClaim(claimType, now, rules);
  const holds = stateInterval(claimType.window, now);
  const held = { holds, ...(period && { period }) };
  const claimed = { claimType: type, claimKey, limits, alternatives, ...progress, ...held };
  const refused =
    notAvailable(type, claimType.window, now) ??
    requirementsNotMet(type, { unmet, player }) ??
    changedTerms(terms, alternatives) ??
    undrawable(claimType, actor);
  // What was announced is paid as announced, whatever the config gives now: only the kernel knows whether it was.
  if (refused)
    return {
      kind: 'commit',
      ...claimed,
      source: { kind: 'pending' },
      milestones: true,
      unlessPending: refused,
    };
  const choices = [...streakChoice(claimType, rules), ...(roll ? drawChoices(draws, rules, roll) : [])];
  // A preview shows how far the guarantees have counted.
  const counters = roll ? [] : countersOfTables(draws.map(({ table }) => table));
  return { kind: 'commit', ...claimed, sourceKeys, postings, choices, reads: counters };
}

/** Staff make and announce no draws: what they give is bounded, and a draw is not known before. They pay what a server announced. */
export function undrawable({ name, draws }: ClaimTypeRule, actor: Actor): Rejection | null {
  if (actor.kind !== 'staff' || draws.length === 0) return null;
  return { kind: 'not_eligible', why: 'not_by_staff', claimType: name };
}

/** The proof that the claim type needs and a player lacks. Servers and staff vouch for themselves. */
export function missingProof(
  { proof }: ClaimTypeRule,
  ticket: TicketContents | null,
): NotEligibleReason | null {
  if (proof === 'calendar') return null;
  if (proof === 'server') return 'server_only';
  return ticket ? null : 'ticket_required';
}

/** What a streak pays is decided in the kernel, where the limits of staff do not see it. */
function beyondStaff({ kind }: Actor, { rewardsByStreak }: ClaimTypeRule): NotEligibleReason | null {
  return kind === 'staff' && rewardsByStreak.length > 0 ? 'not_by_staff' : null;
}

/** A calendar claim's key is the name of its period. Every other claim names its key in the input or in the ticket. */
function claimKeyOf(
  { key, ticket }: ClaimReward,
  { name, period: kind }: ClaimTypeRule,
  period: Period | null,
): string | Fault {
  if (!kind || !period) {
    const missing = `required: ${name} is paid once per key (an encounter, a quest date)`;
    return key ?? ticket?.key ?? badInput('key', missing);
  }
  if (key === null) return period.name;
  return badInput('key', `leave it out: ${name} is claimed ${onceText(kind)}, and its key is ${period.name}`);
}
