/**
 * Postgres alone, asked by the bench itself over sessions of its own with a named statement: the kernel, and the minimal claim
 * function. What they take of Postgres is the price of keys, replays, locks and limits.
 */
import { databaseLines } from '../load/database-lines.ts';
import { sendAll } from '../load/send-all.ts';
import type { Stack } from '../stack/stack.ts';
import type { Access } from './access.ts';
import { type Changes, freshClaims, isNewGrant, type Outcome, operationJson, paysInFull } from './claims.ts';
import type { Subject } from './subject.ts';

export function postgresKernel(stack: Stack, { databaseUrl, label }: Access): Subject {
  const nextClaim = freshClaims(`${label}-kernel`);
  return databaseSubject(stack, {
    name: 'postgres-kernel',
    title: 'Postgres alone, the kernel',
    connectionString: databaseUrl,
    text: 'SELECT onceward.commit_operation($1) AS outcome',
    next: () => ({
      values: [operationJson(nextClaim(), stack.rules)],
      verify: (row) => {
        const { outcome } = row as { outcome: Outcome };
        if (!isNewGrant(outcome)) throw new Error(`the kernel answered ${JSON.stringify(outcome)}`);
      },
    }),
  });
}

export function postgresMinimal(stack: Stack, { peerDatabaseUrl, label }: Access): Subject {
  const nextClaim = freshClaims(`${label}-minimal`);
  return databaseSubject(stack, {
    name: 'postgres-minimal',
    title: 'Postgres alone, minimal function',
    connectionString: peerDatabaseUrl,
    text: 'SELECT changes FROM minimal.claim_reward($1, $2, $3, $4)',
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
  { name, title, ...calls }: { name: string; title: string } & Parameters<typeof databaseLines>[0],
): Subject {
  const { open, stop } = databaseLines(calls);
  onStop(stop);
  return { name, title, pid: null, neon: false, multiple: 1, stop, run: (load) => sendAll(open, load) };
}
