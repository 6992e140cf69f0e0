/**
 * A Nakama server as a subject. The person who runs the benchmark starts it, with bench/peers/nakama/onceward_bench.lua among its
 * runtime modules, so the processes and the database are not known here: only throughput and latency are measured.
 */
import { httpConnections, runLoad } from '../load/closed-load.ts';
import type { HttpRequest, HttpResponse } from '../load/connection.ts';
import { type Changes, newClaims, PLAYERS, paysInFull, playerIn } from './claims.ts';
import { httpSubject, type Subject } from './subject.ts';

export interface NakamaServer {
  readonly host: string;
  readonly port: number;
  /** Authorises calls of servers: `runtime.http_key` in Nakama's settings. */
  readonly httpKey: string;
}

/** Nakama's own defaults. */
const PORT = 7350;
const HTTP_KEY = 'defaulthttpkey';

/** Accepts http://host:port, and the key as ?http_key=…, as Nakama itself does. */
export function parseNakamaUrl(text: string): NakamaServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:')
    throw new Error('--nakama must be a URL such as http://127.0.0.1:7350?http_key=…');
  return {
    host: url.hostname,
    port: Number(url.port || PORT),
    httpKey: url.searchParams.get('http_key') ?? HTTP_KEY,
  };
}

interface NakamaReceipt {
  readonly replayed: boolean;
  readonly key: string;
  readonly changes: Changes;
}

/**
 * Creates the players first, because a wallet belongs to an account. `series` must be unique in Nakama's database, which may
 * hold the claims of an earlier run.
 */
export async function nakama(
  server: NakamaServer,
  { series, signal, players = PLAYERS }: { series: string; signal: AbortSignal; players?: number },
): Promise<Subject> {
  const { host, port } = server;
  const call = (rpc: string, payload: object): HttpRequest => ({
    method: 'POST',
    // `unwrap`: payload and result are the bodies, instead of JSON within a JSON string.
    path: `/v2/rpc/${rpc}?http_key=${encodeURIComponent(server.httpKey)}&unwrap`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  const accounts = new Map<string, string>();
  let created = 0;
  const nextPlayer = () => {
    const playerId = playerIn(series, created++);
    const verify = (response: HttpResponse) => {
      const userId = bodyOf<{ user_id?: string }>(response)?.user_id;
      if (!userId) throw wrong(response);
      accounts.set(playerId, userId);
    };
    return { ...call('onceward_bench_player', { custom_id: playerId }), verify };
  };
  const load = { connections: 4, requests: players, signal };
  await runLoad(httpConnections({ host, port, next: nextPlayer }), load);

  const nextClaim = newClaims(series, (claimNumber) => playerIn(series, claimNumber % players));
  return httpSubject(
    { host, port, pid: null, stop: async () => {} },
    {
      name: 'nakama',
      title: 'Nakama, Lua RPC',
      database: 'elsewhere',
      next: () => {
        const { playerId, type, key, idempotencyKey, facts } = nextClaim();
        const user = accounts.get(playerId);
        const claim = { user_id: user, type, key, idempotency_key: idempotencyKey, facts };
        const verify = (response: HttpResponse) => {
          const receipt = bodyOf<NakamaReceipt>(response);
          const ok = receipt?.replayed === false && receipt.key === key && paysInFull(receipt.changes);
          if (!ok) throw wrong(response);
        };
        return { ...call('onceward_bench_claim', claim), verify };
      },
    },
  );
}

function bodyOf<T>({ status, body }: HttpResponse): T | undefined {
  return status === 200 ? (JSON.parse(body) as T) : undefined;
}

function wrong({ status, body }: HttpResponse): Error {
  return new Error(`Nakama answered ${status} ${body}`);
}
