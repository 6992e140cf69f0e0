/**
 * Where an outbox keeps its intents. A promise that has resolved means that the change survives a crash. A store belongs to one
 * player: give each player of a device one of their own.
 */
import type { NewIntent, StoredIntent } from './intent.ts';

export interface IntentStore {
  /**
   * Stores an intent with the next order, or returns the stored one that has the same name. Atomic, also between tabs. Rejects
   * where nothing can be stored: the intent is then not sent.
   */
  add(intent: NewIntent): Promise<StoredIntent>;
  /** Replaces an intent. One that is no longer stored stays removed. */
  update(intent: StoredIntent): Promise<void>;
  remove(key: string): Promise<void>;
  /** In their order. */
  all(): Promise<readonly StoredIntent[]>;
  /** The latest time that `noteTime` has stored, or 0. */
  latestTime(): Promise<number>;
  noteTime(time: number): Promise<void>;
}

/** The device cannot store the intent: its storage is full, blocked or broken. Nothing was sent. */
export class StorageError extends Error {
  override readonly name = 'StorageError';

  constructor(cause: unknown) {
    super('The intent could not be stored, so it was not sent', { cause });
  }
}

/** Keeps intents in memory: for tests, and where losing them with the process is acceptable. */
export function memoryStore(): IntentStore {
  const intents = new Map<string, StoredIntent>();
  let order = 0;
  let latest = 0;
  const sorted = () => [...intents.values()].sort((one, other) => one.order - other.order);
  return {
    async add(intent) {
      const known = intent.name === null ? null : sorted().find(({ name }) => name === intent.name);
      if (known) return known;
      order += 1;
      const stored = { ...intent, order };
      intents.set(stored.key, stored);
      return stored;
    },
    async update(intent) {
      if (intents.has(intent.key)) intents.set(intent.key, intent);
    },
    async remove(key) {
      intents.delete(key);
    },
    all: async () => sorted(),
    latestTime: async () => latest,
    async noteTime(time) {
      latest = Math.max(latest, time);
    },
  };
}
