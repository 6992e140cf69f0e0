/** The tests, in the order of the guarantees: keys, claims, races, lost replies, receipts, restarts. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt, Reply } from './adapter.ts';
import type { ClientFault } from './fault-proxy.ts';
import { type Endpoint, expectEqual, Failure } from './run.ts';

export interface Test {
  /** Stable: reports and lists of expected failures name it. */
  readonly id: string;
  readonly title: string;
  readonly needsRestart?: true;
  run(endpoint: Endpoint): Promise<void>;
}

const AT_ONCE = 16;
/** A race that is lost by chance is repeated. */
const ROUNDS = 3;
/** At each of these times another step of a claim may be the last one. */
const KILLED_AFTER_MS = [2, 5, 10, 20, 40, 80, 150];

export const TESTS: readonly Test[] = [
  {
    id: 'key-replay',
    title: 'the same key and input get the same receipt again, and nothing moves',
    async run(endpoint) {
      const request = endpoint.request();
      const first = await endpoint.granted(request);
      const again = await endpoint.granted(request);
      expectEqual(withoutReplay(again), withoutReplay(first), 'the second receipt');
      expectEqual([first.replayed, again.replayed], [false, true], '`replayed` of both');
      expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
    },
  },
  {
    id: 'key-other-input',
    title: 'a key that is sent with another input is refused, and nothing moves',
    async run(endpoint) {
      const request = endpoint.request();
      await endpoint.granted(request);
      const other = await endpoint.claim({ ...request, claim: `claim-${randomUUID()}` });
      expectEqual(codeOf(other), 'key_reused', 'the answer');
      expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
    },
  },
  {
    id: 'key-per-player',
    title: 'players do not share keys',
    async run(endpoint) {
      const request = endpoint.request();
      const other = endpoint.request({ idempotencyKey: request.idempotencyKey, claim: request.claim });
      await endpoint.granted(request);
      await endpoint.granted(other);
      expectEqual(await endpoint.balance(other.player), other.amount, 'the balance of the second player');
    },
  },
  {
    id: 'key-of-rejection',
    title: 'a rejection is the outcome of its key',
    async run(endpoint) {
      const first = endpoint.request();
      await endpoint.granted(first);
      const second = { ...first, idempotencyKey: randomUUID() };
      const rejected = await endpoint.claim(second);
      const again = await endpoint.claim(second);
      expectEqual(codeOf(rejected), 'already_claimed', 'the answer');
      expectEqual(codeOf(again), codeOf(rejected), 'the second answer');
    },
  },
  {
    id: 'claim-once',
    title: 'a claim is paid once, and another key gets the receipt of the payment',
    async run(endpoint) {
      const request = endpoint.request();
      const receipt = await endpoint.granted(request);
      const other = await endpoint.claim({ ...request, idempotencyKey: randomUUID() });
      expectEqual(codeOf(other), 'already_claimed', 'the answer');
      if (other.kind === 'rejected') expectEqual(other.original?.id, receipt.id, 'the original claim');
      expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
    },
  },
  {
    id: 'race-one-key',
    title: `${AT_ONCE} requests at once under one key have one effect and one receipt`,
    async run(endpoint) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const request = endpoint.request();
        const receipts = await Promise.all(times(() => endpoint.granted(request)));
        expectEqual(
          new Set(receipts.map((each) => JSON.stringify(withoutReplay(each)))).size,
          1,
          'different receipts',
        );
        expectEqual(receipts.filter(({ replayed }) => !replayed).length, 1, 'receipts that are no replay');
        expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
      }
    },
  },
  {
    id: 'race-one-claim',
    title: `${AT_ONCE} keys at once for one claim have one effect`,
    async run(endpoint) {
      for (let round = 0; round < ROUNDS; round += 1) {
        const request = endpoint.request();
        const replies = await Promise.all(
          times(() => endpoint.claim({ ...request, idempotencyKey: randomUUID() })),
        );
        expectEqual(replies.filter(({ kind }) => kind === 'granted').length, 1, 'grants');
        expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
      }
    },
  },
  {
    id: 'race-one-balance',
    title: `${AT_ONCE} different claims at once lose no update`,
    async run(endpoint) {
      const { player } = endpoint.request();
      const receipts = await Promise.all(times(() => endpoint.granted(endpoint.request({ player }))));
      expectEqual(await endpoint.balance(player), 5 * AT_ONCE, 'the balance');
      checkChain(receipts);
    },
  },
  lost('reply-lost', 'a reply that is lost', { kind: 'drop_reply' }),
  lost('reply-cut', 'a reply that is cut off', { kind: 'cut_reply' }),
  lost('request-lost', 'a request that is lost', { kind: 'drop_request' }),
  lost('request-cut', 'a request that is cut off', { kind: 'cut_request' }),
  lost('request-twice', 'a request that arrives twice', { kind: 'duplicate', ms: 0 }),
  lost('request-late', 'a copy of the request that arrives late', { kind: 'duplicate', ms: 300 }),
  {
    id: 'receipt-chain',
    title: 'receipts add up: each begins where the one before ended, and the last one shows the balance',
    async run(endpoint) {
      const { player } = endpoint.request();
      const receipts: Receipt[] = [];
      for (let amount = 1; amount <= 5; amount += 1)
        receipts.push(await endpoint.granted(endpoint.request({ player, amount })));
      checkChain(receipts);
      expectEqual(receipts.at(-1)?.after, await endpoint.balance(player), 'the balance');
    },
  },
  {
    id: 'restart-replay',
    title: 'a key keeps its outcome after the server is killed and started again',
    needsRestart: true,
    async run(endpoint) {
      const request = endpoint.request();
      const first = await endpoint.granted(request);
      await endpoint.adapter.restart?.();
      const again = await endpoint.granted(request);
      expectEqual(withoutReplay(again), withoutReplay(first), 'the second receipt');
      expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
    },
  },
  {
    id: 'restart-in-flight',
    title: 'a claim whose server is killed in flight has one effect after a retry',
    needsRestart: true,
    async run(endpoint) {
      for (const ms of KILLED_AFTER_MS) {
        const requests = Array.from({ length: AT_ONCE }, () => endpoint.request());
        const attempts = requests.map((request) => endpoint.attempt(request).catch(() => null));
        await sleep(ms);
        await endpoint.adapter.restart?.();
        await Promise.all(attempts);
        for (const request of requests) {
          await endpoint.granted(request);
          expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
        }
      }
    },
  },
];

