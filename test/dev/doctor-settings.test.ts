/** What `npm run doctor` finds without a deployment: in wrangler.toml, and at the addresses of public keys. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Deployment } from '../../cli/doctor/check.ts';
import { readSettings } from '../../cli/doctor/read-settings.ts';
import { CHECKS } from '../../cli/doctor.ts';
import { withAnswers } from '../support/answering-server.ts';

const WRANGLER_TOML = join(import.meta.dirname, '../../wrangler.toml');

let dir = '';
let deployment: Deployment;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-doctor-'));
  const nothing = { origin: null, databaseUrl: null, ownerDatabaseUrl: null, readKv: null };
  deployment = { ...nothing, isLocal: false, settings: await readSettings() };
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('it says which optional bindings are missing and what is off, and finds nothing wrong in that', async () => {
  const check = CHECKS.find(({ name }) => name === 'optional bindings');
  const noticesIn = async (settings: Deployment['settings']) => {
    const result = await check?.run({ ...deployment, settings });
    expect(result?.kind).toBe('sound');
    return result?.kind === 'sound' ? result.notices : null;
  };
  const ofDatasets = [
    'METRICS is not bound: counting of operations and gauges is off',
    'EVENT_COUNTS is not bound: counting of events is off',
  ];
  expect(await noticesIn(deployment.settings)).toEqual(ofDatasets);
  expect(await noticesIn(await readSettings('staging'))).toEqual(ofDatasets);
  const text = await readFile(WRANGLER_TOML, 'utf8');
  const file = join(dir, 'bare.toml');
  await writeFile(file, text.replaceAll(/^\[\[(r2_buckets|queues\.\w+)\]\]\n(.+\n)+/gm, ''));
  const notices = await noticesIn(await readSettings(undefined, file));
  expect(notices?.map((notice) => notice.split(' ')[0])).toEqual([
    'METRICS',
    'EVENT_FILES',
    'EVENT_COUNTS',
    'EVENTS_QUEUE',
    'ARCHIVE',
  ]);
  expect(notices?.at(-1)).toMatch(/replays of archived claims are UNAVAILABLE$/);
});

test('it finds that public keys are not served, are no keys, or have no ID', async () => {
  const keys = {
    '/empty': [200, { keys: [] }],
    '/page': [200, { title: 'Sign in' }],
    '/nameless': [200, { keys: [{ kty: 'RSA' }] }],
    '/good': [200, { keys: [{ kid: '1', kty: 'OKP', crv: 'Ed25519' }] }],
  } as const;
  const check = CHECKS.find(({ name }) => name.startsWith('the public keys'));
  const problemAt = (origin: string, path: string) =>
    check?.run({
      ...deployment,
      settings: { ...deployment.settings, vars: { JWKS_URL: `${origin}${path}` } },
    });
  await withAnswers(keys, {
    use: async (origin) => {
      for (const [path, problem] of [
        ['/empty', /has no key of/],
        ['/page', /answers no key set$/],
        ['/nameless', /has no key of/],
        ['/missing', /answers 404$/],
      ] as const)
        expect(await problemAt(origin, path)).toMatchObject({
          kind: 'wrong',
          findings: [{ problem: expect.stringMatching(problem) }],
        });
      expect(await problemAt(origin, '/good')).toMatchObject({ kind: 'sound' });
    },
  });
  expect(await problemAt('http://127.0.0.1:1', '/good')).toMatchObject({
    kind: 'wrong',
    findings: [{ problem: expect.stringMatching(/cannot be read/) }],
  });
});

describe('in wrangler.toml', () => {
  const check = CHECKS.find(({ name }) => name === 'wrangler.toml');
  const problemsIn = async (text: string, environment?: string) => {
    const file = join(dir, 'wrangler.toml');
    await writeFile(file, text);
    const settings = await readSettings(environment, file);
    const result = await check?.run({ ...deployment, settings });
    return result?.kind === 'wrong' ? result.findings.map(({ problem }) => problem) : [];
  };

  test('it finds what a fresh checkout leaves open, and nothing where that is set', async () => {
    const text = await readFile(WRANGLER_TOML, 'utf8');
    expect(await problemsIn(text)).toEqual([
      'the KV namespace BALANCE_KV is the placeholder of a fresh checkout',
      'TOKEN_ISSUER is the example of a fresh checkout: no token is accepted',
    ]);
    expect(await problemsIn(deployable(text))).toEqual([]);
    // An environment has settings of its own.
    expect(await problemsIn(deployable(text), 'staging')).toEqual([
      'the KV namespace BALANCE_KV is the placeholder of a fresh checkout',
      'TOKEN_ISSUER is the example of a fresh checkout: no token is accepted',
    ]);
  });

  const deployable = (text: string) =>
    text.replace(/id = "0+"/, `id = "${'a'.repeat(32)}"`).replace('auth.example.com', 'login.game.example');

  test.each([
    {
      what: 'nothing is scheduled',
      from: /^crons = .*$/m,
      to: 'crons = []',
      problem: /^nothing is scheduled/,
    },
    {
      what: 'the Worker is not placed',
      from: /^\[placement\]\nmode = "smart"$/m,
      to: '',
      problem: /is not placed/,
    },
    {
      what: 'staff are not limited',
      from: /^\[\[ratelimits\]\]\nname = "STAFF_RATE_LIMIT"\n.*\n.*$/m,
      to: '',
      problem: /^STAFF_RATE_LIMIT is not bound/,
    },
    {
      what: 'the environment is local',
      from: 'ENVIRONMENT = "production"',
      to: 'ENVIRONMENT = "local"',
      problem: /^ENVIRONMENT is "local"/,
    },
    {
      what: 'lanes are chosen and not bound',
      from: /COMMIT_THROUGH = "direct"([\s\S]*)\[\[durable_objects.bindings\]\]\n.*\n.*\n([\s\S]*)\[\[migrations\]\]\n.*\n.*\n/,
      to: 'COMMIT_THROUGH = "lanes"$1$2',
      problem: /^COMMIT_THROUGH is "lanes"/,
    },
  ])('it finds that $what, and nothing else', async ({ from, to, problem }) => {
    const text = deployable(await readFile(WRANGLER_TOML, 'utf8'));
    const changed = text.replace(from, to);
    expect(changed).not.toBe(text);
    expect(await problemsIn(changed)).toEqual([expect.stringMatching(problem)]);
  });
});
