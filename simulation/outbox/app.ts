/**
 * The app that `npm run prove:clients` kills: it makes intents, and writes each outcome that it gets to a file before it says that it
 * has handled it. Run as a process of its own, with its settings as JSON in ONCEWARD_APP.
 */
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient, exchange, openOutbox } from '../../packages/client/src/index.ts';
import { fileStore } from '../../packages/client/src/node.ts';

export interface AppSettings {
  readonly url: string;
  readonly token: string;
  readonly player: string;
  readonly folder: string;
  readonly exchange: string;
  /** Intents are named `intent-1` to this number. */
  readonly intents: number;
}

/** A line of the file `outcomes`. */
export interface Handled {
  readonly name: string;
  readonly key: string;
  readonly outcome: string;
}

export const outcomesFile = (folder: string) => join(folder, 'outcomes');

/** What was written before. The process may have been killed within its last line, which then was not handled. */
export async function readOutcomes(folder: string): Promise<Handled[]> {
  const text = await readFile(outcomesFile(folder), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => (line.endsWith('}') ? [JSON.parse(line) as Handled] : []));
}

/** So many intents wait at the same time, as in a game that was offline. */
const MOST_WAITING = 8;

async function main(settings: AppSettings): Promise<void> {
  const { url, token, player, folder, intents } = settings;
  const handled = new Set((await readOutcomes(folder)).map(({ name }) => name));
  const file = await open(outcomesFile(folder), 'a');
  // Ends a line that was cut off.
  await file.write('\n');
  const outbox = openOutbox({
    client: createClient({ url, token: () => token, timeoutMs: 2_000 }),
    store: fileStore(join(folder, 'outbox')),
    player,
    onOutcome: async ({ name, key, outcome }) => {
      const line: Handled = { name: name ?? '', key, outcome: JSON.stringify(outcome) };
      await file.write(`${JSON.stringify(line)}\n`);
      await file.sync();
    },
  });
  console.log('started');
  const waiting = new Set<Promise<unknown>>();
  for (let number = 1; number <= intents; number += 1) {
    const name = `intent-${number}`;
    if (handled.has(name)) continue;
    const { outcome } = await outbox.send(exchange, { exchange: settings.exchange }, { name });
    waiting.add(outcome);
    void outcome.then(() => waiting.delete(outcome));
    if (waiting.size >= MOST_WAITING) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  await outbox.close();
  await file.close();
}

if (import.meta.main) await main(JSON.parse(process.env.ONCEWARD_APP ?? '{}') as AppSettings);
