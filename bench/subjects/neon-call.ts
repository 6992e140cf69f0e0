/** A Worker that does nothing but the same single call to Neon: the least that a claim can cost on this stack. */
import type { Stack } from '../stack/stack.ts';
import type { Access } from './access.ts';
import { freshClaims, isNewGrant, type Outcome, operationJson } from './claims.ts';
import { httpSubject, type Subject } from './subject.ts';

export async function neonCall({ build, startWorker, rules }: Stack, access: Access): Promise<Subject> {
  const worker = await startWorker({
    bundle: await build({ entry: 'bench/workers/neon-call.ts' }),
    variables: { DATABASE_URL: access.databaseUrl, NEON_ENDPOINT: access.endpointUrl },
  });
  const nextClaim = freshClaims(`${access.label}-bare`);
  return httpSubject(worker, {
    name: 'neon-call',
    title: 'bare Worker, the same Neon call',
    next: () => ({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json' },
      body: operationJson(nextClaim(), rules),
      verify: ({ status, body }) => {
        const outcome = status === 200 ? (JSON.parse(body) as Outcome) : undefined;
        if (!isNewGrant(outcome)) throw new Error(`the bare Neon Worker answered ${status} ${body}`);
      },
    }),
  });
}
