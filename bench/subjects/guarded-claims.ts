/** The claim of the benchmark with a breaker on each currency that it gives, and without: each with a ledger and a Worker of its own. */
import { canonicalJson, sha256Hex } from '../../src/config/json.ts';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import { createLedger } from '../stack/new-ledger.ts';
import type { Stack } from '../stack/stack.ts';
import { onceward, startOnceward } from './onceward.ts';
import type { Access, Subject } from './subject.ts';

/** Nothing is held back: what is measured is that claims are counted. */
const NEVER_REACHED = Number.MAX_SAFE_INTEGER;

export async function guardedClaims(stack: Stack, access: Access): Promise<Subject[]> {
  const { document } = stack.database.config as { readonly document: object };
  const breakers = { lumees: { resource: 'lumees', perHour: NEVER_REACHED } };
  return [
    await claims(stack, access, { name: 'claim-unguarded', title: 'claimReward, no breaker', document }),
    await claims(stack, access, {
      ...{ name: 'claim-guarded', title: 'claimReward, breaker on lumees' },
      document: { ...document, breakers },
    }),
  ];
}

async function claims(
  stack: Stack,
  { endpointUrl }: Access,
  { name, title, document }: { readonly name: string; readonly title: string; readonly document: object },
): Promise<Subject> {
  const { databaseUrl } = await createLedger(stack, `onceward_${name.replace('-', '_')}`, document);
  const sha256 = await sha256Hex(canonicalJson(document));
  const kvEntries = {
    [documentKey(sha256)]: canonicalJson(document),
    [POINTER_KEY]: JSON.stringify({ version: 1, sha256 }),
  };
  const worker = await startOnceward(stack, { access: { databaseUrl, endpointUrl }, kvEntries });
  return { ...(await onceward(stack, worker, name)).claim(), name, title };
}
