/** The examples of the packages' documents compile as they are printed, against the packages' sources. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { compileUnityApp, copyGodotProject } from '../../simulation/outbox/commands.ts';
import { ROOT, runTool } from '../../tools/check/step.ts';
import { readProjectFile } from '../architecture/source-tree.ts';

const PACKAGES = ['client', 'server', 'conformance'];
const DOCUMENTS = ['README.md', ...PACKAGES.map((name) => `packages/${name}/README.md`)];
/** What the reader has: a session, a game, an event. */
const GIVEN = `
import type { Client, Outbox } from '@onceward/client';
declare global {
  const session: { token(): string; readonly playerId: string };
  const game: { show(name: string | null, outcome: unknown): void };
  const env: { readonly SIGNING_KEY: string; readonly WEBHOOK_SECRET: string; readonly OLD_WEBHOOK_SECRET: string };
  const request: Request;
  const playerId: string;
  const matchId: string;
  const winners: readonly string[];
  const given: { readonly client: Client; readonly outbox: Outbox };
}
`;

const GIVEN_IN_CSHARP = `
using System;
using System.IO;
using System.Threading.Tasks;
using Onceward;
using Onceward.Unity;
using UnityEngine;

public sealed class Quickstart
{
    string url = "https://rewards.example.com/graphql", playerId = "player-1";
    Task<string> FetchToken(bool refresh) { return Task.FromResult("token"); }
    void Show(object what) { Debug.Log(what.ToString()); }

    public async Task Run()
    {
EXAMPLE
    }
}
`;
const SCRIPT_ERROR = /SCRIPT ERROR|Parse Error/;
const GIVEN_IN_GDSCRIPT = `extends Node

var session = {}

func show_changes(_changes):
	pass

`;

interface Snippet {
  readonly name: string;
  readonly code: string;
}

function blocksOf(path: string, language: string): string[] {
  const blocks = readProjectFile(path).matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'));
  return [...blocks].map(([, code]) => String(code));
}

function snippetsOf(path: string): Snippet[] {
  return blocksOf(path, 'ts')
    .filter((code) => code.includes("from '@onceward/"))
    .map((code, index) => ({ name: `${path.replaceAll('/', '-')}-${index}.ts`, code: completed(code) }));
}

/** A later example of a document uses the client and the outbox of the first. */
function completed(code: string): string {
  const missing = ['client', 'outbox'].filter(
    (name) => new RegExp(`\\b${name}[.,]`).test(code) && !code.includes(`const ${name} =`),
  );
  return missing.length > 0 ? `const { ${missing.join(', ')} } = given;\n${code}` : code;
}

async function inNewFolder<Result>(run: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-snippets-'));
  try {
    return await run(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function errorsIn(snippets: readonly Snippet[]): Promise<string> {
  return inNewFolder(async (dir) => {
    for (const { name, code } of [...snippets, { name: 'given.d.ts', code: GIVEN }])
      await writeFile(join(dir, name), code);
    const paths = PACKAGES.map((name) => [
      `@onceward/${name}`,
      [join(ROOT, 'packages', name, 'src/index.ts')],
    ]);
    const settings = {
      extends: join(ROOT, 'tsconfig.base.json'),
      compilerOptions: {
        lib: ['ES2023', 'DOM', 'DOM.Iterable'],
        typeRoots: [join(ROOT, 'node_modules/@types')],
        types: ['node'],
        noUnusedLocals: false,
        paths: Object.fromEntries(paths),
      },
      include: ['*.ts'],
    };
    await writeFile(join(dir, 'tsconfig.json'), JSON.stringify(settings));
    return (await runTool('tsc', ['-p', dir])).output;
  });
}

describe('the examples of the documents', () => {
  const snippets = DOCUMENTS.flatMap(snippetsOf);

  it('exist in each of them, and compile', async () => {
    for (const path of DOCUMENTS) expect(snippetsOf(path).length, path).toBeGreaterThan(0);
    expect(await errorsIn(snippets)).toBe('');
  });

  it('with a field that does not exist do not compile', async () => {
    const [first] = snippets;
    const wrong = String(first?.code).replace("type: 'daily_login'", "kind: 'daily_login'");
    expect(wrong).not.toBe(first?.code);
    expect(await errorsIn([{ name: 'wrong.ts', code: wrong }])).toContain("'kind' does not exist");
  });

  // Where the engines are installed, as for the proofs of their clients.
  const isInstalled = (program: string) => existsSync(`/usr/bin/${program}`);

  it.skipIf(!isInstalled('mcs'))('for Unity compile', async () => {
    await inNewFolder(async (dir) => {
      const [code = ''] = blocksOf('clients/unity/README.md', 'csharp');
      expect(code).toContain('outbox.Send(');
      await writeFile(
        join(dir, 'Quickstart.cs'),
        GIVEN_IN_CSHARP.replace('EXAMPLE', () => code),
      );
      expect(await compileUnityApp(dir, [join(dir, 'Quickstart.cs')])).toContain('app.exe');
    });
  });

  it.skipIf(!isInstalled('godot3-server'))('for Godot are accepted by Godot 3', async () => {
    await inNewFolder(async (dir) => {
      const [code = ''] = blocksOf('clients/godot/README.md', 'gdscript');
      expect(code).toContain('outbox.send(');
      const project = await copyGodotProject(dir);
      const check = async (text: string) => {
        await writeFile(join(project, 'quickstart.gd'), `${GIVEN_IN_GDSCRIPT}${text}`);
        const args = ['--path', project, '--no-window', '--check-only', '--script', 'quickstart.gd'];
        const { stdout, stderr } = await promisify(execFile)('godot3-server', args).catch((error) => error);
        return `${stdout}${stderr}`;
      };
      expect(await check(code)).not.toMatch(SCRIPT_ERROR);
      expect(await check(code.replace('outbox.send(', 'outbx.send('))).toMatch(SCRIPT_ERROR);
    });
  });
});
