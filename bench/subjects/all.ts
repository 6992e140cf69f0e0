/** The subjects of a run, in the order of the tables. A new one is started here. */
import type { Distance } from '../stack/distance.ts';
import { type Stack, startOnceward } from '../stack/stack.ts';
import { type Access, farAccess, nearAccess } from './access.ts';
import { apollo } from './apollo.ts';
import { neonCall } from './neon-call.ts';
import { onceward } from './onceward.ts';
import { postgraphile } from './postgraphile.ts';
import { postgresKernel, postgresMinimal } from './postgres.ts';
import { staticAnswer } from './static.ts';
import type { Subject } from './subject.ts';

const READER = 'bench-reader';

/** All of them, beside the database. */
export async function startSubjects(stack: Stack, { peers }: { peers: boolean }): Promise<Subject[]> {
  const access = nearAccess(stack);
  return [
    await staticAnswer(stack),
    postgresKernel(stack, access),
    postgresMinimal(stack, access),
    await neonCall(stack, access),
    ...(await startServers(stack, access, { peers })),
  ];
}

/** Those that have a distance to the database. */
export async function startFarSubjects(
  stack: Stack,
  distance: Distance,
  { peers }: { peers: boolean },
): Promise<Subject[]> {
  const access = await farAccess(stack, distance);
  return [await neonCall(stack, access), ...(await startServers(stack, access, { peers }))];
}

async function startServers(stack: Stack, access: Access, { peers }: { peers: boolean }): Promise<Subject[]> {
  const { claim, replay, page, pay } = await onceward(
    stack,
    await startOnceward(stack, { access }),
    access.label,
  );
  await pay(`${access.label}-${READER}`, 10);
  return [
    claim(),
    await replay(),
    page({
      name: 'page',
      title: 'Onceward, a page of the ledger',
      playerId: `${access.label}-${READER}`,
      after: null,
    }),
    ...(peers ? [await postgraphile(stack, access), await apollo(stack, access)] : []),
  ];
}