function lost(id: string, what: string, fault: ClientFault): Test {
  return {
    id,
    title: `${what}, and a retry under the same key, have one effect`,
    async run(endpoint) {
      const request = endpoint.request();
      await endpoint.attempt(request, fault);
      const receipt = await endpoint.granted(request);
      await endpoint.settled();
      expectEqual(receipt.delta, request.amount, 'the delta of the receipt');
      expectEqual(receipt.before, 0, 'the balance before');
      expectEqual(await endpoint.balance(request.player), request.amount, 'the balance');
    },
  };
}

function times<Result>(work: () => Promise<Result>): Promise<Result>[] {
  return Array.from({ length: AT_ONCE }, work);
}

function withoutReplay({ replayed: _, ...receipt }: Receipt): Omit<Receipt, 'replayed'> {
  return receipt;
}

function codeOf(reply: Exclude<Reply, { kind: 'failed' }>): string {
  return reply.kind === 'granted' ? 'granted' : reply.code;
}

/** In the order of the balances: `before` of each is `after` of the one before, from 0. */
function checkChain(receipts: readonly Receipt[]): void {
  let expected = 0;
  for (const { before, delta, after } of [...receipts].sort((one, other) => one.before - other.before)) {
    if (before !== expected)
      throw new Failure(`a receipt begins at ${before}, the one before ended at ${expected}`);
    if (after !== before + delta) throw new Failure(`${before} + ${delta} is not ${after}`);
    expected = after;
  }
}
