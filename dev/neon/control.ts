// Fault rules and traffic counters over HTTP, for tests that run in another process (workerd). Neon has nothing like
// it, and it never touches the database.

import { z } from 'zod';
import { type Faults, faultRule } from './faults.ts';
import type { Traffic } from './traffic.ts';

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
const notFound: ControlAnswer = { status: 404, body: { error: 'no such thing here' } };

function parsed<T>(request: ControlRequest, shape: z.ZodType<T>, act: (value: T) => object): ControlAnswer {
  // A page in a browser cannot send this type to another origin unasked, so no web page can break a local server.
  if (!request.contentType.startsWith('application/json')) {
    return { status: 415, body: { error: 'send application/json' } };
  }
  try {
    return ok(act(shape.parse(JSON.parse(request.body.toString()))));
  } catch (error) {
    return { status: 400, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}
