// Runs in the page of outbox.browser.test.ts: an outbox that the tests drive, and the store by itself.
import {
  claimReward,
  createClient,
  type IntentStore,
  indexedDbStore,
  openOutbox,
  type Settled,
} from '../../packages/client/src/index.ts';

interface OutboxSettings {
  readonly player: string;
  /** What the app's sign-in gives, one after the other. The last one stays. */
  readonly tokens: readonly string[];
}

type Sent =
  | { readonly key: string; readonly error?: never }
  | { readonly key?: never; readonly error: string };

export interface OutboxInPage {
  /** What the app was given. */
  readonly settled: Settled[];
  /** Outcomes of what this tab sent, by key. */
  readonly outcomes: Record<string, string>;
  start(settings: OutboxSettings): void;
  /** Claims the login of the day. `error`: why it could not be stored. */
  claim(name?: string): Promise<Sent>;
  status(): string;
  wake(): void;
  /** Calls a method of the store of `player`. */
  store<Name extends keyof IntentStore>(
    player: string,
    method: Name,
    ...given: Parameters<IntentStore[Name]>
  ): ReturnType<IntentStore[Name]>;
}

const settled: Settled[] = [];
const outcomes: Record<string, string> = {};
const stores = new Map<string, IntentStore>();
let outbox: ReturnType<typeof openOutbox> | null = null;

const inPage: OutboxInPage = {
  settled,
  outcomes,
  start({ player, tokens }) {
    const left = [...tokens];
    outbox = openOutbox({
      client: createClient({
        url: '/graphql',
        token: () => (left.length > 1 ? left.shift() : left[0]) ?? null,
      }),
      player,
      store: indexedDbStore(player),
      onOutcome: (one) => void settled.push(one),
    });
  },
  async claim(name) {
    try {
      const sent = await opened().send(
        claimReward,
        { type: 'daily_login' },
        name === undefined ? {} : { name },
      );
      void sent.outcome.then((outcome) => {
        outcomes[sent.key] = outcome.kind;
      });
      return { key: sent.key };
    } catch (error) {
      const { name: kind, cause } = error as Error;
      return { error: `${kind}: ${(cause as Error).name}` };
    }
  },
  status: () => opened().state().status,
  wake: () => opened().wake(),
  store(player, method, ...given) {
    const store = stores.get(player) ?? indexedDbStore(player);
    stores.set(player, store);
    return (store[method] as (...values: unknown[]) => never)(...given);
  },
};

function opened() {
  if (!outbox) throw new Error('start was not called');
  return outbox;
}

Object.assign(globalThis, { inPage });
