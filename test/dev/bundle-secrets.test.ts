// Checks what a deployment uploads (the bundle, its source map, the files of the admin page) for secrets.
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT, runTool } from '../../tools/check/step.ts';

const SHAPES: Record<string, RegExp> = {
  'a connection string with a password': /postgres(?:ql)?:\/\/[^\s"'`/:@$]+:[^\s"'`@/$]+@[^\s"'`]+/g,
  'a private key in PEM': /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*(?:\\n)?\s*[A-Za-z0-9+/=]{16,}/g,
  'the private part of a JWK': /["']?\b(?:d|k)["']?\s*:\s*["'][A-Za-z0-9_-]{40,}["']/g,
  'a signed token': /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{16,}/g,
  'an access token of a code host, registry or cloud':
    /\b(?:gh[pousr]_\w{30,}|npm_\w{30,}|AKIA[0-9A-Z]{16}|napi_\w{30,})/g,
};
/** Occurs in error messages of the database driver. */
const EXAMPLES = ['postgresql://user:password@host.tld/dbname?option=value'];

function secretsIn(text: string): string[] {
  return Object.entries(SHAPES).flatMap(([what, shape]) =>
    (text.match(shape) ?? [])
      .filter((found) => !EXAMPLES.includes(found))
      .map((found) => `${what}: ${found}`),
  );
}

/** Set while bundling, because they may be set on the machine that deploys. */
const ENVIRONMENT = {
  DATABASE_URL: 'postgresql://onceward_app:canary-password@ep-quiet.neon.example/onceward',
  JWKS: '{"keys":[{"kid":"canary-jwks"}]}',
  CLOUDFLARE_API_TOKEN: 'canary-api-token',
};

let dir = '';
let files: { name: string; text: string }[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-bundle-'));
  const before = { ...process.env };
  Object.assign(process.env, ENVIRONMENT);
  const bundled = await runTool('wrangler', ['deploy', '--dry-run', '--outdir', dir]);
  for (const name of Object.keys(ENVIRONMENT)) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  expect(bundled.ok, bundled.output).toBe(true);
  files = (await Promise.all([dir, join(ROOT, 'dist/admin')].map(textsOf))).flat();
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

async function textsOf(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(name, 'utf8') })));
}

test('a deployment uploads no secrets, even if the environment contains some', async () => {
  expect(files.filter(({ name }) => name.endsWith('worker.js'))).toHaveLength(1);
  expect(files.find(({ name }) => name.endsWith('worker.js'))?.text.length).toBeGreaterThan(100_000);
  expect(files.flatMap(({ name, text }) => secretsIn(text).map((found) => `${name}: ${found}`))).toEqual([]);
  // The keys of this checkout, if it has any.
  const keys = join(ROOT, '.onceward/keys.json');
  const localKeys = existsSync(keys)
    ? ((await readFile(keys, 'utf8')).match(/[A-Za-z0-9_-]{40,}/g) ?? [])
    : [];
  for (const { name, text } of files)
    for (const secret of ['canary-', ...localKeys]) expect(text.includes(secret), name).toBe(false);
});

test.each([
  ['a connection string with a password', 'const url = "postgresql://app:hunter2@ep-x.neon.tech/db"'],
  ['a private key in PEM', `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}`],
  ['the private part of a JWK', `{"kty":"OKP","d":"${'x'.repeat(43)}"}`],
  ['the private part of a JWK', `{kty:"oct",k:'${'y'.repeat(43)}'}`],
  ['a signed token', `token=eyJhbGciOiJFZERTQSJ9.${'e'.repeat(20)}.${'s'.repeat(86)}`],
  ['an access token of a code host, registry or cloud', `ghp_${'a'.repeat(36)}`],
])('%s is found', (what, text) => {
  expect(secretsIn(text)).toEqual([expect.stringContaining(what)]);
});
