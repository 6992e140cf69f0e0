/**
 * Lanes: Durable Objects that coalesce the operations of many requests into one call to the kernel. A player always has the same
 * lane. COMMIT_THROUGH chooses between lanes and the direct call. A lane that ends takes no outcome with it but replies: its
 * callers get LedgerUnavailable and send their keys again.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Env } from '../env.ts';
import { type Commit, commitEncoded, commitOperation } from './commit-operation.ts';
import { type Database, openDatabase } from './database.ts';
import { decodeOutcomes } from './decode-outcome.ts';
import { encodeOperation } from './encode-operation.ts';
import { LaneFailed, LedgerDefect, LedgerUnavailable, NotSent } from './failures.ts';
import { LANE_LIMITS, LaneQueue } from './lane-queue.ts';
import type { LaneReply } from './lane-reply.ts';

export class Lane extends DurableObject<Env> {
  readonly #queue: LaneQueue;

  constructor(state: DurableObjectState, env: Env, limits = LANE_LIMITS) {
    super(state, env);
    const database = openDatabase({ databaseUrl: env.DATABASE_URL, endpoint: env.NEON_ENDPOINT });
    this.#queue = new LaneQueue((operations, held) => commitEncoded(database, operations, held), limits);
  }

  commit(player: string, operation: string, held: readonly string[]): Promise<LaneReply> {
    return this.#queue.add(player, operation, held);
  }
}

const DEFAULT_LANES = 2;
const MAX_LANES = 256;
const LOCATION_HINTS = [
  'wnam',
  'enam',
  'sam',
  'weur',
  'eeur',
  'apac',
  'apac-ne',
  'apac-se',
  'oc',
  'afr',
  'me',
];

/** The settings of lanes that are missing or wrong. */
export function wrongLaneSettings(env: Partial<Env>): string[] {
  const { COMMIT_THROUGH: path = 'direct', LANES: lanes, LANE_LOCATION_HINT: hint } = env;
  if (path === 'direct' || path === '') return [];
  if (path !== 'lanes') return ['COMMIT_THROUGH (direct or lanes)'];
  const count = laneCount(lanes);
  return [
    ...(env.LANE ? [] : ['LANE (the binding of lanes)']),
    ...(Number.isInteger(count) && count >= 1 && count <= MAX_LANES ? [] : [`LANES (1 to ${MAX_LANES})`]),
    ...(!hint || LOCATION_HINTS.includes(hint) ? [] : [`LANE_LOCATION_HINT (${LOCATION_HINTS.join(', ')})`]),
  ];
}

const laneCount = (given: string | undefined) => Number(given || DEFAULT_LANES);

/** The way of operations to the kernel that the settings choose. */
export function commitPath(env: Env, database: Database): Commit {
  if (env.COMMIT_THROUGH === 'lanes' && env.LANE)
    return throughLanes(env.LANE as DurableObjectNamespace<Lane>, env);
  return async (operation, held) => ({
    outcome: await commitOperation(database, operation, held),
    lane: null,
  });
}

function throughLanes(namespace: DurableObjectNamespace<Lane>, env: Env): Commit {
  const count = laneCount(env.LANES);
  const hint = env.LANE_LOCATION_HINT;
  const options = hint ? { locationHint: hint as DurableObjectLocationHint } : undefined;
  return async (operation, held) => {
    const encoded = encodeOperation(operation);
    const lane = laneOf(operation.playerId, count);
    // A new stub for each call: that of a lane that ended stays broken.
    const stub = namespace.getByName(`lane-${lane}`, options);
    const reply = await askLane(stub, lane, [operation.playerId, JSON.stringify(encoded), held]);
    if (reply.kind === 'not_sent') throw new NotSent();
    if (reply.kind === 'unavailable') throw new LedgerUnavailable(reply.why);
    if (reply.kind === 'defect') throw new LedgerDefect(reply.sqlState, reply.constraint);
    if (reply.kind === 'failed') throw new LaneFailed(lane, reply.error);
    const [outcome] = decodeOutcomes(reply.answer, [encoded]);
    if (!outcome) throw new LedgerUnavailable(`lane ${lane}: no outcome`);
    return { outcome, lane: { lane, batch: reply.batch, queuedMs: reply.queuedMs } };
  };
}

/** The call rejects where the lane was stopped, replaced or cannot be reached. Whether it executed the operation is unknown. */
async function askLane(
  stub: DurableObjectStub<Lane>,
  lane: number,
  parameters: Parameters<Lane['commit']>,
): Promise<LaneReply> {
  try {
    return await stub.commit(...parameters);
  } catch (error) {
    // Refused by the platform, before the lane saw it.
    if ((error as { overloaded?: boolean }).overloaded) throw new NotSent();
    throw new LedgerUnavailable(`no answer of lane ${lane}`);
  }
}

/** FNV-1a: the same player has the same lane in every isolate. */
export function laneOf(player: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < player.length; index += 1)
    hash = Math.imul(hash ^ player.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % lanes;
}
