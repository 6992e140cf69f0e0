/** The examples of the packages' documents compile as they are printed, strictly, against the packages' sources. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
  const env: { readonly SIGNING_KEY: string };
  const playerId: string;
  const matchId: string;
  const winners: readonly string[];
  const given: { readonly client: Client; readonly outbox: Outbox };
}
`;

interface Snippet {
  readonly name: string;
  readonly code: string;
}

function snippetsOf(path: string): Snippet[] {
  return [...readProjectFile(path).matchAll(/```ts\n(.*?)```/gs)]
    .map(([, code]) => String(code))
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

async function errorsIn(snippets: readonly Snippet[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-snippets-'));
  try {
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
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
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
});
