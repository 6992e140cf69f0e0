/**
 * `npm run token` and `npm run ticket`: print an access token or a claim ticket for the local stack, as a login service or
 * a game server would issue it. They sign for any ID; a staff token works only if that staff member exists.
 */
import { fail, parseCommandLine } from '../cli/command-line.ts';
import { tokenSettings } from '../src/auth/settings.ts';
import { verifyTicket } from '../src/auth/tickets.ts';
import { verifyAccessToken } from '../src/auth/tokens.ts';
import { loadOrCreateKeys, parseExpires } from './keys.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER, type Signer, type TicketRequest } from './sign.ts';

const TOKEN_HELP = `npm run --silent token -- <player|server|staff> <id> [--expires 8h] [--scope JSON]

  npm run --silent token -- player alice
  npm run --silent token -- server arena-1 --expires 7d
  npm run --silent token -- server arena-1 --scope '{"operations":["claimReward"],"largestAmount":500}'
  npm run --silent token -- staff sam@example.com

Prints only the token. It is valid for 8 hours unless --expires says otherwise; the maximum is 7 days.`;

const TICKET_HELP = `npm run --silent ticket -- <player> <type> <key> ['<facts as JSON>'] [--expires 15m]

  npm run --silent ticket -- alice ascension_victory tower-2026-11-02-a '{"floor":12}'

Prints only the ticket. It is valid for 15 minutes unless --expires says otherwise; the maximum is 24 hours.`;

async function printToken(args: readonly string[], expires = '8h', scope?: string): Promise<void> {
  const [kind, id, ...rest] = args;
  if (kind !== 'player' && kind !== 'server' && kind !== 'staff') {
    throw new Error('Pass the kind of token: player, server or staff. See --help.');
  }
  if (!id || rest.length > 0) throw new Error('Pass one ID. See --help.');
  const keys = await loadOrCreateKeys();
  const token = await keys.signToken({
    kind,
    id,
    expiresInSeconds: parseExpires(expires),
    ...(scope !== undefined && { scope: parseJson(scope, 'scope') }),
  });
  const verified = await verifyAccessToken(token, localSettings(keys), new Date());
  if (verified.kind !== 'actor') throw new Error(`Onceward would reject this token: ${verified.why}`);
  console.log(token);
}

async function printTicket(args: readonly string[], expires = '15m'): Promise<void> {
  const [playerId, type, key, facts = '{}', ...rest] = args;
  if (!playerId || !type || !key || rest.length > 0) {
    throw new Error('Pass a player ID, a claim type, a claim key and optionally the facts. See --help.');
  }
  const keys = await loadOrCreateKeys();
  const ticket = await keys.signTicket({
    playerId,
    type,
    key,
    facts: parseJson(facts, 'facts') as TicketRequest['facts'],
    expiresInSeconds: parseExpires(expires),
  });
  const verified = await verifyTicket(ticket, localSettings(keys), new Date());
  if (verified.kind !== 'ticket') throw new Error(`Onceward would reject this ticket: ${verified.why}`);
  console.log(ticket);
}

function parseJson(text: string, what: 'facts' | 'scope'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`The ${what} ${what === 'facts' ? 'are' : 'is'} not valid JSON: ${text}`);
  }
}

/** The settings with which the Worker verifies credentials. One that it would reject is not printed. */
function localSettings({ jwks }: Signer) {
  return tokenSettings({ JWKS: jwks, TOKEN_ISSUER: LOCAL_ISSUER, TOKEN_AUDIENCE: LOCAL_AUDIENCE });
}

/** package.json passes `token` or `ticket` as the first argument. */
async function main(): Promise<void> {
  const isTicket = process.argv[2] === 'ticket';
  const { positionals, values } = parseCommandLine({
    help: isTicket ? TICKET_HELP : TOKEN_HELP,
    options: { expires: { type: 'string' }, scope: { type: 'string' } },
  });
  const args = positionals.slice(1);
  if (isTicket && values.scope !== undefined) throw new Error('A ticket has no scope. See --help.');
  await (isTicket ? printTicket(args, values.expires) : printToken(args, values.expires, values.scope));
}

await main().catch(fail);
