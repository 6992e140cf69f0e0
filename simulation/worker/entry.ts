/**
 * The Worker as the simulation bundles it: the product's own, with lanes that a request can break. The product has no such switch,
 * and no other bundle contains this file.
 */
import type { Env } from '../../src/env.ts';
import { LANE_LIMITS } from '../../src/ledger/lane-queue.ts';
import type { LaneReply } from '../../src/ledger/lane-reply.ts';
import worker, { CampaignRun, Lane as ProductLane } from '../../src/worker.ts';
import { LANE_FAULT_HEADER, type LaneHopFault } from '../schedule/lane-faults.ts';

export { CampaignRun };

/** More than all clients together, and less than a stampede: a lane is sometimes full. */
const MOST_OPERATIONS = 56;

/** By correlation ID. workerd runs the Worker and its lanes in one isolate. */
const planned = new Map<string, LaneHopFault>();

export class Lane extends ProductLane {
  constructor(state: DurableObjectState, env: Env) {
    super(state, env, { ...LANE_LIMITS, operations: MOST_OPERATIONS });
  }

  override async commit(
    contract: number,
    player: string,
    operation: string,
    held: readonly string[],
  ): Promise<LaneReply> {
    const fault = takeFault(operation);
    if (fault?.kind === 'drop_request') {
      note('lane hop: drop_request');
      throw new Error('simulated: the operation did not reach the lane');
    }
    if (fault?.kind === 'kill' && fault.ms === 0) this.#kill();
    if (fault?.kind === 'kill') setTimeout(() => this.#kill(), fault.ms);
    const reply = await super.commit(contract, player, operation, held);
    if (fault?.kind === 'kill_at_reply') this.#kill();
    if (fault?.kind === 'drop_reply') {
      note('lane hop: drop_reply');
      throw new Error('simulated: the reply of the lane did not arrive');
    }
    if (reply.kind === 'not_sent') note('lane not sent');
    return reply;
  }

  #kill(): void {
    note('lane killed');
    this.ctx.abort('simulated: the lane was killed');
  }
}

function takeFault(operation: string): LaneHopFault | undefined {
  const { client_correlation_id: id } = JSON.parse(operation) as { client_correlation_id: string };
  const fault = planned.get(id);
  planned.delete(id);
  return fault;
}

/** A line that the simulation counts. */
function note(simulated: string): void {
  console.log(JSON.stringify({ simulated }));
}

export default {
  ...worker,
  async fetch(request, env, context): Promise<Response> {
    const fault = request.headers.get(LANE_FAULT_HEADER);
    const id = request.headers.get('x-correlation-id');
    if (fault && id) planned.set(id, JSON.parse(fault) as LaneHopFault);
    return await worker.fetch(request, env, context);
  },
} satisfies ExportedHandler<Env>;
