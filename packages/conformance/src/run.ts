/** Runs the tests of the suite against one endpoint, one after the other, through a proxy that breaks requests and replies. */
import { randomUUID } from 'node:crypto';
import type { Adapter, ClaimRequest, Receipt, Reply } from './adapter.ts';
import { type ClientFault, FaultProxy } from './fault-proxy.ts';
import { TESTS, type Test } from './tests.ts';

export interface TestResult {
  readonly id: string;
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it failed, or was skipped. */
  readonly message: string | null;
  readonly ms: number;
}

export interface RunOptions {
  /** Of the endpoint, as the adapter takes it. */
  readonly url: string;
  readonly adapter: Adapter;
  /** IDs of the tests to run; all unless set. */
  readonly only?: readonly string[];
}

/** How often an attempt that failed and may be retried is made again. */
const MOST_ATTEMPTS = 10;
const PAUSE_MS = 100;
const TEST_TIMEOUT_MS = 60_000;

/** What a test works with. Players and keys are new for each test. */
export class Endpoint {
  readonly adapter: Adapter;
  readonly #url: string;
  readonly #proxy: FaultProxy;
  readonly #proxied: string;

  constructor({ adapter, url }: RunOptions, proxy: FaultProxy) {
    this.adapter = adapter;
    this.#url = url;
    this.#proxy = proxy;
    const proxied = new URL(url);
    proxied.protocol = 'http:';
    proxied.hostname = '127.0.0.1';
    proxied.port = String(proxy.port);
    this.#proxied = proxied.href;
  }

  /** A claim of a new player: each part can be set. */
  request(parts: Partial<ClaimRequest> = {}): ClaimRequest {
    return {
      player: `conformance-${randomUUID()}`,
      idempotencyKey: randomUUID(),
      claim: `claim-${randomUUID()}`,
      amount: 5,
      ...parts,
    };
  }

  /** One attempt; null: no answer came. */
  async attempt(request: ClaimRequest, fault: ClientFault | null = null): Promise<Reply | null> {
    if (!fault) return this.adapter.claim(this.#url, request);
    let isPlanned = true;
    this.#proxy.unplanned = () => {
      const planned = isPlanned ? fault : null;
      isPlanned = false;
      return planned;
    };
    try {
      return await this.adapter.claim(this.#proxied, request);
    } catch {
      return null;
    } finally {
      this.#proxy.unplanned = () => null;
    }
  }

  /** Attempts until there is a final answer. */
  async claim(request: ClaimRequest): Promise<Exclude<Reply, { kind: 'failed' }>> {
    let last: unknown;
    for (let count = 0; count < MOST_ATTEMPTS; count += 1) {
      try {
        const reply = await this.attempt(request);
        if (reply && reply.kind !== 'failed') return reply;
        if (reply && !reply.retryable) throw new Failure(`the claim was refused: ${reply.message}`);
        last = reply?.message;
      } catch (error) {
        if (error instanceof Failure) throw error;
        last = error;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    throw new Failure(`no final answer after ${MOST_ATTEMPTS} attempts: ${last}`);
  }

  async granted(request: ClaimRequest): Promise<Receipt> {
    const reply = await this.claim(request);
    if (reply.kind !== 'granted') throw new Failure(`a new claim was rejected: ${reply.code}`);
    return reply.receipt;
  }

  balance(player: string): Promise<number> {
    return this.adapter.balance(this.#url, player);
  }

  /** Duplicates of the proxy have been answered. */
  settled(): Promise<void> {
    return this.#proxy.idle();
  }
}

/** The endpoint does not conform. */
export class Failure extends Error {}

export function expectEqual(found: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Failure(`${what}: expected ${other}, found ${one}`);
}

export async function runSuite(
  options: RunOptions,
  onResult: (result: TestResult) => void = () => {},
): Promise<TestResult[]> {
  const { hostname, port, protocol, host } = new URL(options.url);
  if (protocol !== 'http:')
    throw new Error('The suite breaks requests between itself and the endpoint: give an http URL');
  const proxy = await FaultProxy.start({ host: hostname, port: Number(port || 80), header: host });
  const endpoint = new Endpoint(options, proxy);
  const results: TestResult[] = [];
  try {
    for (const test of TESTS) {
      if (options.only && !options.only.includes(test.id)) continue;
      const result = await runTest(test, endpoint);
      results.push(result);
      onResult(result);
    }
    return results;
  } finally {
    await proxy.stop();
  }
}

async function runTest(test: Test, endpoint: Endpoint): Promise<TestResult> {
  const { id, title } = test;
  const began = performance.now();
  const ended = (outcome: TestResult['outcome'], message: string | null): TestResult => ({
    id,
    title,
    outcome,
    message,
    ms: Math.round(performance.now() - began),
  });
  if (test.needsRestart && !endpoint.adapter.restart)
    return ended('skipped', 'the adapter cannot restart the server');
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure('no result after a minute')), TEST_TIMEOUT_MS);
  });
  try {
    await Promise.race([test.run(endpoint), timeout]);
    return ended('passed', null);
  } catch (error) {
    return ended('failed', error instanceof Error ? error.message : String(error));
  } finally {
    clearTimeout(timer);
  }
}
