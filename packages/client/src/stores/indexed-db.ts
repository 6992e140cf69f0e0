/** Keeps intents in IndexedDB: for browsers. All tabs of an origin share them. */
import type { StoredIntent } from '../intent.ts';
import type { IntentStore } from '../store.ts';

const INTENTS = 'intents';
const CLOCK = 'clock';

/** Of a connection that is lost: the browser closes it, and aborts what runs on it, where the user clears the site's data. */
const LOST = ['AbortError', 'InvalidStateError', 'UnknownError'];
const ATTEMPTS = 6;
const PAUSE_MS = 20;

/** `player` names the database: one for each account that is used on the device. */
export function indexedDbStore(player: string): IntentStore {
  let opened: Promise<IDBDatabase> | null = null;
  /** Runs `work`, which may be repeated, on an open database. One that is lost is opened again. */
  const onDatabase = async <Result>(work: (database: IDBDatabase) => Promise<Result>): Promise<Result> => {
    for (let attempt = 1; ; attempt += 1) {
      opened ??= openDatabase(`onceward:${player}`);
      const mine = opened;
      try {
        return await work(await mine);
      } catch (error) {
        if (opened === mine) opened = null;
        // What others still do on it ends first.
        mine.then((database) => database.close()).catch(() => {});
        if (!LOST.includes((error as Error).name) || attempt === ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * PAUSE_MS));
      }
    }
  };

  /** Runs `work` in one transaction and waits until it is on disk. */
  const change = <Result>(work: (tables: IDBTransaction) => Promise<Result>): Promise<Result> =>
    onDatabase(async (database) => {
      const transaction = database.transaction([INTENTS, CLOCK], 'readwrite', { durability: 'strict' });
      const completed = completionOf(transaction);
      try {
        const result = await work(transaction);
        await completed;
        return result;
      } catch (error) {
        completed.catch(() => {});
        // Why the transaction was aborted says more than that a request was.
        throw transaction.error ?? error;
      }
    });

  return {
    add: (intent) =>
      change(async (tables) => {
        const intents = tables.objectStore(INTENTS);
        // By its key: an attempt before this one may have stored it and lost its connection before it knew.
        const [index, value] = intent.name === null ? ['key', intent.key] : ['name', intent.name];
        const known = (await answerOf(intents.index(index).get(value))) as StoredIntent | undefined;
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
    all: () =>
      onDatabase<readonly StoredIntent[]>((database) =>
        answerOf(database.transaction(INTENTS).objectStore(INTENTS).getAll()),
      ),
    latestTime: () =>
      onDatabase(
        async (database) =>
          ((await answerOf(database.transaction(CLOCK).objectStore(CLOCK).get('time'))) as number) ?? 0,
      ),
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
  return answerOf(request).then((database) => {
    // The next use opens another connection.
    database.onversionchange = () => database.close();
    return database;
  });
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
    transaction.onabort = () => reject(transaction.error ?? new DOMException('It was aborted', 'AbortError'));
  });
}
