/** The GraphQL requests that Onceward's subjects send, each with the check of its response. All have the token of a game server. */
import type { Exchange } from '../load/closed-load.ts';
import type { HttpResponse } from '../load/connection.ts';
import { type Changes, type Claim, paysInFull } from './claims.ts';

const RECEIPT = `... on Receipt {
      claim { id type key }
      changes { resource before after delta }
      player { version level experience { current nextLevelAt } }
      levelBefore levelAfter replayed correlationId
    }
    ... on Rejection { code message }`;

const CLAIM_REWARD = `mutation ClaimReward($input: ClaimRewardInput!) {
  claimReward(input: $input) {
    __typename
    ${RECEIPT}
  }
}`;

const APPLY_DAMAGE = `mutation ApplyDamage($input: ApplyDamageInput!) {
  applyDamage(input: $input) {
    __typename
    ${RECEIPT}
  }
}`;

const MANUAL_REWARD = `mutation ManualReward($input: ManualRewardInput!) {
  manualReward(input: $input) {
    __typename
    ${RECEIPT}
  }
}`;

const GRANT_MANY = `mutation GrantMany($input: GrantManyInput!) {
  grantMany(input: $input) {
    __typename
    ... on GrantManyReceipt {
      granted rejected failed
      items {
        result {
          __typename
          ${RECEIPT}
        }
      }
    }
  }
}`;

