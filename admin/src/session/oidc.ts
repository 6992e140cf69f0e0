// Sign-in with OpenID Connect: an authorization code with PKCE, as a public client. The issuer sends the browser back to /admin/ with a
// code, which is exchanged for a token here. Loaded only by those who sign in so.
import * as oauth from 'oauth4webapi';
import type { SignInSettings } from './settings.ts';

/** What the browser must still know when it comes back. */
interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The page to return to. */
  readonly hash: string;
}

const STORAGE_KEY = 'onceward:sign-in';
const redirectUri = () => new URL('/admin/', location.href).href;

/** The local stack's issuer has no TLS. The Worker accepts such an issuer on this machine alone. */
const insecure = ({ issuer }: SignInSettings) => ({
  [oauth.allowInsecureRequests]: issuer.startsWith('http://'),
});

async function discover(settings: SignInSettings): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(settings.issuer);
  const response = await oauth.discoveryRequest(issuer, insecure(settings));
  return await oauth.processDiscoveryResponse(issuer, response);
}

/** Leaves the page. */
export async function beginSignIn(settings: SignInSettings): Promise<void> {
  const server = await discover(settings);
  if (!server.authorization_endpoint) throw new Error('The issuer has no authorization endpoint.');
  const pending: Pending = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    hash: location.hash,
  };
  sessionStorage.setItem(STORAGE_KEY, JSON.stringify(pending));
  const request = new URL(server.authorization_endpoint);
  const parameters = {
    ...settings.parameters,
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: redirectUri(),
    scope: settings.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) request.searchParams.set(name, value);
  location.assign(request.href);
}

/** The token, for a browser that came back. The code disappears from the address, whatever happens. */
export async function finishSignIn(settings: SignInSettings): Promise<string> {
  const answered = new URL(location.href);
  const stored = sessionStorage.getItem(STORAGE_KEY);
  sessionStorage.removeItem(STORAGE_KEY);
  const pending = stored === null ? null : (JSON.parse(stored) as Pending);
  history.replaceState(null, '', `/admin/${pending?.hash ?? ''}`);
  if (pending === null) throw new Error('This sign-in was begun in another tab.');
  const server = await discover(settings);
  const client: oauth.Client = { client_id: settings.clientId };
  const parameters = oauth.validateAuthResponse(server, client, answered, pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(),
    pending.verifier,
    insecure(settings),
  );
  const isOpenId = settings.scope.split(' ').includes('openid');
  const { access_token: token } = await oauth.processAuthorizationCodeResponse(server, client, response, {
    ...(isOpenId && { expectedNonce: pending.nonce, requireIdToken: true }),
  });
  return token;
}
