/** Keeps intents in IndexedDB: for browsers. All tabs of an origin share them. */
import type { StoredIntent } from '../intent.ts';
import type { IntentStore } from '../store.ts';

const INTENTS = 'intents';
const CLOCK = 'clock';

/** `player` names the database: one for each account that is used on the device. */
export function indexedDbStore(player: string): IntentStore {
  let opened: Promise<IDBDatabase> | null = null;
  const open = () => {
    opened ??= openDatabase(`onceward:${player}`).then((database) => {
      // The browser closes it where the user clears the site's data. The next use opens an empty one.
      database.onclose = () => {
        opened = null;
      };
      database.onversionchange = () => database.close();
      return database;
    });
    opened.catch(() => {
      opened = null;
    });
    return opened;
  };

  /** Runs `work` in one transaction and waits until it is on disk. */
  const change = async <Result>(work: (tables: IDBTransaction) => Promise<Result>): Promise<Result> => {
    const database = await open();
    const transaction = database.transaction([INTENTS, CLOCK], 'readwrite', { durability: 'strict' });
    const completed = completionOf(transaction);
    try {
      const result = await work(transaction);
      await completed;
      return result;
    } catch (error) {
      completed.catch(() => {});
      throw error;
    }
  };

  return {
    add: (intent) =>
      change(async (tables) => {
        const intents = tables.objectStore(INTENTS);
        const byName = intents.index('name');
        const known =
          intent.name === null ? undefined : ((await answerOf(byName.get(intent.name))) as StoredIntent);
        if (known) return known;
        // IndexedDB has no index entry for null, so only named intents are found by name.
        const last = (await answerOf(intents.openCursor(null, 'prev')))?.value as StoredIntent | undefined;
        const highest = ((await answerOf(tables.objectStore(CLOCK).get('order'))) as number | undefined) ?? 0;
        const stored = { ...intent, order: Math.max(last?.order ?? 0, highest) + 1 };
        tables.objectStore(CLOCK).put(stored.order, 'order');
        intents.add(stored);
        return stored;
      }),
    update: (intent) =>
      change(async (tables) => {
        const intents = tables.objectStore(INTENTS);
        // Orders begin again where the user has cleared the data: the place may be another intent's.
        const stored = (await answerOf(intents.get(intent.order))) as StoredIntent | undefined;
        if (stored?.key === intent.key) intents.put(intent);
      }),
    remove: (key) =>
      change(async (tables) => {
        const intents = tables.objectStore(INTENTS);
        const order = await answerOf(intents.index('key').getKey(key));
        if (order !== undefined) intents.delete(order);
      }),
    all: async () => {
      const database = await open();
      return (await answerOf(
        database.transaction(INTENTS).objectStore(INTENTS).getAll(),
      )) as readonly StoredIntent[];
    },
    latestTime: async () => {
      const database = await open();
      return ((await answerOf(database.transaction(CLOCK).objectStore(CLOCK).get('time'))) as number) ?? 0;
    },
    noteTime: (time) =>
      change(async (tables) => {
        tables.objectStore(CLOCK).put(time, 'time');
      }),
  };
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = globalThis.indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const intents = request.result.createObjectStore(INTENTS, { keyPath: 'order' });
    intents.createIndex('key', 'key', { unique: true });
    intents.createIndex('name', 'name', { unique: true });
    request.result.createObjectStore(CLOCK);
  };
  return answerOf(request);
}

function answerOf<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completionOf(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('The transaction was aborted'));
  });
}
