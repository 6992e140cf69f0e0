/**
 * The npm packages as a project gets them: packed, installed into an empty project without a network, compiled strictly for each
 * platform, run in Node, and bundled for browsers and Workers.
 */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { exportJWK, generateKeyPair } from 'jose';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorkerd } from '../../bench/stack/workerd.ts';
import { asJunit } from '../../packages/conformance/src/report.ts';
import { NaiveServer } from '../conformance/naive-server.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOOLS = join(ROOT, 'node_modules');
const COMPATIBILITY_DATE = '2026-01-01';
const KIB = 1024;
const MOST_GZIP_KIB = 12;

let dir = '';
let project = '';

/** Runs a program in the project, or in `cwd`, with the tools of this repository. */
async function run(program: string, args: readonly string[], cwd = project): Promise<string> {
  const path = `${join(TOOLS, '.bin')}${delimiter}${process.env.PATH}`;
  const env = {
    ...process.env,
    PATH: path,
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
  };
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env });
    return stdout;
  } catch (error) {
    const { stdout, stderr, message } = error as { stdout?: string; stderr?: string; message: string };
    throw new Error(`${message}\n${stdout}\n${stderr}`);
  }
}

/** Packs a folder, and returns the path of the archive. */
async function pack(folder: string): Promise<string> {
  const printed = await run('npm', ['pack', '--json', '--silent', '--pack-destination', dir], folder);
  const [packed] = JSON.parse(printed.slice(printed.lastIndexOf('\n[') + 1)) as { filename: string }[];
  return join(dir, packed?.filename ?? '');
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-packages-'));
  project = join(dir, 'project');
  // Packages are built in a copy, so that the checkout stays as it is.
  const copy = join(dir, 'repository');
  await cp(join(ROOT, 'packages'), join(copy, 'packages'), { recursive: true });
  await cp(join(ROOT, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'));
  await symlink(TOOLS, join(copy, 'node_modules'));
  const archives = [await pack(join(TOOLS, 'jose'))];
  for (const name of ['client', 'server', 'conformance'])
    archives.push(await pack(join(copy, 'packages', name)));
  await cp(join(ROOT, 'test/dev/consumer'), project, { recursive: true });
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--legacy-peer-deps', ...archives]);
}, 90_000);

afterAll(() => rm(dir, { recursive: true, force: true }));

describe('each package', () => {
  it.each([
    'client',
    'server',
    'conformance',
  ])('%s has code, types, a README and the license, and no tests', async (name) => {
    const folder = join(project, 'node_modules/@onceward', name);
    expect((await readdir(folder)).sort()).toEqual(['LICENSE', 'README.md', 'dist', 'package.json']);
    const files = await readdir(join(folder, 'dist'), { recursive: true });
    const code = files.filter((file) => file.endsWith('.js'));
    expect(code).toContain('index.js');
    expect(files.filter((file) => file.endsWith('.d.ts'))).toHaveLength(code.length);
    for (const file of code)
      expect(await readFile(join(folder, 'dist', file), 'utf8')).not.toMatch(/from '\.[^']*\.ts'/);
  });
});

describe('strict TypeScript', () => {
  it.each([
    ['for a browser', ['app.ts', 'page.ts', 'panel.ts'], { lib: ['ES2022', 'DOM'], types: [] }],
    [
      'for Node, without the types of a browser',
      ['job.ts', 'adapter.ts'],
      { lib: ['ES2023'], types: ['node'] },
    ],
    ['for Workers', ['worker.ts'], { lib: ['ES2022'], types: ['@cloudflare/workers-types'] }],
  ])(
    'accepts the packages %s',
    async (_, files, options) => {
      for (const module of ['nodenext', 'esnext']) {
        const config = join(project, `tsconfig.${files[0]}.${module}.json`);
        const compilerOptions = {
          ...options,
          target: 'ES2022',
          module,
          moduleResolution: module === 'nodenext' ? 'nodenext' : 'bundler',
          strict: true,
          noUncheckedIndexedAccess: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          typeRoots: [join(TOOLS, '@types'), TOOLS],
        };
        await writeFile(config, JSON.stringify({ files, compilerOptions }));
        await run('tsc', ['-p', config]);
      }
    },
    60_000,
  );
});

describe('in Node', () => {
  it('an app that is offline keeps its intent in files, and a server learns that nothing is known', async () => {
    const printed = await run(process.execPath, ['job.ts', join(project, 'outbox')]);
    expect(JSON.parse(printed)).toEqual({ left: ['claimReward'], called: 'unknown' });
  });

  it('the conformance suite runs as a command, and writes a table, JSON and JUnit', async () => {
    const server = new NaiveServer();
    await server.start();
    try {
      const args = ['--url', server.url, '--adapter', 'adapter.ts', '--only', 'key-replay,key-other-input'];
      const ended = run('npx', [
        '--no-install',
        'onceward-conformance',
        ...args,
        '--json',
        'out.json',
        '--junit',
        'out.xml',
      ]);
      await expect(ended).rejects.toThrow(/1 passed, 1 failed, 0 skipped/);
      const { results } = JSON.parse(await readFile(join(project, 'out.json'), 'utf8'));
      expect(results).toMatchObject([
        { id: 'key-replay', outcome: 'passed' },
        { id: 'key-other-input', outcome: 'failed' },
      ]);
      expect(await readFile(join(project, 'out.xml'), 'utf8')).toBe(asJunit(results));
    } finally {
      await server.stop();
    }
  });
});

describe('bundled', () => {
  it(`by Vite, the outbox and claimReward have at most ${MOST_GZIP_KIB} KiB, and no other operation is there`, async () => {
    const built = await build({
      root: project,
      configFile: false,
      logLevel: 'silent',
      build: { write: false, target: 'es2022', rolldownOptions: { input: join(project, 'page.ts') } },
    });
    const [output] = [built].flat();
    const chunks = output && 'output' in output ? output.output : [];
    const code = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
    expect(code).toContain('mutation claimReward');
    expect(code).not.toMatch(/(?:mutation|query) (?!claimReward)\w+\s*\(/);
    expect(gzipSync(code).length / KIB).toBeLessThan(MOST_GZIP_KIB);
  });

  it('by wrangler, a game server signs and sends in workerd', async () => {
    const config = `name = "arena"\nmain = "worker.ts"\ncompatibility_date = "${COMPATIBILITY_DATE}"\n`;
    await writeFile(join(project, 'wrangler.toml'), config);
    await run('wrangler', ['deploy', '--dry-run', '--outdir', 'bundle']);
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const worker = await startWorkerd({
      dir: join(dir, 'workerd'),
      bundle: join(project, 'bundle/worker.js'),
      compatibilityDate: COMPATIBILITY_DATE,
      variables: { SIGNING_KEY: JSON.stringify({ ...(await exportJWK(privateKey)), kid: 'k-1' }) },
    });
    try {
      const answer = await (await fetch(`http://127.0.0.1:${worker.port}/`)).json();
      const [, claims = ''] = answer.ticket.split('.');
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
        sub: 'ana',
        key: 'm-17',
      });
      expect(answer).toMatchObject({
        attempt: 'lost',
        idempotencyKey: expect.stringMatching(/^ev-[\w-]{27}$/),
      });
    } finally {
      await worker.stop();
    }
  }, 60_000);
});
