/**
 * Onceward itself, twice: claims that are new, and retries of claims that were paid before the measurement began. Both
 * are asked of one Worker, with the token of a game server.
 */
import type { Exchange } from '../load/send-all.ts';
import { sendAll } from '../load/send-all.ts';
import type { Stack } from '../stack/stack.ts';
import type { Workerd } from '../stack/workerd.ts';
import { type Claim, type ClaimAnswer, freshClaims, graphqlBody, paysInFull, SERVER_ID } from './claims.ts';
import type { Subject } from './subject.ts';

/** Retried one after the other, over and over. */
const REPLAYED_CLAIMS = 500;

type Receipt = NonNullable<ClaimAnswer['data']>['claimReward'];

export async function onceward(stack: Stack, { pid, port }: Workerd): Promise<Subject[]> {
  const token = await stack.signer.signToken({ kind: 'server', id: SERVER_ID, expiresInSeconds: 3_600 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const exchange = (claim: Claim, accept: (receipt: Receipt) => boolean): Exchange => ({
    method: 'POST',
    path: '/graphql',
    headers,
    body: graphqlBody(claim),
    verify: ({ status, body }) => {
      const receipt = status === 200 ? (JSON.parse(body) as ClaimAnswer).data?.claimReward : undefined;
      const ok =
        receipt?.__typename === 'Receipt' && receipt.claim.key === claim.key && paysInFull(receipt.changes);
      if (!ok || !accept(receipt)) throw new Error(`Onceward answered ${status} ${body}`);
    },
  });

  const nextClaim = freshClaims('onceward');
  const fresh = () => exchange(nextClaim(), ({ replayed }) => !replayed);

  const paid = await payForReplays();
  let replays = 0;
  const replay = () => {
    const { claim, id } = paid[replays++ % paid.length] as (typeof paid)[number];
    return exchange(claim, (receipt) => receipt.replayed && receipt.claim.id === id);
  };

  async function payForReplays(): Promise<{ claim: Claim; id: string }[]> {
    const done: { claim: Claim; id: string }[] = [];
    const next = freshClaims('replay');
    const pay = () => {
      const claim = next();
      return exchange(claim, ({ claim: { id }, replayed }) => done.push({ claim, id }) > 0 && !replayed);
    };
    await sendAll({ port, connections: 4, requests: REPLAYED_CLAIMS, next: pay, signal: stack.signal });
    return done;
  }

  return [
    { name: 'claim', title: 'Onceward, claimReward, new claim', pid, port, multiple: 1, next: fresh },
    { name: 'replay', title: 'Onceward, the same key again', pid, port, multiple: 1, next: replay },
  ];
}
