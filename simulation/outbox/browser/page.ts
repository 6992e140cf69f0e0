/**
 * The page that `npm run prove:clients -- --client browser` kills. All tabs of a player want the same intents at the same time. Each
 * outcome goes to the game's own server before the page says that it has handled it.
 */
import { createClient, exchange, indexedDbStore, openOutbox } from '../../../packages/client/src/index.ts';
import type { AppSettings, Handled } from '../app.ts';

/** So many intents of a tab wait at the same time. */
const MOST_WAITING = 8;

/** What page-server.ts writes into the page. */
const { settings, load } = globalThis as unknown as { readonly settings: AppSettings; readonly load: number };
const { url, token, player, intents } = settings;

/**
 * A name stops a second intent only while the first one is in the outbox. So a tab looks up what is handled, and adds an intent, while no
 * other tab handles that intent.
 */
function alone<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  return navigator.locks.request(`handles:${name}`, work) as Promise<Result>;
}

async function isHandled(name: string): Promise<boolean> {
  return (await fetch(`/outcomes/${player}/${name}`)).json();
}

async function record(handled: Handled): Promise<void> {
  const { ok } = await fetch(`/outcomes/${player}`, { method: 'POST', body: JSON.stringify(handled) });
  if (!ok) throw new Error(`the outcome of ${handled.name} was not recorded`);
}

async function main(): Promise<void> {
  const outbox = openOutbox({
    client: createClient({ url, token: () => token, timeoutMs: 2_000 }),
    store: indexedDbStore(player),
    player,
    onOutcome: ({ name, key, outcome }) =>
      alone(name ?? '', () => record({ name: name ?? '', key, outcome: JSON.stringify(outcome) })),
  });
  console.log(`started ${load}`);
  const waiting = new Set<Promise<unknown>>();
  for (let number = 1; number <= intents; number += 1) {
    const name = `intent-${number}`;
    const sent = await alone(name, async () => {
      if (await isHandled(name)) return null;
      return outbox.send(exchange, { exchange: settings.exchange }, { name });
    });
    if (!sent) continue;
    const { outcome } = sent;
    waiting.add(outcome);
    void outcome.then(() => waiting.delete(outcome));
    if (waiting.size >= MOST_WAITING) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  await outbox.close();
  console.log(`ended ${load}`);
}

await main();
