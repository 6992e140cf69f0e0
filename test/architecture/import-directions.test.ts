// Imports point one way: worker → http → resolvers → schema → auth, config, ledger, log → domain.
import { expect, test } from 'vitest';
import { importedFiles, readFiles, type SourceFile } from './source-tree.ts';

/** A room may import from itself and from the floors below it. */
const FLOORS = [
  ['worker'],
  ['http'],
  ['resolvers'],
  ['schema'],
  ['auth', 'config', 'ledger', 'log'],
  ['domain'],
];

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

/** `src/auth/jwks.ts` → auth, `src/worker.ts` → worker. */
function roomOf(path: string): string {
  return path.split('/')[1]?.replace(/\.ts$/, '') ?? '';
}

function complaint(from: string, to: string): string | null {
  if (!to.startsWith('src/')) return 'leaves src';
  const [room, target] = [roomOf(from), roomOf(to)];
  if (room === target || (target === 'env' && room !== 'domain')) return null;
  if (floorOf(room) === -1) return `${room} has no floor in this test`;
  return floorOf(target) > floorOf(room) ? null : `${room} may not import from ${target}`;
}

function wrongImports(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    importedFiles(file).flatMap((to) => {
      const why = complaint(file.path, to);
      return why ? [`${file.path} imports ${to}: ${why}`] : [];
    }),
  );
}

test('every import in src points down the floors of the house, or stays on its own', () => {
  const files = readFiles(['src'], /\.ts$/);
  expect(files.flatMap(importedFiles).length).toBeGreaterThan(files.length);
  expect(wrongImports(files)).toEqual([]);
});

test.each([
  ['src/domain/rules.ts', "import { sql } from '../ledger/tables.ts';", 'domain may not import from ledger'],
  ['src/domain/rules.ts', "import type { Env } from '../env.ts';", 'domain may not import from env'],
  ['src/ledger/page.ts', "export { load } from '../config/load.ts';", 'ledger may not import from config'],
  [
    'src/auth/jwks.ts',
    "const { run } = await import('../resolvers/run.ts');",
    'auth may not import from resolvers',
  ],
  ['src/schema/player.ts', "import '../resolvers/claim.ts';", 'schema may not import from resolvers'],
  ['src/worker.ts', "import { signer } from '../dev/sign.ts';", 'leaves src'],
  [
    'src/newroom/thing.ts',
    "import { rules } from '../domain/rules.ts';",
    'newroom has no floor in this test',
  ],
])('in %s, %s would be noticed', (path, text, why) => {
  expect(wrongImports([{ path, text }])).toEqual([expect.stringContaining(why)]);
});

test.each([
  ['src/domain/rules.ts', "import { createHash } from 'node:crypto';\nimport { z } from 'zod';"],
  [
    'src/config/load.ts',
    "import type { Env } from '../env.ts';\nimport { rules } from '../domain/rules.ts';",
  ],
  ['src/worker.ts', "import { log } from './log/log.ts';"],
])('in %s, %s is in order', (path, text) => {
  expect(wrongImports([{ path, text }])).toEqual([]);
});
