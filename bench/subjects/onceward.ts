/**
 * Onceward as a subject: new claims, replays of claims that were granted before the measurement, and pages of a ledger. All
 * requests go to one Worker with the token of a game server.
 */
import { LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../dev/sign.ts';
import { type Exchange, httpConnections, runLoad } from '../load/closed-load.ts';
import type { HttpResponse } from '../load/connection.ts';
import type { Stack } from '../stack/stack.ts';
import type { Workerd } from '../stack/workerd.ts';
import { type Changes, type Claim, newClaims, type PlayerOf, paysInFull, SERVER_ID } from './claims.ts';
import { httpSubject, type Subject } from './subject.ts';

/** Small, so that 10,000 entries make 1,000 pages. */
export const PAGE_SIZE = 10;

/** The number of claims that are replayed in turn. */
const REPLAYED_CLAIMS = 500;

const CLAIM_REWARD = `mutation ClaimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    __typename
    ... on Receipt {
      claim { id type key }
      changes { resource before after delta }
      player { version level experience { current nextLevelAt } }
      levelBefore levelAfter replayed correlationId
    }
    ... on Rejection { code message }
  }
}`;

const LEDGER = `query Ledger($playerId: PlayerId!, $size: Int!, $after: String) {
  ledger(playerId: $playerId, first: $size, after: $after) {
    edges { node { resource before after delta recordedAt claim { type key } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

interface Receipt {
  readonly __typename: string;
  readonly replayed: boolean;
  readonly claim: { readonly id: string; readonly key: string };
  readonly changes: Changes;
}

interface LedgerResponse {
  readonly data?: {
    readonly ledger: {
      readonly edges: readonly object[];
      readonly pageInfo: { readonly endCursor: string };
    };
  };
}

interface PageRequest {
  readonly playerId: string;
  readonly size: number;
  /** An `endCursor` of the page before. */
  readonly after: string | null;
}

/** Starts Onceward as it is deployed, with local addresses and keys. Rate limits are a Cloudflare service and not bound. */
export async function startOnceward(
  { database, signer, build, startWorker }: Stack,
  {
    access = database,
    readable = false,
    inspect = false,
  }: {
    /** How the Worker reaches the database. */
    access?: { readonly databaseUrl: string; readonly endpointUrl: string };
    readable?: boolean;
    inspect?: boolean;
  } = {},
): Promise<Workerd> {
  return startWorker({
    bundle: await build({ entry: 'src/worker.ts', readable }),
    inspect,
    kv: { binding: 'BALANCE_KV', entries: database.kvEntries },
    variables: {
      ENVIRONMENT: 'production',
      DATABASE_URL: access.databaseUrl,
      NEON_ENDPOINT: access.endpointUrl,
      JWKS: signer.jwks,
      TOKEN_ISSUER: LOCAL_ISSUER,
      TOKEN_AUDIENCE: LOCAL_AUDIENCE,
      CONFIG_POINTER_TTL_SECONDS: '10',
      ALLOWED_ORIGINS: '*',
    },
  });
}

export interface Onceward {
  claim(playerOf?: PlayerOf): Subject;
  replay(playerOf?: PlayerOf): Promise<Subject>;
  /** Reads a page of a player's ledger, which must be full. `after` is an `endCursor`. */
  page(options: { name: string; title: string; playerId: string; after: string | null }): Subject;
  /** Reads pages until it finds the cursor after this many entries. */
  cursorAfter(playerId: string, entries: number): Promise<string>;
  /** Grants a player this many claims. */
  pay(playerId: string, claims: number): Promise<void>;
}

export async function onceward(stack: Stack, worker: Workerd, label: string): Promise<Onceward> {
  const token = await stack.signer.signToken({ kind: 'server', id: SERVER_ID, expiresInSeconds: 36_000 });
  const { claimExchange, pageExchange } = exchanges(token);
  const send = (next: () => Exchange, requests: number) =>
    runLoad(httpConnections({ port: worker.port, next }), { connections: 4, requests, signal: stack.signal });
  const isNew = ({ replayed }: Receipt) => !replayed;

  async function grantForReplays(playerOf?: PlayerOf): Promise<{ claim: Claim; id: string }[]> {
    const granted: { claim: Claim; id: string }[] = [];
    const nextClaim = newClaims(`${label}-replay`, playerOf);
    const next = () => {
      const claim = nextClaim();
      return claimExchange(claim, (receipt) => {
        granted.push({ claim, id: receipt.claim.id });
        return isNew(receipt);
      });
    };
    await send(next, REPLAYED_CLAIMS);
    return granted;
  }

  return {
    claim: (playerOf) => {
      const nextClaim = newClaims(`${label}-onceward`, playerOf);
      return httpSubject(worker, {
        name: 'claim',
        title: 'Onceward, claimReward, new claim',
        next: () => claimExchange(nextClaim(), isNew),
      });
    },
    replay: async (playerOf) => {
      const granted = await grantForReplays(playerOf);
      let replays = 0;
      return httpSubject(worker, {
        name: 'replay',
        title: 'Onceward, claimReward, replay',
        next: () => {
          const { claim, id } = granted[replays++ % granted.length] as (typeof granted)[number];
          return claimExchange(claim, (receipt) => receipt.replayed && receipt.claim.id === id);
        },
      });
    },
    page: ({ name, title, ...request }) =>
      httpSubject(worker, { name, title, next: () => pageExchange({ ...request, size: PAGE_SIZE }) }),
    cursorAfter: async (playerId, entries) => {
      let after: string | null = null;
      for (let left = entries; left > 0; left -= 100) {
        const request: PageRequest = { playerId, size: Math.min(left, 100), after };
        const page = pageExchange(request, (endCursor) => {
          after = endCursor;
        });
        await send(() => page, 1);
      }
      return after as unknown as string;
    },
    pay: async (playerId, claims) => {
      const nextClaim = newClaims(`${label}-${playerId}`, () => playerId);
      await send(() => claimExchange(nextClaim(), isNew), claims);
    },
  };
}

function exchanges(token: string) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const post = (body: object, verify: Exchange['verify']): Exchange => ({
    method: 'POST',
    path: '/graphql',
    headers,
    body: JSON.stringify(body),
    verify,
  });
  return {
    claimExchange: (claim: Claim, accept: (receipt: Receipt) => boolean): Exchange =>
      post({ query: CLAIM_REWARD, variables: { input: claim } }, (response) => {
        const receipt = receiptOf(response);
        const ok = receipt?.claim.key === claim.key && paysInFull(receipt.changes) && accept(receipt);
        if (!ok) throw new Error(`Onceward answered ${response.status} ${response.body}`);
      }),
    pageExchange: (request: PageRequest, onPage: (endCursor: string) => void = () => {}): Exchange =>
      post({ query: LEDGER, variables: request }, ({ status, body }) => {
        const ledger = status === 200 ? (JSON.parse(body) as LedgerResponse).data?.ledger : undefined;
        if (ledger?.edges.length !== request.size) throw new Error(`Onceward answered ${status} ${body}`);
        onPage(ledger.pageInfo.endCursor);
      }),
  };
}

/** Returns undefined if the response is not a receipt. */
function receiptOf({ status, body }: HttpResponse): Receipt | undefined {
  const response = status === 200 ? (JSON.parse(body) as { data?: { claimReward: Receipt } }) : undefined;
  const receipt = response?.data?.claimReward;
  return receipt?.__typename === 'Receipt' ? receipt : undefined;
}
