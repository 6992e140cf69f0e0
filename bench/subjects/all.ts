/** Starts the subjects of a run, in the order of the tables. Add a new subject here. */
import type { Distance } from '../stack/distance.ts';
import type { Stack } from '../stack/stack.ts';
import { neonCall, postgresKernel, postgresMinimal, staticResponse } from './baselines.ts';
import { onceward, startOnceward } from './onceward.ts';
import { apollo, postgraphile } from './peers.ts';
import { type Access, farAccess, nearAccess, type Subject } from './subject.ts';

const READER = 'bench-reader';

/** All subjects, next to the database. */
export async function startSubjects(stack: Stack, { peers }: { peers: boolean }): Promise<Subject[]> {
  const access = nearAccess(stack);
  return [
    await staticResponse(stack),
    postgresKernel(stack, access),
    postgresMinimal(stack, access),
    await neonCall(stack, access),
    ...(await startServers(stack, access, { peers })),
  ];
}

/** The subjects that can be at a distance from the database. */
export async function startFarSubjects(
  stack: Stack,
  distance: Distance,
  { peers }: { peers: boolean },
): Promise<Subject[]> {
  const access = await farAccess(stack, distance);
  return [await neonCall(stack, access), ...(await startServers(stack, access, { peers }))];
}

async function startServers(stack: Stack, access: Access, { peers }: { peers: boolean }): Promise<Subject[]> {
  const worker = await startOnceward(stack, { access });
  const { claim, replay, page, pay } = await onceward(stack, worker, access.label);
  const reader = `${access.label}-${READER}`;
  await pay(reader, 10);
  return [
    claim(),
    await replay(),
    page({ name: 'page', title: 'Onceward, a page of the ledger', playerId: reader, after: null }),
    ...(peers ? [await postgraphile(stack, access), await apollo(stack, access)] : []),
  ];
}
