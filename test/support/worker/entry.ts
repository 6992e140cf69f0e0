/** What workerd runs in the API tests: src/worker.ts, loaded again for each test file. */
import type { Env } from '../../../src/env.ts';
import { currentWorker } from './cold-worker.ts';

export default {
  fetch: (request, env, context) => currentWorker().fetch(request, env, context),
} satisfies ExportedHandler<Env>;
