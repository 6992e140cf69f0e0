/** How the app of each client is started, and killed. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AppSettings } from './app.ts';
import { BrowserApp } from './browser/browser-app.ts';
import { PageServer } from './browser/page-server.ts';
import { bundleForNode } from './bundle.ts';
import { processApp } from './process-app.ts';
import type { KillableApp } from './run-apps.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Where Debian's libnewtonsoft-json5.0-cil puts it. */
const NEWTONSOFT = '/usr/lib/cli/Newtonsoft.Json-5.0/Newtonsoft.Json.dll';

export interface Apps {
  readonly open: (app: AppSettings) => KillableApp;
  close(): Promise<void>;
}

/** Compiles or serves what the apps need. `newFolder` names a folder that does not exist. */
export async function prepareApps(client: string, newFolder: () => string): Promise<Apps> {
  if (client === 'browser') {
    const server = await PageServer.start();
    return {
      open: (app) =>
        new BrowserApp({ url: server.add(app), profile: newFolder(), seed: `${app.player}/kills` }),
      close: () => server.stop(),
    };
  }
  const command = await commandOf(client, newFolder());
  return { open: (app) => processApp(command, app), close: async () => {} };
}

/** A program and its arguments. */
async function commandOf(client: string, folder: string): Promise<readonly string[]> {
  switch (client) {
    case 'typescript':
      return [process.execPath, await bundleNodeApp(folder)];
    case 'unity':
      return ['mono', await compileUnityApp(folder)];
    case 'godot':
      return ['godot3-server', '--path', await copyGodotProject(folder), '--script', 'app.gd', '--no-window'];
    default:
      throw new Error(`There is no client "${client}": choose typescript, browser, unity or godot.`);
  }
}

async function bundleNodeApp(folder: string): Promise<string> {
  const file = join(folder, 'app.mjs');
  await mkdir(folder, { recursive: true });
  await writeFile(file, await bundleForNode(join(import.meta.dirname, 'app.ts')));
  return file;
}

/**
 * The C# core, the Unity parts against declarations, the sample, the app, and `further` files, with the compiler of Unity's runtime
 * family.
 */
export async function compileUnityApp(folder: string, further: readonly string[] = []): Promise<string> {
  await mkdir(folder, { recursive: true });
  const unity = join(ROOT, 'clients/unity');
  const sources = await Promise.all(
    ['Runtime', 'Runtime/Unity', 'Tests~', 'Samples~/DailyReward'].map(async (name) =>
      (await readdir(join(unity, name)))
        .filter((file) => file.endsWith('.cs'))
        .map((file) => join(unity, name, file)),
    ),
  );
  const out = join(folder, 'app.exe');
  const references = [`-r:${NEWTONSOFT}`, '-r:System.Net.Http.dll', '-r:System.Core.dll'];
  await promisify(execFile)('mcs', [
    '-langversion:7',
    '-warnaserror',
    `-out:${out}`,
    ...references,
    ...sources.flat(),
    ...further,
  ]);
  await cp(NEWTONSOFT, join(folder, 'Newtonsoft.Json.dll'));
  return out;
}

/** A project with the addon and the app. */
export async function copyGodotProject(folder: string): Promise<string> {
  const godot = join(ROOT, 'clients/godot');
  await mkdir(folder, { recursive: true });
  await cp(join(godot, 'godot3/addons'), join(folder, 'addons'), { recursive: true });
  await cp(join(godot, 'test/app.gd'), join(folder, 'app.gd'));
  await writeFile(
    join(folder, 'project.godot'),
    'config_version=4\n\n[application]\n\nconfig/name="onceward"\n',
  );
  return folder;
}
