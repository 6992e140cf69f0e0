/**
 * Controls the local Neon endpoint over HTTP: fault rules and request counters, for tests that run in another process
 * (workerd). Neon has no such API.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Faults, faultRule } from './faults.ts';

export type ControlRequest = { method: string; path: string; contentType: string; body: Buffer };
export type ControlAnswer = { status: number; body: object };

const counterRequest = z.strictObject({ match: z.string().min(1).max(1_000) });

/**
 * | request | answer |
 * |---|---|
 * | `POST /control/faults` with a rule | `{id}` |
 * | `GET /control/faults/:id` | `{remaining}` |
 * | `DELETE /control/faults/:id`, `DELETE /control/faults` | `{}` |
 * | `POST /control/traffic` with `{match}` | `{id}` |
 * | `GET /control/traffic/:id` | `{requests}` |
 * | `DELETE /control/traffic/:id` | `{}` |
 */
export function answerControl(
  request: ControlRequest,
  { faults, traffic }: { faults: Faults; traffic: Traffic },
) {
  const [, , noun, id] = request.path.split('/');
  switch (`${request.method} ${noun}${id ? '/:id' : ''}`) {
    case 'POST faults':
      return parsed(request, faultRule, (rule) => ({ id: faults.add(rule) }));
    case 'GET faults/:id':
      return ok({ remaining: faults.remaining(id ?? '') });
    case 'DELETE faults/:id':
      return faults.remove(id ?? '') ? ok({}) : notFound;
    case 'DELETE faults':
      faults.clear();
      return ok({});
    case 'POST traffic':
      return parsed(request, counterRequest, ({ match }) => ({ id: traffic.watch(match) }));
    case 'GET traffic/:id': {
      const requests = traffic.count(id ?? '');
      return requests === undefined ? notFound : ok({ requests });
    }
    case 'DELETE traffic/:id':
      return traffic.unwatch(id ?? '') ? ok({}) : notFound;
    default:
      return notFound;
  }
}

const ok = (body: object): ControlAnswer => ({ status: 200, body });
const notFound: ControlAnswer = { status: 404, body: { error: 'not found' } };

function parsed<T>(request: ControlRequest, shape: z.ZodType<T>, act: (value: T) => object): ControlAnswer {
  // A web page cannot send this content type to another origin without a preflight, so it cannot break a local server.
  if (!request.contentType.startsWith('application/json')) {
    return { status: 415, body: { error: 'the content type must be application/json' } };
  }
  try {
    return ok(act(shape.parse(JSON.parse(request.body.toString()))));
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

const MAX_COUNTERS = 10_000;

type Counter = { pattern: Buffer; requests: number };

/** Counts requests whose body contains a given text. It stores numbers, not bodies, so its memory use stays small. */
export class Traffic {
  readonly #counters = new Map<string, Counter>();

  /** Starts a counter and returns its ID. It also counts requests that a fault drops. */
  watch(match: string): string {
    if (!match) throw new Error('an empty text would count the requests of every test');
    // The oldest counter is removed first, since its test has ended long ago.
    for (const id of this.#counters.keys()) {
      if (this.#counters.size < MAX_COUNTERS) break;
      this.#counters.delete(id);
    }
    const id = randomUUID();
    this.#counters.set(id, { pattern: Buffer.from(match), requests: 0 });
    return id;
  }

  /** Undefined if there is no such counter. */
  count(id: string): number | undefined {
    return this.#counters.get(id)?.requests;
  }

  unwatch(id: string): boolean {
    return this.#counters.delete(id);
  }

  record(body: Buffer): void {
    for (const counter of this.#counters.values()) if (body.includes(counter.pattern)) counter.requests++;
  }
}
