/** A Worker that does nothing but the same single call to Neon: the least that a claim can cost on this stack. */
import type { Stack } from '../stack/stack.ts';
import { freshClaims, operationBody, paysInFull } from './claims.ts';
import type { Subject } from './subject.ts';

interface Outcome {
  readonly kind: string;
  readonly replayed?: boolean;
  readonly changes?: readonly { resource: string; delta: number }[];
}

export async function neonCall({ build, startWorker, database, rules }: Stack): Promise<Subject> {
  const { pid, port } = await startWorker({
    bundle: await build({ entry: 'bench/workers/neon-call.ts' }),
    variables: { DATABASE_URL: database.databaseUrl, NEON_ENDPOINT: database.endpointUrl },
  });
  const nextClaim = freshClaims('bare');
  return {
    name: 'neon-call',
    title: 'bare Worker, the same Neon call',
    pid,
    port,
    multiple: 1,
    next: () => ({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json' },
      body: operationBody(nextClaim(), rules),
      verify: ({ status, body }) => {
        const outcome = status === 200 ? (JSON.parse(body) as Outcome) : undefined;
        const ok = outcome?.kind === 'granted' && outcome.replayed === false && paysInFull(outcome.changes);
        if (!ok) throw new Error(`the bare Neon Worker answered ${status} ${body}`);
      },
    }),
  };
}
