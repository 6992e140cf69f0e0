/**
 * claimReward: gives a player what the rules hold for a claim type, once for each claim key. Decides proof, key and
 * amounts; whether the claim was paid before is the ledger's to say.
 */
import { dayOf, weekOf } from './calendar.ts';
import { type Command, cannot, commit, type Decision, draftOperation, NO_CONFIG, refuse } from './command.ts';
import { badInput, type Fault, forbidden } from './fault.ts';
import type { Operation } from './operation.ts';
import type { NotEligibleReason } from './outcome.ts';
import { claimQuota } from './quota.ts';
import { planReward } from './reward-plan.ts';
import type { BalanceRules, ClaimTypeRule, Facts } from './rules.ts';

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
}

export function decideClaimReward(command: Command, request: ClaimReward): Decision {
  const { type, key, facts, ticket } = request;
  const draft = draftOperation(command, {
    name: 'claimReward',
    permission: 'reward:claim',
    // The ticket counts by what it says: signed anew for the same claim, it is the same input.
    input: {
      type,
      key,
      facts,
      ticket: ticket && { type: ticket.type, key: ticket.key, facts: ticket.facts },
    },
  });
  if (ticket?.expired) return cannot(draft, EXPIRED_TICKET);
  const { rules } = command;
  if (!rules) return cannot(draft, NO_CONFIG);

  const claimType = rules.claimTypes.get(type);
  const claim = { claimType: type, claimKey: key ?? ticket?.key ?? '' };
  if (!claimType) return refuse(draft, claim, { kind: 'unknown_claim_type', claimType: type });
  const why = notEligible(command, request, claimType);
  if (why) return refuse(draft, claim, { kind: 'not_eligible', why, claimType: type });
  return decideAmounts(draft, { command, request, claimType, rules });
}

const EXPIRED_TICKET = forbidden(
  'ticket: it has expired; ask the game server for a new one and send it with the same key',
  'ticket',
);

/** The proof that the claim type wants, as far as the actor is concerned. Servers and staff vouch for themselves. */
function notEligible(
  { actor }: Command,
  { ticket }: ClaimReward,
  { proof }: ClaimTypeRule,
): NotEligibleReason | null {
  if (actor.kind !== 'player' || proof === 'calendar') return null;
  if (proof === 'server') return 'server_only';
  return ticket ? null : 'ticket_required';
}

interface Case {
  readonly command: Command;
  readonly request: ClaimReward;
  readonly claimType: ClaimTypeRule;
  readonly rules: BalanceRules;
}

function decideAmounts(draft: Operation, { command, request, claimType, rules }: Case): Decision {
  const claimKey = decideKey(command, request, claimType, rules);
  if (typeof claimKey !== 'string') return cannot(draft, claimKey);
  const facts = request.ticket?.facts ?? request.facts ?? {};
  const plan = planReward(claimType, { facts, field: request.ticket ? 'ticket.facts' : 'facts' }, rules);
  if (plan.kind === 'fault') return cannot(draft, plan.fault);

  const { postings, furtherKeys } = plan;
  const quotas = claimQuota(claimType, command.now, rules);
  return commit(draft, rules, { claimType: claimType.name, claimKey, furtherKeys, postings, quotas });
}

/** Calendar claims take the name of the period as their key; all others name it in the input or the ticket. */
function decideKey(
  { now }: Command,
  { key, ticket }: ClaimReward,
  { name, period }: ClaimTypeRule,
  rules: BalanceRules,
): string | Fault {
  if (period) {
    if (key !== null)
      return badInput(
        'key',
        `leave it out: ${name} is claimed once a ${period}, and its key is the ${period}`,
      );
    return period === 'day' ? dayOf(now, rules.timeZone) : weekOf(now, rules.timeZone);
  }
  return (
    key ??
    ticket?.key ??
    badInput('key', `required: ${name} is paid once for each key (an encounter, a quest date)`)
  );
}
