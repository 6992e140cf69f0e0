/**
 * Sends the events of many operations from the local stack to a consumer that is slow, answers errors and is killed, while the Worker is
 * killed too, and compares what the consumer has accepted with the ledger.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '../../cli/connect.ts';
import { StaffApi } from '../../cli/staff-api.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { Random } from '../random.ts';
import { faultsOf, type Received, readReceived } from './check.ts';

export interface ProofOptions {
  readonly operations: number;
  /** Of the Worker. The consumer is killed all the time. */
  readonly kills: number;
  readonly seed: string;
  readonly log: (line: string) => void;
}

export interface Proof {
  readonly events: number;
  readonly received: Received;
  readonly killed: { readonly worker: number; readonly consumer: number };
  /** Until everything was granted, and until the consumer had accepted everything. */
  readonly seconds: { readonly granted: number; readonly accepted: number };
  /** What does not agree; empty: everything does. */
  readonly faults: readonly string[];
}

/** Operations of a player that are imported; a twentieth of all goes through the API meanwhile. */
const OPERATIONS_OF_PLAYER = 25;
const API_SHARE = 20;
/** So that what failed is not waited for for most of the time. */
const RETRY_MS = 200;

export async function proveEvents(options: ProofOptions): Promise<Proof> {
  const dir = await mkdtemp(join(tmpdir(), 'onceward-events-'));
  const stack = await startLocalStack({ dir, port: await freePort(), log: options.log, onLine: () => {} });
  try {
    return await prove(stack, dir, options);
  } finally {
    await stack.stop();
    await stack.database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  }
}

async function prove(stack: RunningStack, dir: string, options: ProofOptions): Promise<Proof> {
  const { operations, kills, seed, log } = options;
  const random = new Random(seed);
  await withClient(stack.ownerDatabaseUrl, (client) =>
    client.query('UPDATE onceward.settings SET event_retry_ms = $1', [RETRY_MS]),
  );
  const consumer = new Consumer({ port: await freePort(), file: join(dir, 'received.jsonl'), random });
  consumer.secret = await createEndpoint(stack, consumer.url);
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  let isGranted = false;
  let isDone = false;
  const schedule = repeat(
    () => isDone,
    async () => {
      await fetch(`${stack.url.replace('/graphql', '')}/cdn-cgi/handler/scheduled`).catch(() => {});
      await sleep(1_000);
    },
  );
  const consuming = consumer.run(() => isDone);
  const granting = grant(stack, dir, options).then(() => {
    isGranted = true;
    log(`everything is granted after ${seconds().toFixed(0)} s`);
    return seconds();
  });
  let killed = 0;
  const killing = repeat(
    () => isDone || killed === kills,
    async () => {
      // The first one falls among the first operations, the others anywhere.
      await sleep(random.int(1_000, Math.max(3_000, operations / 5)));
      if (isDone) return;
      await stack.restartWorker();
      killed += 1;
    },
  );
  while (!isGranted || (await isBehind(stack))) {
    await sleep(1_000);
    if (seconds() > MOST_SECONDS)
      throw new Error(`not everything was accepted within ${MOST_SECONDS} seconds`);
  }
  const accepted = seconds();
  isDone = true;
  await Promise.all([schedule, consuming, killing]);
  const received = await readReceived(consumer.file);
  const { events, faults } = await faultsOf(stack.ownerDatabaseUrl, received);
  return {
    events,
    received,
    killed: { worker: killed, consumer: consumer.kills },
    seconds: { granted: await granting, accepted },
    faults,
  };
}

const MOST_SECONDS = 1_800;

async function repeat(isDone: () => boolean, step: () => Promise<void>): Promise<void> {
  while (!isDone()) await step();
}

async function createEndpoint(stack: RunningStack, url: string): Promise<string> {
  const token = await stack.signer.signToken({ kind: 'staff', id: 'admin-1', expiresInSeconds: 600 });
  const input = { idempotencyKey: 'the-endpoint-of-proof', url, description: 'proof', reason: 'the proof' };
  const made = await new StaffApi(stack.url, token).mutate(
    'createEndpoint',
    '... on EndpointReceipt { endpoint { secret } }',
    input,
  );
  const { endpoint } = made as unknown as { endpoint: { secret: string } };
  return endpoint.secret;
}

