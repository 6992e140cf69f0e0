/** The Worker that workerd runs in API tests. It forwards requests to the copy of src/worker.ts of the current test file. */
import type { Env } from '../../../src/env.ts';
import { Lane as ProductLane } from '../../../src/ledger/lanes.ts';
import { currentWorker } from './cold-worker.ts';
import { laneLimits } from './lane-limits.ts';

export { CampaignRun } from '../../../src/worker.ts';

/** With limits that a test can change. */
export class Lane extends ProductLane {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env, laneLimits);
  }
}

export default {
  fetch: (request, env, context) => currentWorker().fetch(request, env, context),
  // Nothing is sent while tests do something else.
  queue: (batch) => batch.ackAll(),
} satisfies ExportedHandler<Env>;
