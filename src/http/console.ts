/**
 * The console's settings and its page. The settings say where staff sign in, without a secret. The page is a static asset; where there
 * is an issuer, its Content-Security-Policy lets the page ask that issuer, and nobody else, for a token.
 */
import type { Env } from '../env.ts';

/** Of `run_worker_first` in wrangler.toml. Everything else under /admin is an asset that the Worker does not see. */
export const CONSOLE_PATHS: readonly string[] = ['/admin', '/admin/', '/admin/settings'];

/** Where staff sign in with OpenID Connect: an authorization code with PKCE, as a public client. */
interface SignInSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  /** Further parameters of the authorization request, such as `audience`. */
  readonly parameters: Readonly<Record<string, string>>;
}

type ConsoleEnv = Pick<Partial<Env>, 'CONSOLE_SIGN_IN'>;

/** Null: it is not set, or wrong. */
function signInSettings({ CONSOLE_SIGN_IN: text }: ConsoleEnv): SignInSettings | null {
  if (!text) return null;
  try {
    const {
      issuer,
      clientId,
      scope = 'openid',
      parameters = {},
    } = JSON.parse(text) as Partial<SignInSettings>;
    const isWhole =
      isIssuer(issuer) && isText(clientId) && isText(scope) && Object.values(parameters).every(isText);
    return isWhole ? { issuer, clientId, scope, parameters } : null;
  } catch {
    return null;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.length > 0;
/** A browser treats these as secure without TLS. */
const LOOPBACK = /^(localhost|127\.0\.0\.1)$/;

function isIssuer(value: unknown): value is string {
  if (!isText(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const isSecure = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname));
  return isSecure && [username, password, search, hash].every((part) => part === '');
}

export function wrongConsoleSettings(env: ConsoleEnv): string[] {
  return env.CONSOLE_SIGN_IN && !signInSettings(env)
    ? ['CONSOLE_SIGN_IN (JSON with issuer, an https URL, and clientId)']
    : [];
}

export async function answerConsole(request: Request, env: Env): Promise<Response> {
  const signIn = signInSettings(env);
  if (new URL(request.url).pathname === '/admin/settings')
    return Response.json(
      { signIn },
      { headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } },
    );
  const page = await env.ASSETS?.fetch(request);
  if (!page) return new Response('Not found', { status: 404 });
  const policy = page.headers.get('content-security-policy');
  if (signIn === null || policy === null) return page;
  const answer = new Response(page.body, page);
  const { origin } = new URL(signIn.issuer);
  answer.headers.set(
    'content-security-policy',
    policy.replace("connect-src 'self'", `connect-src 'self' ${origin}`),
  );
  return answer;
}
