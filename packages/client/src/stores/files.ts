/**
 * Keeps each intent as a file: for Node. A file is written aside, flushed and renamed, so that it is whole or absent after a crash.
 * One process may use a folder at a time.
 */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredIntent } from '../intent.ts';
import type { IntentStore } from '../store.ts';

const SUFFIX = '.json';
const CLOCK = 'clock';

export function fileStore(folder: string): IntentStore {
  let last: Promise<unknown> = Promise.resolve();
  /** Read once: nobody else writes to the folder. */
  let loaded: Promise<Map<string, StoredIntent>> | null = null;
  let order = 0;
  const load = async () => {
    await mkdir(folder, { recursive: true });
    const intents = new Map<string, StoredIntent>();
    for (const name of await readdir(folder)) {
      if (!name.endsWith(SUFFIX)) continue;
      const intent = JSON.parse(await readFile(join(folder, name), 'utf8')) as StoredIntent;
      intents.set(intent.key, intent);
      order = Math.max(order, intent.order);
    }
    return intents;
  };
  const fileOf = ({ order: place, key }: StoredIntent) =>
    `${String(place).padStart(12, '0')}-${key}${SUFFIX}`;
  const change = <Result>(work: (intents: Map<string, StoredIntent>) => Promise<Result>): Promise<Result> => {
    const changed = last.then(async () => {
      loaded ??= load();
      return work(await loaded);
    });
    last = changed.catch(() => {});
    return changed;
  };
  const sorted = (intents: Map<string, StoredIntent>) =>
    [...intents.values()].sort((one, other) => one.order - other.order);

  return {
    add: (intent) =>
      change(async (intents) => {
        const known = sorted(intents).find(({ name }) => name !== null && name === intent.name);
        if (known) return known;
        const stored = { ...intent, order: order + 1 };
        await writeDurably(folder, fileOf(stored), JSON.stringify(stored));
        order = stored.order;
        intents.set(stored.key, stored);
        return stored;
      }),
    update: (intent) =>
      change(async (intents) => {
        if (!intents.has(intent.key)) return;
        await writeDurably(folder, fileOf(intent), JSON.stringify(intent));
        intents.set(intent.key, intent);
      }),
    remove: (key) =>
      change(async (intents) => {
        const intent = intents.get(key);
        if (!intent) return;
        await rm(join(folder, fileOf(intent)), { force: true });
        await flushFolder(folder);
        intents.delete(key);
      }),
    all: () => change(async (intents) => sorted(intents)),
    latestTime: () =>
      change(async () => Number(await readFile(join(folder, CLOCK), 'utf8').catch(() => '0'))),
    noteTime: (time) => change(() => writeDurably(folder, CLOCK, String(time))),
  };
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const aside = join(folder, `${name}.new`);
  const file = await open(aside, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, join(folder, name));
  await flushFolder(folder);
}

/** Without this the renamed or removed entry of the folder may be lost with the power. Windows cannot open a folder. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
