/**
 * `npm run --silent token -- player alice`: prints an access token for the local stack. It signs for anybody: a staff
 * token works only where that staff member is in the database.
 */

import { fail, parseCommandLine } from '../cli/command-line.ts';
import { tokenSettings } from '../src/auth/settings.ts';
import { verifyAccessToken } from '../src/auth/tokens.ts';
import { LOCAL_AUDIENCE, LOCAL_ISSUER, loadOrCreateKeys, parseExpires } from './keys.ts';

const { positionals, values } = parseCommandLine({
  help: `npm run --silent token -- <player|server|staff> <id> [--expires 8h]

  npm run --silent token -- player alice
  npm run --silent token -- server arena-1 --expires 7d
  npm run --silent token -- staff sam@example.com

Prints the token alone. Without --expires it holds for 8 hours.`,
  options: { expires: { type: 'string', default: '8h' } },
});

try {
  const [kind, id, ...rest] = positionals;
  if (kind !== 'player' && kind !== 'server' && kind !== 'staff') {
    throw new Error('Say for whom: player, server or staff. More with --help.');
  }
  if (!id || rest.length > 0) throw new Error('Give one ID. More with --help.');
  const keys = await loadOrCreateKeys();
  const token = await keys.signToken({ kind, id, expiresInSeconds: parseExpires(values.expires) });
  // What the Worker would refuse is not worth printing.
  const settings = tokenSettings({
    JWKS: keys.jwks,
    TOKEN_ISSUER: LOCAL_ISSUER,
    TOKEN_AUDIENCE: LOCAL_AUDIENCE,
  });
  const verified = await verifyAccessToken(token, settings, new Date());
  if (verified.kind !== 'actor') throw new Error(`Onceward would refuse this: ${verified.why}`);
  console.log(token);
} catch (error) {
  fail(error);
}
