/** Reads the public keys behind the URLs that wrangler.toml names, as the Worker would. */
import { type Check, type CheckResult, type Finding, resultOf, skipped } from './check.ts';

const TIMEOUT_MS = 10_000;
const FIX =
  'Set JWKS_URL (or `jwksUrl` in TOKEN_ISSUERS) to the key set of your login service (docs/tokens.md).';

export const keysAreServed: Check = {
  name: 'the public keys of tokens are served',
  async run({ settings: { vars } }): Promise<CheckResult> {
    const urls = jwksUrls(vars);
    if (urls.length === 0)
      return skipped('wrangler.toml names no JWKS_URL: the keys are inline, as the secret JWKS');
    const findings = await Promise.all(urls.map(findProblem));
    return resultOf(
      findings.flatMap((problem) => (problem === null ? [] : [{ problem, fix: FIX } satisfies Finding])),
      `${urls.length} key sets`,
    );
  },
};

function jwksUrls({ JWKS_URL, TOKEN_ISSUERS }: Readonly<Record<string, string>>): string[] {
  let entries: unknown = [];
  try {
    entries = JSON.parse(TOKEN_ISSUERS || '[]');
  } catch {
    // /health names TOKEN_ISSUERS.
  }
  const named = Array.isArray(entries) ? entries.map((entry: { jwksUrl?: unknown }) => entry?.jwksUrl) : [];
  return [JWKS_URL, ...named].filter((url) => typeof url === 'string' && url !== '') as string[];
}

async function findProblem(url: string): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) return `${url} answers ${response.status}`;
    const { keys } = ((await response.json()) ?? {}) as { keys?: unknown };
    if (!Array.isArray(keys)) return `${url} answers no key set`;
    return keys.some(isUsable) ? null : `${url} has no key of Ed25519, P-256 or RSA with an ID`;
  } catch (error) {
    return `${url} cannot be read: ${reasonOf(error as Error)}`;
  }
}

const reasonOf = ({ message, cause }: Error) =>
  cause instanceof Error ? `${message} (${(cause as { code?: string }).code ?? cause.message})` : message;

/** Members that the Worker needs; src/auth/keys.ts decides in full. */
function isUsable(key: { kid?: unknown; kty?: unknown; crv?: unknown } | null): boolean {
  if (typeof key?.kid !== 'string') return false;
  return (
    key.kty === 'RSA' ||
    (key.kty === 'OKP' && key.crv === 'Ed25519') ||
    (key.kty === 'EC' && key.crv === 'P-256')
  );
}