/** Imports most of them, and sends the rest through the API, whose Worker is killed meanwhile. */
async function grant(stack: RunningStack, dir: string, { operations, seed }: ProofOptions): Promise<void> {
  const byApi = Math.ceil(operations / API_SHARE);
  const imported = operations - byApi;
  const players = Math.max(4, Math.ceil(imported / OPERATIONS_OF_PLAYER));
  const rows = Array.from(
    { length: imported },
    (_, index) => `p-${index % players},lumees,5,2026-01-01T00:00:00Z,game-${Math.floor(index / players)}`,
  );
  const file = join(dir, 'import.csv');
  await writeFile(file, `player,resource,amount,time,source\n${rows.join('\n')}\n`);
  const command = [
    join(import.meta.dirname, '../../cli/import.ts'),
    file,
    '--database-url',
    stack.ownerDatabaseUrl,
  ];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'] });
  const importing = once(child, 'exit');
  const token = await stack.signer.signToken({ kind: 'server', id: 'arena-1', expiresInSeconds: 7_200 });
  const api = new PatientApi(stack.url, token);
  const random = new Random(`${seed}/api`);
  await Promise.all(
    Array.from({ length: 8 }, async (_, worker) => {
      for (let index = worker; index < byApi; index += 8) {
        const [playerId, toPlayerId] = [`p-${random.int(0, players - 1)}`, `p-${random.int(0, players - 1)}`];
        const idempotencyKey = `operation-of-the-proof-${index}`;
        if (index % 4 === 0 && playerId !== toPlayerId)
          await api.mutate('transferResource', '', {
            idempotencyKey,
            playerId,
            toPlayerId,
            resource: 'lumees',
            amount: 1,
          });
        else
          await api.mutate('claimReward', '', {
            ...{ idempotencyKey, playerId, type: 'pve_victory', key: `battle-${index}` },
            facts: { difficulty: 'hard', enemy_level: 3 },
          });
      }
    }),
  );
  const [code] = await importing;
  if (code !== 0) throw new Error('the operations could not be imported');
}

/** Sends a request until it is answered, with its key: the Worker is killed. */
class PatientApi extends StaffApi {
  override async send(query: string, variables: object): Promise<Record<string, unknown>> {
    for (let attempt = 1; ; attempt += 1)
      try {
        return await super.send(query, variables);
      } catch (error) {
        if (attempt === 5) throw error;
      }
  }
}

async function isBehind({ ownerDatabaseUrl }: RunningStack): Promise<boolean> {
  return await withClient(ownerDatabaseUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT bool_or(onceward.next_event_at(e) IS NOT NULL) AS behind FROM onceward.endpoints e`,
    );
    return rows[0].behind;
  });
}

class Consumer {
  secret = '';
  kills = 0;
  readonly file: string;
  readonly url: string;
  readonly #port: number;
  readonly #random: Random;

  constructor({
    port,
    file,
    random,
  }: { readonly port: number; readonly file: string; readonly random: Random }) {
    this.file = file;
    this.url = `http://127.0.0.1:${port}/events`;
    this.#port = port;
    this.#random = random;
  }

  /** Starts it, and kills it again and again. */
  async run(isDone: () => boolean): Promise<void> {
    while (!isDone()) {
      const child = this.#start();
      for (let left = this.#random.int(2_000, 12_000); left > 0 && !isDone(); left -= 500) await sleep(500);
      child.kill('SIGKILL');
      await once(child, 'exit');
      if (!isDone()) this.kills += 1;
      await sleep(this.#random.int(50, 1_500));
    }
  }

  #start(): ChildProcess {
    const command = [join(import.meta.dirname, 'consumer.ts'), String(this.#port), this.file, this.secret];
    return spawn(process.execPath, [...command, `consumer ${this.kills}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}
