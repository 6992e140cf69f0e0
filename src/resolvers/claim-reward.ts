/** claimReward: gives a player the reward of a claim type. Players bring tickets; servers and staff state facts. */
import { verifyTicket } from '../auth/tickets.ts';
import {
  CLAIM_REWARD,
  type ClaimReward,
  decideClaimReward,
  type TicketContents,
} from '../domain/claim-reward.ts';
import { badInput, forbidden } from '../domain/fault.ts';
import type { Facts } from '../domain/rules.ts';
import { graphqlErrors } from '../schema/errors.ts';
import { terms } from '../schema/inputs.ts';
import { type Caller, defineMutation } from './define-mutation.ts';
import { FaultError } from './observe.ts';

interface ClaimInput {
  readonly type: string;
  readonly key: string | null;
  readonly ticket: string | null;
  readonly facts: Facts | null;
  readonly terms: string | null;
}

async function parseClaim(input: ClaimInput, caller: Caller): Promise<ClaimReward> {
  const { type, key, ticket, facts, terms } = input;
  if (caller.actor.kind === 'player') {
    if (facts !== null) throw new FaultError(NO_FACTS_OF_PLAYERS);
  } else if (ticket !== null) throw new FaultError(NO_TICKETS_OF_OTHERS);
  const contents = ticket === null ? null : await readTicket(ticket, input, caller);
  return { type, key, facts, ticket: contents, terms };
}

const NO_FACTS_OF_PLAYERS = forbidden(
  'facts: only servers and staff may state facts; a player sends a ticket',
  'facts',
);
const NO_TICKETS_OF_OTHERS = badInput('ticket', 'only players send tickets; servers and staff state facts');

async function readTicket(
  ticket: string,
  { type, key }: ClaimInput,
  { playerId, context: { services, now } }: Caller,
): Promise<TicketContents> {
  const verified = await verifyTicket(ticket, services.tokens, now);
  if (verified.kind === 'unavailable') throw graphqlErrors.ticketKeysUnavailable();
  if (verified.kind === 'early') throw graphqlErrors.earlyTicket(verified);
  if (verified.kind === 'invalid') throw new FaultError(forbidden(verified.why, 'ticket'));
  const contents = verified.ticket;
  if (contents.playerId !== playerId)
    throw new FaultError(forbidden('ticket: it is for another player', 'ticket'));
  if (contents.type !== type) throw new FaultError(badInput('type', `the ticket is for ${contents.type}`));
  if (key !== null && contents.key !== key)
    throw new FaultError(
      badInput('key', `the ticket is for ${contents.key}; leave the key out, or send that one`),
    );
  return contents;
}

export const claimReward = defineMutation({
  ...CLAIM_REWARD,
  description:
    'Gives a player the reward that the balance config has for this claim type, once. A reward that was announced is paid as announced, whatever the ticket, the facts or the current config say.',
  actors: ['player', 'server', 'staff'],
  input: (t) => ({
    type: t.field({
      type: 'ClaimType',
      required: true,
      description: 'A claim type of the balance config, such as `pve_victory`.',
    }),
    key: t.field({
      type: 'ClaimKey',
      description:
        'Identifies the claim within its type: an encounter, a slip. Optional with a ticket. Leave it out for a calendar claim, whose key is the day or week.',
    }),
    ticket: t.field({
      type: 'Text',
      description: 'Players: the proof that a game server signed, where the claim type needs one.',
    }),
    playerId: t.field({
      type: 'PlayerId',
      description: 'Servers and staff: the player. Players claim for themselves.',
    }),
    facts: t.field({
      type: 'Facts',
      description:
        'Servers and staff: the values that the reward formulas use. A player has them in the ticket.',
    }),
    terms: terms(t),
  }),
  rejections: [
    'already_claimed',
    'emission_paused',
    'limit_exceeded',
    'not_available',
    'not_eligible',
    'player_frozen',
    'progress_not_reached',
    'requirements_not_met',
    'reward_expired',
    'terms_changed',
    'unknown_claim_type',
    'unknown_player',
  ],
  logDetails: ({ type, key }) => ({ claimType: type, claimKey: key }),
  parse: (input, caller) => parseClaim(input, caller),
  decide: decideClaimReward,
  example: { type: 'weekly_chest' },
  notes:
    'Players claim for themselves: with the type alone where the period is the proof, as here, or with a ticket that a game server signed. Servers and staff add playerId, and key and facts where the claim type needs them.',
});
