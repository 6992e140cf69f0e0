/**
 * Lanes: Durable Objects that coalesce the operations of many requests into one call to the kernel. A player always has the same
 * lane. COMMIT_THROUGH chooses between lanes and the direct call. A lane that ends takes no outcome with it but replies: its
 * callers get LedgerUnavailable and send their keys again.
 */
import { DurableObject } from 'cloudflare:workers';
import type { Outcome } from '../domain/outcome.ts';
import type { Env } from '../env.ts';
import { type Commit, commitEncoded, commitOperation } from './commit-operation.ts';
import { type Database, openDatabase } from './database.ts';
import { encodeOperation, operationText } from './encode-operation.ts';
import { LaneFailed, LedgerDefect, LedgerUnavailable, NotSent } from './failures.ts';
import { CONTRACT_VERSION } from './kernel-contract.ts';
import { LANE_LIMITS, LaneQueue } from './lane-queue.ts';
import type { LaneReply } from './lane-reply.ts';
import { decodeAnswer } from './read-archive.ts';

export class Lane extends DurableObject<Env> {
  readonly #queue: LaneQueue;

  constructor(state: DurableObjectState, env: Env, limits = LANE_LIMITS) {
    super(state, env);
    const database = openDatabase({ databaseUrl: env.DATABASE_URL, endpoint: env.NEON_ENDPOINT });
    this.#queue = new LaneQueue((operations, held) => commitEncoded(database, operations, held), limits);
  }

  /** `contract`: the CONTRACT_VERSION of the caller. The kernel checks ours alone, and a deploy replaces callers and lanes one by one. */
  async commit(
    contract: number,
    player: string,
    operation: string,
    held: readonly string[],
  ): Promise<LaneReply> {
    if (contract !== CONTRACT_VERSION)
      return { kind: 'unavailable', why: `a lane of contract ${CONTRACT_VERSION}` };
    return await this.#queue.add(player, operation, held);
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
    return throughLanes(env.LANE as DurableObjectNamespace<Lane>, env, database);
  return (operation, held) => commitOperation(database, operation, held);
}

function throughLanes(namespace: DurableObjectNamespace<Lane>, env: Env, database: Database): Commit {
  const count = laneCount(env.LANES);
  const hint = env.LANE_LOCATION_HINT;
  const options = hint ? { locationHint: hint as DurableObjectLocationHint } : undefined;
  // Only the first call places an object, and it never moves: another hint needs other objects.
  const place = hint ? `lane-${hint}` : 'lane';
  return async (operation, held, note) => {
    const lane = laneOf(operation.playerId, count);
    note({ lane, batch: null, queuedMs: null });
    const encoded = encodeOperation(operation);
    // A new stub for each call: that of a lane that ended stays broken.
    const stub = namespace.getByName(`${place}-${lane}`, options);
    const parameters = [CONTRACT_VERSION, operation.playerId, operationText(encoded), held] as const;
    const { answer, batch, queuedMs } = answered(await askLane(stub, lane, parameters), lane);
    note({ lane, batch, queuedMs });
    const [outcome] = await decodeAnswer(database, answer, [encoded], held);
    return outcome as Outcome;
  };
}

/** Throws what the lane replies instead of an answer. */
function answered(reply: LaneReply, lane: number): Extract<LaneReply, { kind: 'answered' }> {
  switch (reply.kind) {
    case 'answered':
      return reply;
    case 'not_sent':
      throw new NotSent();
    case 'unavailable':
      throw new LedgerUnavailable(reply.why);
    case 'defect':
      throw new LedgerDefect(reply.sqlState, reply.constraint);
    case 'failed':
      throw new LaneFailed(lane, reply.error);
  }
}

/** Longer than a lane takes: it sends nothing after 15 s, and a request takes 5. */
const LANE_TIMEOUT_MS = 20_000;

/**
 * The call rejects where the lane was stopped, replaced, overloaded or cannot be reached. Whether it executed the operation is
 * unknown: a lane that exceeds its memory is called overloaded, too, and may have sent it.
 */
async function askLane(
  stub: DurableObjectStub<Lane>,
  lane: number,
  parameters: Readonly<Parameters<Lane['commit']>>,
): Promise<LaneReply> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(late.reject, LANE_TIMEOUT_MS, LATE);
  try {
    return await Promise.race([stub.commit(...parameters), late.promise]);
  } catch (error) {
    throw new LedgerUnavailable(`no answer of lane ${lane}: ${causeOf(error)}`);
  } finally {
    clearTimeout(timer);
  }
}

const LATE = Symbol('late');

/** For the log: the class of the error and what the platform says of it. Its message may hold data. */
function causeOf(error: unknown): string {
  if (error === LATE) return `after ${LANE_TIMEOUT_MS / 1_000} s`;
  if (!(error instanceof Error)) return typeof error;
  const { durableObjectReset: reset, overloaded, remote } = error as Error & Record<string, unknown>;
  const kind = /^\w{1,40}$/.test(error.name) ? error.name : 'Error';
  const flags = Object.entries({ reset, overloaded, remote }).filter(([, isSet]) => isSet === true);
  return [kind, ...flags.map(([flag]) => flag)].join(', ');
}

/** FNV-1a: the same player has the same lane in every isolate. */
export function laneOf(player: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < player.length; index += 1)
    hash = Math.imul(hash ^ player.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % lanes;
}
