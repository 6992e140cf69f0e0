/**
 * Keeps intents in a key-value store such as React Native's AsyncStorage, or `localStorage`. Only one process may use it at a time:
 * in a browser with several tabs use `indexedDbStore`.
 */
import type { StoredIntent } from '../intent.ts';
import type { IntentStore } from '../store.ts';

/** The part of AsyncStorage and of `localStorage` that is used. */
export interface KeyValueStorage {
  getItem(key: string): Promise<string | null> | string | null;
  setItem(key: string, value: string): Promise<void> | void;
  removeItem(key: string): Promise<void> | void;
}

/** What one entry holds. A single write keeps order, names and intents consistent. */
interface Contents {
  readonly order: number;
  readonly latestTime: number;
  readonly intents: readonly StoredIntent[];
}

const EMPTY: Contents = { order: 0, latestTime: 0, intents: [] };

export function keyValueStore(player: string, storage: KeyValueStorage): IntentStore {
  const entry = `onceward:${player}`;
  /** Changes wait for each other: each reads what the one before wrote. */
  let last: Promise<unknown> = Promise.resolve();
  const read = async () => {
    const text = await storage.getItem(entry);
    return text === null ? EMPTY : (JSON.parse(text) as Contents);
  };
  const change = <Result>(next: (contents: Contents) => readonly [Contents, Result]): Promise<Result> => {
    const changed = last.then(async () => {
      const before = await read();
      const [after, result] = next(before);
      if (after !== before) await storage.setItem(entry, JSON.stringify(after));
      return result;
    });
    last = changed.catch(() => {});
    return changed;
  };
  return {
    add: (intent) =>
      change((contents) => {
        const known = contents.intents.find(({ name }) => name !== null && name === intent.name);
        if (known) return [contents, known];
        const stored = { ...intent, order: contents.order + 1 };
        return [{ ...contents, order: stored.order, intents: [...contents.intents, stored] }, stored];
      }),
    update: (intent) =>
      change((contents) => [
        { ...contents, intents: contents.intents.map((one) => (one.key === intent.key ? intent : one)) },
        undefined,
      ]),
    remove: (key) =>
      change((contents) => [
        { ...contents, intents: contents.intents.filter((one) => one.key !== key) },
        undefined,
      ]),
    all: () => change((contents) => [contents, contents.intents]),
    latestTime: () => change((contents) => [contents, contents.latestTime]),
    noteTime: (time) => change((contents) => [{ ...contents, latestTime: time }, undefined]),
  };
}
