/**
 * Measures how long other players wait while the row of one player is locked by somebody else, such as an operator's open
 * transaction. Clients of that player send claims all the time, and each claim must be granted in the end.
 */
import { withClient } from '../../cli/connect.ts';
import { showProgress } from '../../cli/progress.ts';
import { HttpConnection } from '../load/connection.ts';
import { percentile } from '../report/figures.ts';
import type { Stack } from '../stack/stack.ts';
import type { Workerd } from '../stack/workerd.ts';
import { newClaims, SERVER_ID } from '../subjects/claims.ts';
import { onceward, startOnceward } from '../subjects/onceward.ts';
import { requestsWith } from '../subjects/requests.ts';
import type { Subject } from '../subjects/subject.ts';

export interface HeldRowPlan {
  readonly rounds: number;
  readonly connections: number;
  readonly usualSeconds: number;
  readonly holdSeconds: number;
}

export interface HeldRowSample {
  /** Of the other players, before the row is held and while it is. */
  readonly usualP99Ms: number;
  readonly heldP99Ms: number;
  /** Claims of the other players while the row was held. */
  readonly claims: number;
  /** Claims of the player whose row was held, and how many answers said to try again. */
  readonly heldClaims: number;
  readonly retries: number;
}

export interface HeldRowSeries {
  readonly subject: string;
  readonly title: string;
  readonly samples: HeldRowSample[];
}

/** Clients of the player whose row is held. */
const HELD_CLIENTS = 4;

const WARM_UP_REQUESTS_PER_CONNECTION = 10;

interface Case {
  readonly worker: Workerd;
  readonly others: Subject;
  readonly label: string;
  readonly series: HeldRowSeries;
}

export async function measureHeldRow(
  stack: Stack,
  plan: HeldRowPlan,
  { lanes }: { lanes: number },
): Promise<HeldRowSeries[]> {
  const cases = [await startCase(stack, 'held-direct'), await startCase(stack, 'held-lanes', lanes)];
  const { connections } = plan;
  for (const { others } of cases)
    await others.run({
      connections,
      requests: connections * WARM_UP_REQUESTS_PER_CONNECTION,
      signal: stack.signal,
    });
  for (let round = 0; round < plan.rounds; round++)
    for (const one of round % 2 === 0 ? cases : cases.toReversed()) {
      showProgress(`held row, round ${round + 1} of ${plan.rounds}: ${one.series.title}`);
      one.series.samples.push(await takeTurn(stack, one, plan, round));
    }
  for (const { worker } of cases) await worker.stop();
  return cases.map(({ series }) => series);
}

async function startCase(stack: Stack, label: string, lanes?: number): Promise<Case> {
  const worker = await startOnceward(stack, { lanes });
  const subjects = await onceward(stack, worker, label);
  const others = lanes === undefined ? subjects.claim() : subjects.claimThroughLanes();
  return { worker, others, label, series: { subject: others.name, title: others.title, samples: [] } };
}

async function takeTurn(
  stack: Stack,
  { worker, others, label }: Case,
  { connections, usualSeconds, holdSeconds }: HeldRowPlan,
  round: number,
): Promise<HeldRowSample> {
  const load = { connections, requests: Number.MAX_SAFE_INTEGER, signal: stack.signal };
  const player = `${label}-player-${round}`;
  await (await onceward(stack, worker, label)).pay(player, 1);
  const usual = await others.run({ ...load, maxSeconds: usualSeconds });
  const client = await heldClient(stack, worker, `${label}-${round}`, player);
  const held = await holdRow(stack, player, async () => {
    // Settled, because they end only after the row is released, and one may fail before that.
    const claiming = Promise.allSettled(Array.from({ length: HELD_CLIENTS }, client.claimUntilReleased));
    try {
      return { others: await others.run({ ...load, maxSeconds: holdSeconds }), claiming };
    } finally {
      client.release();
    }
  });
  for (const claimed of await held.claiming) if (claimed.status === 'rejected') throw claimed.reason;
  return {
    usualP99Ms: p99(usual.latenciesMs),
    heldP99Ms: p99(held.others.latenciesMs),
    claims: held.others.latenciesMs.length,
    ...client.counts(),
  };
}

const p99 = (latenciesMs: readonly number[]) =>
  percentile(
    latenciesMs.toSorted((a, b) => a - b),
    99,
  );

/** The transaction ends with `work`, but not before it. */
async function holdRow<T>({ database }: Stack, player: string, work: () => Promise<T>): Promise<T> {
  return withClient(database.ownerDatabaseUrl, async (session) => {
    await session.query('BEGIN');
    const { rowCount } = await session.query(
      'SELECT FROM onceward.actors WHERE kind = 1 AND id = $1 FOR UPDATE',
      [player],
    );
    if (rowCount !== 1) throw new Error(`there is no player ${player}`);
    try {
      return await work();
    } finally {
      await session.query('ROLLBACK');
    }
  });
}

/** Sends claims of one player and repeats each, with its key, until it is granted. */
async function heldClient(stack: Stack, worker: Workerd, label: string, player: string) {
  const token = await stack.signer.signToken({ kind: 'server', id: SERVER_ID, expiresInSeconds: 3_600 });
  const requests = requestsWith(token);
  const nextClaim = newClaims(`${label}-held`, () => player);
  let released = false;
  let heldClaims = 0;
  let retries = 0;
  const claimOnce = async (connection: HttpConnection) => {
    const exchange = requests.claim(nextClaim(), () => true);
    heldClaims += 1;
    for (;;) {
      const response = await connection.send(exchange);
      if (!isUnavailable(response.body)) return exchange.verify(response);
      stack.signal.throwIfAborted();
      retries += 1;
    }
  };
  return {
    claimUntilReleased: async () => {
      const connection = await HttpConnection.open(worker.port);
      try {
        do await claimOnce(connection);
        while (!released);
      } finally {
        connection.close();
      }
    },
    release: () => {
      released = true;
    },
    counts: () => ({ heldClaims, retries }),
  };
}

function isUnavailable(body: string): boolean {
  const { errors } = JSON.parse(body) as { errors?: { extensions?: { code?: string } }[] };
  return errors?.[0]?.extensions?.code === 'UNAVAILABLE';
}
