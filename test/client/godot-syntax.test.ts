/** The syntax of both Godot addons, checked by the parsers of gdtoolkit. .ci/run installs them; without them these tests are skipped. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const VERSIONS = [3, 4];

const folderOf = (version: number) => `.onceward/gdtoolkit/${version}`;

beforeEach(({ skip }) => {
  for (const version of VERSIONS) {
    const needs = `clients/godot/test/gdtoolkit${version}.txt`;
    if (!existsSync(join(ROOT, folderOf(version))))
      skip(`gdtoolkit is missing: python3 -m pip install --target ${folderOf(version)} -r ${needs}`);
  }
});

/** Parses files as Godot of this version does. Rejects with what is wrong. */
async function parse(version: number, files: readonly string[]): Promise<void> {
  const env = { ...process.env, PYTHONPATH: join(ROOT, folderOf(version)) };
  await promisify(execFile)('python3', ['-m', 'gdtoolkit.parser', ...files], { env });
}

async function scriptsOf(folder: string): Promise<string[]> {
  const all = await readdir(join(ROOT, 'clients/godot', folder), { recursive: true });
  return all.filter((file) => file.endsWith('.gd')).map((file) => join(ROOT, 'clients/godot', folder, file));
}

describe.each(VERSIONS)('the addon for Godot %i', (version) => {
  it('has the syntax of that version', async () => {
    const files = await scriptsOf(`godot${version}`);
    expect(files.length).toBeGreaterThan(2);
    await parse(version, files);
  });
});

describe('a script', () => {
  it.each([
    ['with an open bracket is refused for Godot 3', 3, 'func f():\n\tprint((1)\n'],
    ['with an annotation is refused for Godot 3', 3, '@export var a = 1\n'],
    ['with `export var` is refused for Godot 4', 4, 'export var a = 1\n'],
  ] as const)('%s', async (_, version, text) => {
    const folder = await mkdtemp(join(tmpdir(), 'onceward-godot-'));
    try {
      const file = join(folder, 'wrong.gd');
      await writeFile(file, text);
      await expect(parse(version, [file])).rejects.toThrow(/Unexpected|token/i);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
