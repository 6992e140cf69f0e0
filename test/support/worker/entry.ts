/** The Worker that workerd runs in API tests. It forwards requests to the copy of src/worker.ts of the current test file. */
import type { Env } from '../../../src/env.ts';
import { currentWorker } from './cold-worker.ts';

export { Lane } from '../../../src/ledger/lanes.ts';

export default {
  fetch: (request, env, context) => currentWorker().fetch(request, env, context),
} satisfies ExportedHandler<Env>;
