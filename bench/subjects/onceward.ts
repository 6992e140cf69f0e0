/**
 * Onceward itself: claims that are new, retries of claims that were paid before the measurement began, and pages of a
 * ledger. All are asked of one Worker, with the token of a game server.
 */
import { type Exchange, httpLines } from '../load/http-lines.ts';
import { sendAll } from '../load/send-all.ts';
import type { Stack } from '../stack/stack.ts';
import type { Workerd } from '../stack/workerd.ts';
import { type Claim, freshClaims, type PlayerOf, paysInFull, SERVER_ID } from './claims.ts';
import { claimBody, type LedgerAnswer, ledgerBody, PAGE_SIZE, type Receipt, receiptOf } from './documents.ts';
import { httpSubject, type Subject } from './subject.ts';

/** Retried one after the other, over and over. */
const REPLAYED_CLAIMS = 500;

export interface Onceward {
  claim(playerOf?: PlayerOf): Subject;
  replay(playerOf?: PlayerOf): Promise<Subject>;
  /** A page of this player's ledger, which must be a full one; `after`: as pageInfo told it. */
  page(options: { name: string; title: string; playerId: string; after: string | null }): Subject;
  /** Where the page that comes after so many entries begins. */
  cursorAfter(playerId: string, entries: number): Promise<string>;
  /** Pays a player until there are pages of entries. */
  pay(playerId: string, claims: number): Promise<void>;
}

export async function onceward(stack: Stack, worker: Workerd, label: string): Promise<Onceward> {
  const token = await stack.signer.signToken({ kind: 'server', id: SERVER_ID, expiresInSeconds: 36_000 });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const post = (body: string, verify: Exchange['verify']): Exchange => ({
    method: 'POST',
    path: '/graphql',
    headers,
    body,
    verify,
  });
  const exchange = (claim: Claim, accept: (receipt: Receipt) => boolean): Exchange =>
    post(claimBody(claim), (answer) => {
      const receipt = receiptOf(answer);
      const ok = receipt?.claim.key === claim.key && paysInFull(receipt.changes) && accept(receipt);
      if (!ok) throw new Error(`Onceward answered ${answer.status} ${answer.body}`);
    });
  const send = (next: () => Exchange, requests: number) =>
    sendAll(httpLines({ port: worker.port, next }), { connections: 4, requests, signal: stack.signal });
  const page = (
    playerId: string,
    size: number,
    after: string | null,
    accept: (answer: LedgerAnswer) => void,
  ) =>
    post(ledgerBody({ playerId, size, after }), ({ status, body }) => {
      const ledger = status === 200 ? (JSON.parse(body) as LedgerAnswer) : undefined;
      if (ledger?.data?.ledger.edges.length !== size) throw new Error(`Onceward answered ${status} ${body}`);
      accept(ledger);
    });

  async function payForReplays(playerOf?: PlayerOf): Promise<{ claim: Claim; id: string }[]> {
    const done: { claim: Claim; id: string }[] = [];
    const next = freshClaims(`${label}-replay`, playerOf);
    const pay = () => {
      const claim = next();
      return exchange(claim, ({ claim: { id }, replayed }) => done.push({ claim, id }) > 0 && !replayed);
    };
    await send(pay, REPLAYED_CLAIMS);
    return done;
  }

  return {
    claim: (playerOf) => {
      const next = freshClaims(`${label}-onceward`, playerOf);
      return httpSubject(worker, {
        name: 'claim',
        title: 'Onceward, claimReward, new claim',
        next: () => exchange(next(), ({ replayed }) => !replayed),
      });
    },
    replay: async (playerOf) => {
      const paid = await payForReplays(playerOf);
      let replays = 0;
      return httpSubject(worker, {
        name: 'replay',
        title: 'Onceward, the same key again',
        next: () => {
          const { claim, id } = paid[replays++ % paid.length] as (typeof paid)[number];
          return exchange(claim, (receipt) => receipt.replayed && receipt.claim.id === id);
        },
      });
    },
    page: ({ name, title, playerId, after }) =>
      httpSubject(worker, { name, title, next: () => page(playerId, PAGE_SIZE, after, () => {}) }),
    cursorAfter: async (playerId, entries) => {
      let cursor: string | null = null;
      for (let left = entries; left > 0; left -= 100) {
        const next = page(playerId, Math.min(left, 100), cursor, ({ data }) => {
          cursor = data?.ledger.pageInfo.endCursor ?? null;
        });
        await send(() => next, 1);
      }
      return cursor as unknown as string;
    },
    pay: async (playerId, claims) => {
      const next = freshClaims(`${label}-${playerId}`, () => playerId);
      await send(() => exchange(next(), ({ replayed }) => !replayed), claims);
    },
  };
}
