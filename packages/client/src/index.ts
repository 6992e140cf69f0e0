/** The entry of the package for every platform: operations, client, outbox and the stores that need nothing of Node. */
export {
  type Attempt,
  type Client,
  type ClientOptions,
  createClient,
  type Fault,
  OncewardError,
} from './client.ts';
export * from './generated.ts';
export { collect, type InboxOptions, type InboxPage, markAsRead, type Rewards, readInbox } from './inbox.ts';
export type { NewIntent, Outcome, StoredIntent } from './intent.ts';
export type { MutationOperation, QueryOperation } from './operation.ts';
export { openOutbox } from './outbox.ts';
export type { Outbox, OutboxOptions, OutboxState, SendOptions, Sent, Settled } from './outbox-types.ts';
export { type BuyOptions, buy, claim } from './screens.ts';
export { type IntentStore, memoryStore, StorageError } from './store.ts';
export { indexedDbStore } from './stores/indexed-db.ts';
export { type KeyValueStorage, keyValueStore } from './stores/key-value.ts';
