/**
 * The adapter of Onceward itself, and an example of one. A game server claims for players: the claim type must have the proof
 * `server` or `ticket` and pay `amount` of a resource.
 */
import type { Adapter, ClaimRequest, Receipt, Reply } from './adapter.ts';

export interface OncewardSettings {
  /** Of a game server. */
  readonly token: string;
  /** A claim type with the integer fact `amount`, which pays `amount` of the resource. */
  readonly type: string;
  readonly resource: string;
}

const CLAIM = `mutation ($input: ClaimRewardInput!) {
  result: claimReward(input: $input) {
    __typename
    ... on Receipt { replayed claim { id } changes { resource before delta after } }
    ... on Rejection { code message }
    ... on AlreadyClaimed { original { id } changes { resource before delta after } }
  }
}`;
const BALANCE = `query ($player: PlayerId!) { result: player(id: $player) { balances { resource amount } } }`;

interface Change {
  readonly resource: string;
  readonly before: number;
  readonly delta: number;
  readonly after: number;
}

interface ClaimResult {
  readonly __typename: string;
  readonly replayed?: boolean;
  readonly claim?: { readonly id: string };
  readonly changes?: readonly Change[];
  readonly code?: string;
  readonly original?: { readonly id: string } | null;
}

export function oncewardAdapter({ token, type, resource }: OncewardSettings): Adapter {
  const send = async (url: string, query: string, variables: object) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as {
      readonly data?: { readonly result: unknown } | null;
      readonly errors?: readonly {
        readonly message: string;
        readonly extensions?: { readonly retryable?: boolean };
      }[];
    };
  };
  const receiptOf = (id: string, changes: readonly Change[] = [], replayed = false): Receipt => {
    const { before = 0, delta = 0, after = 0 } = changes.find((change) => change.resource === resource) ?? {};
    return { id, replayed, before, delta, after };
  };
  const replyOf = (result: ClaimResult): Reply => {
    if (result.claim)
      return { kind: 'granted', receipt: receiptOf(result.claim.id, result.changes, result.replayed) };
    const codes: Readonly<Record<string, string>> = {
      AlreadyClaimed: 'already_claimed',
      IdempotencyKeyReused: 'key_reused',
    };
    const original = result.original ? receiptOf(result.original.id, result.changes) : null;
    return { kind: 'rejected', code: codes[result.__typename] ?? result.code ?? result.__typename, original };
  };
  return {
    async claim(url, { player, idempotencyKey, claim, amount }: ClaimRequest) {
      const input = { playerId: player, idempotencyKey, type, key: claim, facts: { amount } };
      const { data, errors } = await send(url, CLAIM, { input });
      const [error] = errors ?? [];
      if (error)
        return { kind: 'failed', retryable: error.extensions?.retryable === true, message: error.message };
      return replyOf(data?.result as ClaimResult);
    },
    async balance(url, player) {
      const { data } = await send(url, BALANCE, { player });
      const found = data?.result as {
        readonly balances: readonly { resource: string; amount: number }[];
      } | null;
      return found?.balances.find((balance) => balance.resource === resource)?.amount ?? 0;
    },
  };
}
