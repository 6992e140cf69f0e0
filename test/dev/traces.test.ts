// Spans of the platform's tracing, read where `wrangler dev` keeps them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createTestHarness } from 'wrangler';

let folder: string;
let server: ReturnType<typeof createTestHarness>;
let url: URL;

beforeAll(async () => {
  vi.stubEnv('X_LOCAL_OBSERVABILITY', 'true');
  folder = await mkdtemp(join(tmpdir(), 'onceward-traces-'));
  vi.stubEnv('WRANGLER_REGISTRY_PATH', folder);
  const configPath = join(folder, 'wrangler.toml');
  const toml = await readFile('wrangler.toml', 'utf8');
  expect(toml).toMatch(/^\[observability\.traces\]\nenabled = true$/m);
  // Without the console, which would be built first, and with each request traced.
  await writeFile(
    configPath,
    `name = "onceward"
main = "${resolve('src/worker.ts')}"
${/^compatibility_.*\n.*/m.exec(toml)?.[0]}
[observability.traces]
enabled = true
head_sampling_rate = 1
[vars]
ENVIRONMENT = "local"
TOKEN_ISSUER = "https://auth.example.com/"
TOKEN_AUDIENCE = "onceward"
DATABASE_URL = "postgres://app:secret@127.0.0.1:1/none"
JWKS = '{"keys": []}'
[[kv_namespaces]]
binding = "BALANCE_KV"
id = "local"
`,
  );
  server = createTestHarness({ workers: [{ configPath }] });
  ({ url } = await server.listen());
}, 60_000);
afterAll(async () => {
  await server?.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Of all requests so far: each row is name, parent and attributes. */
async function spans(): Promise<[string, string | null, string][]> {
  const response = await fetch(new URL('/cdn-cgi/local/explorer/api/local/observability/query', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      sql: 'select name, parent_id, json(attributes) as attributes from spans',
      params: [],
    }),
  });
  return ((await response.json()) as { result: { rows: [string, string | null, string][] } }).result.rows;
}

async function send(query: string, correlationId: string): Promise<void> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-correlation-id': correlationId },
    body: JSON.stringify({ query }),
  });
  expect(response.headers.get('x-correlation-id')).toBe(correlationId);
}

test('an operation is a span within its request, with its code and correlation ID and nothing of a token', async () => {
  await send('{ me { id } }', 'story-of-a-span');
  await expect.poll(async () => (await spans()).length, { timeout: 20_000 }).toBeGreaterThan(1);
  const operation = (await spans()).find(([name]) => name === 'me');
  expect(operation?.[1]).toMatch(/^[0-9a-f]{16}$/);
  expect(JSON.parse(operation?.[2] ?? '')).toEqual({
    code: 'UNAUTHENTICATED',
    correlationId: 'story-of-a-span',
  });
});
