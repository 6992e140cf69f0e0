/**
 * Onceward as a subject: new claims, replays of claims that were granted before the measurement, damage, pages of a ledger, and
 * traces. A Worker commits directly or through lanes.
 */
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../dev/sign.ts';
import { type Exchange, httpConnections, runLoad } from '../load/closed-load.ts';
import type { Stack } from '../stack/stack.ts';
import type { Workerd } from '../stack/workerd.ts';
import { type Claim, newClaims, type PlayerOf, playerIn, SERVER_ID } from './claims.ts';
import { type Filter, type PageRequest, type Receipt, type Requests, requestsWith } from './requests.ts';
import { httpSubject, type Subject } from './subject.ts';

/** Small, so that 10,000 entries make 1,000 pages. */
export const PAGE_SIZE = 10;

/** The number of claims that are replayed, or traced, in turn. */
const GRANTED_BEFORE = 500;

/** Far below the health of a new player, who is hit about a hundred times in a run. */
const DAMAGE = 1;

export interface OncewardOptions {
  /** How the Worker reaches the database. */
  readonly access?: { readonly databaseUrl: string; readonly endpointUrl: string };
  /** Commits through this many lanes. Absent: directly. */
  readonly lanes?: number | undefined;
  readonly readable?: boolean;
  readonly inspect?: boolean;
  /** A folder with another commit of this repository. */
  readonly checkout?: string;
  /** The namespace of balance configs. Absent: with the config of the benchmark. */
  readonly kvEntries?: Readonly<Record<string, string>>;
}

/** Starts Onceward as it is deployed, with local addresses and keys. Rate limits are a Cloudflare service and not bound. */
export async function startOnceward(
  { database, signer, build, startWorker }: Stack,
  {
    access = database,
    lanes,
    readable = false,
    inspect = false,
    checkout,
    kvEntries = database.kvEntries,
  }: OncewardOptions = {},
): Promise<Workerd> {
  return startWorker({
    bundle: await build({
      entry: 'src/worker.ts',
      readable,
      ...(checkout && { root: checkout, settings: `${checkout}/wrangler.toml` }),
    }),
    inspect,
    kv: { binding: 'BALANCE_KV', entries: kvEntries },
    durableObjects: lanes === undefined ? [] : [{ binding: 'LANE', className: 'Lane' }],
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: access.databaseUrl,
      NEON_ENDPOINT: access.endpointUrl,
      JWKS: signer.jwks,
      TOKEN_ISSUER: LOCAL_ISSUER,
      TOKEN_AUDIENCE: LOCAL_AUDIENCE,
      SERVER_SCOPE: 'all',
      CONFIG_POINTER_TTL_SECONDS: '10',
      ALLOWED_ORIGINS: '*',
      ...(lanes !== undefined && { COMMIT_THROUGH: 'lanes', LANES: String(lanes) }),
    },
  });
}

export interface Onceward {
  claim(playerOf?: PlayerOf): Subject;
  /** The same for a Worker that commits through lanes. */
  claimThroughLanes(playerOf?: PlayerOf): Subject;
  replay(playerOf?: PlayerOf): Promise<Subject>;
  damage(): Subject;
  /** Reads a page of a player's ledger, which must be full. `after` is an `endCursor`. */
  page(
    options: Pick<Subject, 'name' | 'title'> & { playerId: string; after: string | null; filter?: Filter },
  ): Subject;
  /** Reads pages until it finds the cursor after this many entries. */
  cursorAfter(playerId: string, entries: number): Promise<string>;
  trace(): Promise<Subject>;
  /** Grants a player this many claims. */
  pay(playerId: string, claims: number): Promise<void>;
}

/** Sends requests to one Worker. */
interface Client {
  readonly worker: Workerd;
  /** Part of keys and player IDs, so that those of two Workers never collide. */
  readonly label: string;
  readonly requests: Requests;
  send(next: () => Exchange, count: number): Promise<unknown>;
}

