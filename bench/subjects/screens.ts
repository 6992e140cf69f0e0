/**
 * A player's screen with 200 offers, and `me` with all balances of the same player, who has 1,000 resources. They have a ledger, a
 * config and a Worker of their own. No limit is used yet, so that each must be counted from the player's claims.
 */
import { canonicalJson, sha256Hex } from '../../src/config/json.ts';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import type { Exchange } from '../load/closed-load.ts';
import { httpConnections, runLoad } from '../load/closed-load.ts';
import { createLedger } from '../stack/new-ledger.ts';
import type { Stack } from '../stack/stack.ts';
import { SERVER_ID } from './claims.ts';
import { startOnceward } from './onceward.ts';
import { requestsWith } from './requests.ts';
import { type Access, httpSubject, type Subject } from './subject.ts';

const RESOURCES = 1_000;
const OFFERS = 200;
/** Of one claim type. */
const REWARDS = 32;
const PLAYER = 'bench-shopper';

export async function screens(stack: Stack, access: Access): Promise<Subject[]> {
  const { document, claimTypes } = shopDocument(stack.database.config.document);
  const ledger = await createLedger(stack, 'onceward_screens', document);
  const sha256 = await sha256Hex(canonicalJson(document));
  const kvEntries = {
    [documentKey(sha256)]: canonicalJson(document),
    [POINTER_KEY]: JSON.stringify({ version: 1, sha256 }),
  };
  const { databaseUrl } = ledger;
  const { endpointUrl } = access;
  const worker = await startOnceward(stack, { access: { databaseUrl, endpointUrl }, kvEntries });
  const tokenOf = (kind: 'server' | 'player', id: string) =>
    stack.signer.signToken({ kind, id, expiresInSeconds: 36_000 });
  const server = requestsWith(await tokenOf('server', SERVER_ID));
  const grants = claimTypes.map((type) => server.grant({ type, playerId: PLAYER, key: 'bench' }));
  await send(stack, worker.port, grants);
  const player = requestsWith(await tokenOf('player', PLAYER));
  return [
    httpSubject(worker, {
      name: 'me',
      title: 'Onceward, me with 1,000 balances',
      multiple: 0.3,
      next: () => player.me(RESOURCES),
    }),
    httpSubject(worker, {
      name: 'offers',
      title: 'Onceward, a screen with 200 offers',
      multiple: 0.04,
      next: () => player.offers(OFFERS),
    }),
  ];
}

function send({ signal }: Stack, port: number, exchanges: readonly Exchange[]): Promise<unknown> {
  let sent = 0;
  const next = () => exchanges[sent++ % exchanges.length] as Exchange;
  return runLoad(httpConnections({ port, next }), { connections: 1, requests: exchanges.length, signal });
}

/** The config of the benchmark with goods, claim types that give all of them, and offers that trade them. */
function shopDocument(base: unknown): { readonly document: object; readonly claimTypes: readonly string[] } {
  const document = base as Record<'resources' | 'claimTypes' | 'exchanges', object>;
  const goods = Array.from(
    { length: RESOURCES - Object.keys(document.resources).length },
    (_, i) => `goods:n${i}`,
  );
  const groups = Array.from({ length: Math.ceil(goods.length / REWARDS) }, (_, i) =>
    goods.slice(i * REWARDS, (i + 1) * REWARDS),
  );
  const offers = Array.from({ length: OFFERS }, (_, i) => [
    `offer_${i}`,
    {
      title: `Offer ${i}`,
      text: 'What it is good for, in a sentence.',
      tags: ['bench'],
      sort: i,
      costs: { [goods[i] as string]: 2 },
      gives: { [goods[i + OFFERS] as string]: 1 },
      maxQuantity: 10,
      perDay: 20,
    },
  ]);
  return {
    claimTypes: groups.map((_, i) => `stock_${i}`),
    document: {
      ...document,
      resources: { ...document.resources, ...Object.fromEntries(goods.map((name) => [name, { value: 1 }])) },
      claimTypes: {
        ...document.claimTypes,
        ...Object.fromEntries(
          groups.map((group, i) => [
            `stock_${i}`,
            {
              proof: 'server',
              rewards: Object.fromEntries(group.map((name) => [name, 100])),
            },
          ]),
        ),
      },
      exchanges: { ...document.exchanges, ...Object.fromEntries(offers) },
    },
  };
}
