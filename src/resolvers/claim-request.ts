/**
 * Who claims for whom, with which proof: what claimReward and its preview ask before anything is decided. Players claim for
 * themselves and bring tickets; servers and staff name the player and bring facts.
 */
import { type VerifiedTicket, verifyTicket } from '../auth/tickets.ts';
import type { Actor } from '../domain/actor.ts';
import type { ClaimReward, TicketContents } from '../domain/claim-reward.ts';
import { badInput, forbidden } from '../domain/fault.ts';
import type { Facts } from '../domain/rules.ts';
import { graphqlErrors } from '../telemetry/graphql-errors.ts';
import { type RequestContext, requireActor } from './context.ts';
import { FaultError } from './observe.ts';

export interface ClaimRequestInput {
  readonly type: string;
  readonly key: string | null;
  readonly ticket: string | null;
  readonly playerId: string | null;
  readonly facts: Facts | null;
  readonly expectedVersion: number | null;
}

export async function readClaimRequest(
  input: ClaimRequestInput,
  context: RequestContext,
): Promise<{ playerId: string; request: ClaimReward }> {
  const playerId = playerOf(input, requireActor(context));
  const ticket = input.ticket === null ? null : await readTicket(input, playerId, context);
  const { type, key, facts } = input;
  return { playerId, request: { type, key, facts, ticket } };
}

function playerOf({ playerId, facts, ticket }: ClaimRequestInput, actor: Actor): string {
  if (actor.kind === 'player') {
    if (playerId !== null && playerId !== actor.id)
      throw new FaultError(forbidden('playerId: a player claims for themselves alone', 'playerId'));
    if (facts !== null)
      throw new FaultError(
        forbidden('facts: only servers and staff may state facts; a player hands in a ticket', 'facts'),
      );
    return actor.id;
  }
  if (playerId === null) throw new FaultError(badInput('playerId', 'required for servers and staff'));
  if (ticket !== null)
    throw new FaultError(badInput('ticket', 'only players hand in tickets; servers and staff state facts'));
  return playerId;
}

async function readTicket(
  { ticket, type, key }: ClaimRequestInput,
  playerId: string,
  { services, now }: RequestContext,
): Promise<TicketContents> {
  const verified: VerifiedTicket = await verifyTicket(ticket ?? '', services.tokens, now);
  if (verified.kind === 'unavailable') throw graphqlErrors.ticketKeysUnavailable();
  if (verified.kind === 'invalid') throw new FaultError(forbidden(verified.why, 'ticket'));
  const contents = verified.ticket;
  if (contents.playerId !== playerId)
    throw new FaultError(forbidden('ticket: it is for another player', 'ticket'));
  if (contents.type !== type) throw new FaultError(badInput('type', `the ticket is for ${contents.type}`));
  if (key !== null && contents.key !== key)
    throw new FaultError(
      badInput('key', `the ticket is for ${contents.key}; leave the key out or send that one`),
    );
  return contents;
}