export async function onceward(stack: Stack, worker: Workerd, label: string): Promise<Onceward> {
  const token = await stack.signer.signToken({ kind: 'server', id: SERVER_ID, expiresInSeconds: 36_000 });
  const requests = requestsWith(token);
  const client: Client = {
    worker,
    label,
    requests,
    send: (next, count) =>
      runLoad(httpConnections({ port: worker.port, next }), {
        connections: 4,
        requests: count,
        signal: stack.signal,
      }),
  };
  return {
    claim: (playerOf) => newClaim(client, 'claim', 'Onceward, claimReward, new claim', playerOf),
    claimThroughLanes: (playerOf) =>
      newClaim(client, 'claim-lanes', 'Onceward, new claim through lanes', playerOf),
    replay: (playerOf) => replay(client, playerOf),
    damage: () => damage(client),
    page: ({ name, title, ...request }) =>
      httpSubject(worker, {
        name,
        title,
        multiple: SLOW,
        next: () => requests.page({ ...request, size: PAGE_SIZE }),
      }),
    cursorAfter: (playerId, entries) => cursorAfter(client, playerId, entries),
    trace: () => trace(client),
    pay: async (playerId, claims) => {
      const nextClaim = newClaims(`${label}-${playerId}`, () => playerId);
      await client.send(() => requests.claim(nextClaim(), isNew), claims);
    },
  };
}

/** Of a read that takes several times as long as a claim: so many requests per planned one. */
const SLOW = 0.4;

const isNew = ({ replayed }: Receipt) => !replayed;

function newClaim(
  { worker, label, requests }: Client,
  name: string,
  title: string,
  playerOf?: PlayerOf,
): Subject {
  const nextClaim = newClaims(`${label}-onceward`, playerOf);
  return httpSubject(worker, { name, title, next: () => requests.claim(nextClaim(), isNew) });
}

interface Granted {
  readonly claim: Claim;
  readonly id: string;
}

/** Grants claims, and returns a function that returns them in turn. */
async function grant(
  { requests, send }: Client,
  nextClaim: () => Claim,
  correlationOf: (claim: Claim) => string | undefined = () => undefined,
): Promise<() => Granted> {
  const granted: Granted[] = [];
  await send(() => {
    const claim = nextClaim();
    const accept = (receipt: Receipt) => {
      granted.push({ claim, id: receipt.claim.id });
      return isNew(receipt);
    };
    return requests.claim(claim, accept, correlationOf(claim));
  }, GRANTED_BEFORE);
  let taken = 0;
  return () => granted[taken++ % granted.length] as Granted;
}

async function replay(client: Client, playerOf?: PlayerOf): Promise<Subject> {
  const nextGranted = await grant(client, newClaims(`${client.label}-replay`, playerOf));
  const next = () => {
    const { claim, id } = nextGranted();
    return client.requests.claim(claim, (receipt) => receipt.replayed && receipt.claim.id === id);
  };
  return httpSubject(client.worker, { name: 'replay', title: 'Onceward, claimReward, replay', next });
}

function damage({ worker, label, requests }: Client): Subject {
  const series = `${label}-damage`;
  let hits = 0;
  const next = () => {
    hits += 1;
    return requests.damage({
      idempotencyKey: `${series}-${hits}-key-0123456789`,
      playerId: playerIn(series, hits),
      amount: DAMAGE,
      source: `${series}-battle-${hits}`,
    });
  };
  return httpSubject(worker, { name: 'damage', title: 'Onceward, applyDamage', next });
}

async function trace(client: Client): Promise<Subject> {
  const correlationOf = ({ key }: Claim) => `${key}-correlation`;
  const nextGranted = await grant(client, newClaims(`${client.label}-trace`), correlationOf);
  const next = () => {
    const { claim, id } = nextGranted();
    return client.requests.trace(correlationOf(claim), id);
  };
  const names = { name: 'trace', title: 'Onceward, a trace of one claim' };
  return httpSubject(client.worker, { ...names, multiple: SLOW, next });
}

async function cursorAfter({ requests, send }: Client, playerId: string, entries: number): Promise<string> {
  let after: string | null = null;
  for (let left = entries; left > 0; left -= 100) {
    const request: PageRequest = { playerId, size: Math.min(left, 100), after };
    const page = requests.page(request, (endCursor) => {
      after = endCursor;
    });
    await send(() => page, 1);
  }
  return after as unknown as string;
}
