/**
 * The baselines: a Worker that does nothing, Postgres without an API (the kernel and the minimal claim function), and a Worker
 * that makes the same single call to Neon as Onceward and does nothing else.
 */
import { join } from 'node:path';
import { CONTRACT_VERSION } from '../../src/ledger/kernel-contract.ts';
import { databaseSessions, runLoad } from '../load/closed-load.ts';
import type { Stack } from '../stack/stack.ts';
import {
  type Answer,
  areNewGrants,
  type Changes,
  kernelOperations,
  newClaims,
  paysInFull,
} from './claims.ts';
import { type Access, httpSubject, type Subject } from './subject.ts';

/** No answer to a new claim has a config document, so the caller lists none that it holds. */
export const COMMIT_OPERATIONS = `SELECT onceward.commit_operations(${CONTRACT_VERSION}, $1, '{}') AS answer`;
export const MINIMAL_CLAIM = 'SELECT changes FROM minimal.claim_reward($1, $2, $3, $4)';

export const STATIC_BUNDLE = join(import.meta.dirname, '../workers/static.js');

/** Measures what workerd, the sockets and the load generator cost. */
export async function staticResponse({ startWorker }: Stack): Promise<Subject> {
  return httpSubject(await startWorker({ bundle: STATIC_BUNDLE }), {
    name: 'static',
    title: 'bare Worker, static answer',
    multiple: 8,
    next: () => ({
      method: 'GET',
      path: '/',
      headers: {},
      body: '',
      verify: ({ status, body }) => {
        if (status !== 200 || body !== '{"status":"ok"}')
          throw new Error(`the static Worker answered ${status} ${body}`);
      },
    }),
  });
}

/** One subject for each number of claims per call; all of them send to the same Worker. */
export async function neonCalls(
  { build, startWorker, rules }: Stack,
  access: Access,
  claimsPerCall: readonly number[],
): Promise<Subject[]> {
  const worker = await startWorker({
    bundle: await build({ entry: 'bench/workers/neon-call.ts' }),
    variables: { DATABASE_URL: access.databaseUrl, NEON_ENDPOINT: access.endpointUrl },
  });
  return claimsPerCall.map((claims) => {
    const nextClaim = newClaims(`${access.label}-bare${claims === 1 ? '' : `-${claims}`}`);
    return httpSubject(worker, {
      name: claims === 1 ? 'neon-call' : `neon-call-${claims}`,
      title:
        claims === 1 ? 'bare Worker, the same Neon call' : `bare Worker, ${claims} claims in one Neon call`,
      claimsPerRequest: claims,
      next: () => ({
        method: 'POST',
        path: '/',
        headers: { 'content-type': 'application/json' },
        body: kernelOperations(Array.from({ length: claims }, nextClaim), rules),
        verify: ({ status, body }) => {
          const answer = status === 200 ? (JSON.parse(body) as Answer) : undefined;
          if (!areNewGrants(answer, claims))
            throw new Error(`the bare Neon Worker answered ${status} ${body}`);
        },
      }),
    });
  });
}

export function postgresKernel(stack: Stack, { databaseUrl, label }: Access): Subject {
  const nextClaim = newClaims(`${label}-kernel`);
  return databaseSubject(stack, {
    name: 'postgres-kernel',
    title: 'Postgres alone, the kernel',
    connectionString: databaseUrl,
    text: COMMIT_OPERATIONS,
    next: () => ({
      values: [kernelOperations([nextClaim()], stack.rules)],
      verify: (row) => {
        const { answer } = row as { answer: Answer };
        if (!areNewGrants(answer)) throw new Error(`the kernel answered ${JSON.stringify(answer)}`);
      },
    }),
  });
}

export function postgresMinimal(stack: Stack, { peerDatabaseUrl, label }: Access): Subject {
  const nextClaim = newClaims(`${label}-minimal`);
  return databaseSubject(stack, {
    name: 'postgres-minimal',
    title: 'Postgres alone, minimal function',
    connectionString: peerDatabaseUrl,
    text: MINIMAL_CLAIM,
    next: () => {
      const { playerId, key, idempotencyKey, facts } = nextClaim();
      return {
        values: [playerId, key, idempotencyKey, facts.rating_gap],
        verify: (row) => {
          const { changes } = row as { changes: Changes };
          if (!paysInFull(changes)) throw new Error(`the minimal function answered ${JSON.stringify(row)}`);
        },
      };
    },
  });
}

function databaseSubject(
  { onStop }: Stack,
  { name, title, ...calls }: { name: string; title: string } & Parameters<typeof databaseSessions>[0],
): Subject {
  const { open, stop } = databaseSessions(calls);
  onStop(stop);
  return {
    name,
    title,
    pid: null,
    database: 'direct',
    multiple: 1,
    claimsPerRequest: 1,
    stop,
    run: (load) => runLoad(open, load),
  };
}