const LEDGER = `query Ledger($playerId: PlayerId!, $size: Int!, $after: String, $filter: HistoryFilter) {
  ledger(playerId: $playerId, first: $size, after: $after, filter: $filter) {
    edges { node { resource before after delta recordedAt claim { type key } } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const TRACE = `query Trace($correlationId: CorrelationId!) {
  trace(correlationId: $correlationId) {
    attempts { granted rejection claim { id type key } changes { resource before after delta } input }
    audit { action outcome recordedAt }
  }
}`;

const ME = `query Me {
  me { version level balances { resource amount regeneration { upTo nextUnitAt fullAt } } }
}`;

const OFFERS = `query Offers {
  offers(tag: "bench") {
    at configVersion playerVersion level
    balances { resource amount regeneration { upTo nextUnitAt fullAt } }
    offers {
      id title text image tags
      costs { resource amount } gives { resource amount } terms
      maxQuantity available affordable
      limits { limit remaining resetsAt } blockedBy { code message until }
      draws { table of outcomes { name weight } }
    }
  }
}`;

export interface Receipt {
  readonly __typename: string;
  readonly replayed: boolean;
  readonly claim: { readonly id: string; readonly key: string };
  readonly changes: Changes;
}

/** The fields of HistoryFilter. */
export interface Filter {
  readonly resource?: string;
  readonly claimType?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface PageRequest {
  readonly playerId: string;
  readonly size: number;
  /** An `endCursor` of the page before. */
  readonly after: string | null;
  readonly filter?: Filter;
}

interface Entry {
  readonly resource: string;
  readonly recordedAt: string;
  readonly claim: { readonly type: string };
}

interface Ledger {
  readonly edges: readonly { readonly node: Entry }[];
  readonly pageInfo: { readonly endCursor: string };
}

interface Trace {
  readonly attempts: readonly {
    readonly granted: boolean;
    readonly claim: { readonly id: string };
    readonly changes: Changes;
  }[];
}

export interface Damage {
  readonly idempotencyKey: string;
  readonly playerId: string;
  readonly amount: number;
  readonly source: string;
}

export interface Award {
  readonly idempotencyKey: string;
  readonly playerId: string;
  readonly rewardId: string;
  readonly grants: readonly { readonly resource: string; readonly amount: number }[];
  readonly reason: string;
}

export interface ManyAwards {
  readonly idempotencyKey: string;
  readonly campaign: string;
  readonly items: readonly {
    readonly playerId: string;
    readonly item: string;
    readonly gives: Award['grants'];
  }[];
  readonly reason: string;
}

/** Resources of the config that never moved, and neither open nor regenerate. */
const SYSTEM_RESOURCES = 100;

export type Requests = ReturnType<typeof requestsWith>;

export function requestsWith(token: string) {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const post = (body: object, verify: Exchange['verify'], more?: Record<string, string>): Exchange => ({
    method: 'POST',
    path: '/graphql',
    headers: more ? { ...headers, ...more } : headers,
    body: JSON.stringify(body),
    verify,
  });
  return {
    ...awardsWith(post),
    claim: (claim: Claim, accept: (receipt: Receipt) => boolean, correlationId?: string): Exchange =>
      post(
        { query: CLAIM_REWARD, variables: { input: claim } },
        (response) => {
          const receipt = receiptOf(dataOf<{ claimReward: Receipt }>(response)?.claimReward);
          const ok = receipt?.claim.key === claim.key && paysInFull(receipt.changes) && accept(receipt);
          if (!ok) throw wrong(response);
        },
        correlationId === undefined ? undefined : { 'x-correlation-id': correlationId },
      ),
    damage: (damage: Damage): Exchange =>
      post({ query: APPLY_DAMAGE, variables: { input: damage } }, (response) => {
        const receipt = receiptOf(dataOf<{ applyDamage: Receipt }>(response)?.applyDamage);
        // The first damage of a player is preceded by the opening balance.
        const last = receipt?.changes.at(-1);
        const isHit = last?.resource === 'health' && last.delta === -damage.amount;
        if (receipt?.replayed !== false || !isHit) throw wrong(response);
      }),
    page: (request: PageRequest, onPage: (endCursor: string) => void = () => {}): Exchange =>
      post({ query: LEDGER, variables: request }, (response) => {
        const ledger = dataOf<{ ledger: Ledger }>(response)?.ledger;
        const entries = ledger?.edges.map(({ node }) => node) ?? [];
        if (!ledger || entries.length !== request.size || !entries.every(isWithin(request.filter)))
          throw wrong(response);
        onPage(ledger.pageInfo.endCursor);
      }),
    /** With at least so many balances. */
    me: (balances: number): Exchange =>
      post({ query: ME }, (response) => {
        const me = dataOf<{ me: { balances: readonly unknown[] } }>(response)?.me;
        if (!me || me.balances.length < balances - SYSTEM_RESOURCES) throw wrong(response);
      }),
    /** With so many offers, each of which can be bought. */
    offers: (count: number): Exchange =>
      post({ query: OFFERS }, (response) => {
        const offers = dataOf<{ offers: { offers: readonly { available: number }[] } }>(response)?.offers
          .offers;
        if (offers?.length !== count || !offers.every(({ available }) => available === 10))
          throw wrong(response);
      }),
    /** The one claim that was made under the correlation ID. */
    trace: (correlationId: string, claimId: string): Exchange =>
      post({ query: TRACE, variables: { correlationId } }, (response) => {
        const attempts = dataOf<{ trace: Trace }>(response)?.trace.attempts ?? [];
        const [only] = attempts;
        const ok = only?.granted && only.claim.id === claimId && paysInFull(only.changes);
        if (!ok || attempts.length !== 1) throw wrong(response);
      }),
  };
}

type Post = (body: object, verify: Exchange['verify']) => Exchange;

function awardsWith(post: Post) {
  return {
    grant: (claim: { readonly type: string; readonly playerId: string; readonly key: string }): Exchange =>
      post(
        {
          query: CLAIM_REWARD,
          variables: { input: { ...claim, idempotencyKey: `${claim.type}-0123456789` } },
        },
        (response) => {
          if (!receiptOf(dataOf<{ claimReward: Receipt }>(response)?.claimReward)) throw wrong(response);
        },
      ),
    award: (award: Award): Exchange =>
      post({ query: MANUAL_REWARD, variables: { input: award } }, (response) => {
        const receipt = receiptOf(dataOf<{ manualReward: Receipt }>(response)?.manualReward);
        if (receipt?.replayed !== false || receipt.changes.length === 0) throw wrong(response);
      }),
    grantMany: (awards: ManyAwards): Exchange =>
      post({ query: GRANT_MANY, variables: { input: awards } }, (response) => {
        const answer = dataOf<{ grantMany: { granted: number; items: readonly { result: Receipt }[] } }>(
          response,
        )?.grantMany;
        const isPaid = ({ result }: { result: Receipt }) => receiptOf(result)?.replayed === false;
        if (answer?.granted !== awards.items.length || !answer.items.every(isPaid)) throw wrong(response);
      }),
  };
}

function dataOf<T>({ status, body }: HttpResponse): T | undefined {
  return status === 200 ? (JSON.parse(body) as { data?: T }).data : undefined;
}

/** Returns undefined for any other member of the result union. */
function receiptOf(result: Receipt | undefined): Receipt | undefined {
  return result?.__typename === 'Receipt' ? result : undefined;
}

function isWithin({ resource, claimType, from, to }: Filter = {}): (entry: Entry) => boolean {
  return (entry) =>
    (resource === undefined || entry.resource === resource) &&
    (claimType === undefined || entry.claim.type === claimType) &&
    (from === undefined || Date.parse(entry.recordedAt) >= Date.parse(from)) &&
    (to === undefined || Date.parse(entry.recordedAt) < Date.parse(to));
}

function wrong({ status, body }: HttpResponse): Error {
  return new Error(`Onceward answered ${status} ${body}`);
}
