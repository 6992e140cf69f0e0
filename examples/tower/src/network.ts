/**
 * The cable between the game and Onceward, which the player can pull. Only what passes through it gets lost: the outbox above and the
 * service below are the real ones.
 */
export const CABLES = ['plugged', 'no-requests', 'no-replies'] as const;
/** `no-replies`: requests arrive and are executed, and their answers get lost. */
export type Cable = (typeof CABLES)[number];

export interface Passage {
  /** The idempotency key of the request. */
  readonly key: string;
  readonly kind: 'sent' | 'request_lost' | 'reply_lost' | 'answered';
}

const STORED = 'tower:cable';

export class Network {
  readonly #onPassage: (passage: Passage) => void;
  #cable: Cable;

  constructor(onPassage: (passage: Passage) => void) {
    this.#onPassage = onPassage;
    const stored = sessionStorage.getItem(STORED) as Cable | null;
    this.#cable = stored && CABLES.includes(stored) ? stored : 'plugged';
  }

  /** It stays pulled when the page is loaded again. */
  get cable(): Cable {
    return this.#cable;
  }

  set cable(cable: Cable) {
    this.#cable = cable;
    sessionStorage.setItem(STORED, cable);
  }

  readonly fetch: typeof globalThis.fetch = async (url, init) => {
    const cable = this.#cable;
    const key = keyOf(init?.body);
    const note = (kind: Passage['kind']) => key !== null && this.#onPassage({ key, kind });
    note('sent');
    if (cable === 'no-requests') {
      await pause();
      note('request_lost');
      throw new TypeError('The cable is pulled: the request got lost');
    }
    const response = await globalThis.fetch(url, init);
    if (cable === 'no-replies') {
      await response.arrayBuffer();
      note('reply_lost');
      throw new TypeError('The cable is pulled: the reply got lost');
    }
    note('answered');
    return response;
  };
}

/** Queries have none. */
function keyOf(body: unknown): string | null {
  const { variables } = JSON.parse(String(body)) as { variables?: { input?: { idempotencyKey?: string } } };
  return variables?.input?.idempotencyKey ?? null;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, 150));
