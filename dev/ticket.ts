/**
 * `npm run --silent ticket -- alice pve_victory fight-1`: prints a claim ticket as a game server would sign it, for
 * the local stack.
 */

import { fail, parseCommandLine } from '../cli/command-line.ts';
import { tokenSettings } from '../src/auth/settings.ts';
import { verifyTicket } from '../src/auth/tickets.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER, loadOrCreateKeys, parseExpires } from './keys.ts';
import type { TicketRequest } from './sign.ts';

const { positionals, values } = parseCommandLine({
  help: `npm run --silent ticket -- <player> <type> <key> ['<facts as JSON>'] [--expires 15m]

  npm run --silent ticket -- alice ascension_victory tower-2026-11-02-a '{"floor":12}'

Prints the ticket alone. Without --expires it holds for 15 minutes; 24 hours is the most.`,
  options: { expires: { type: 'string', default: '15m' } },
});

function parseFacts(text: string): TicketRequest['facts'] {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The facts are not JSON: ${text}`);
  }
}

try {
  const [playerId, type, key, facts = '{}', ...rest] = positionals;
  if (!playerId || !type || !key || rest.length > 0) {
    throw new Error('Give a player, a claim type and a claim key, then the facts if any. More with --help.');
  }
  const keys = await loadOrCreateKeys();
  const ticket = await keys.signTicket({
    playerId,
    type,
    key,
    facts: parseFacts(facts),
    expiresInSeconds: parseExpires(values.expires),
  });
  // What the Worker would refuse is not worth printing.
  const settings = tokenSettings({
    JWKS: keys.jwks,
    TOKEN_ISSUER: LOCAL_ISSUER,
    TOKEN_AUDIENCE: LOCAL_AUDIENCE,
  });
  const verified = await verifyTicket(ticket, settings, new Date());
  if (verified.kind !== 'ticket') throw new Error(`Onceward would refuse this: ${verified.why}`);
  console.log(ticket);
} catch (error) {
  fail(error);
}
