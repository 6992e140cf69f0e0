/** Starts the subjects of a run, in the order of the tables. Add a new subject here. */
import type { Distance } from '../stack/distance.ts';
import type { Stack } from '../stack/stack.ts';
import { neonCalls, postgresKernel, postgresMinimal, staticResponse } from './baselines.ts';
import { type NakamaServer, nakama } from './nakama.ts';
import { type Onceward, onceward, startOnceward } from './onceward.ts';
import { apollo, postgraphile } from './peers.ts';
import type { Filter } from './requests.ts';
import { screens } from './screens.ts';
import { type Access, farAccess, nearAccess, type Subject } from './subject.ts';

export interface SubjectOptions {
  readonly peers: boolean;
  readonly lanes: number;
  /** Null if nobody runs one. */
  readonly nakama: NakamaServer | null;
}

/** The same claim by everyone who offers an API for it. */
export const CLAIMING = ['claim', 'claim-lanes', 'postgraphile', 'apollo', 'nakama'];
/** Where the load decides which of them is better. */
export const DIRECT_AND_LANES = ['claim', 'claim-lanes'];

const READER = 'bench-reader';
/** Enough for a full page through each filter: a claim has one entry of each currency. */
const READER_CLAIMS = 10;

/** Each filter alone; all of them leave a full page. */
const FILTERS: Readonly<Record<string, Filter>> = {
  resource: { resource: 'lumees' },
  'claim type': { claimType: 'pvp_victory' },
  from: { from: '2020-01-01T00:00:00Z' },
  to: { to: '2100-01-01T00:00:00Z' },
};

/** All subjects, next to the database. */
export async function startSubjects(stack: Stack, options: SubjectOptions): Promise<Subject[]> {
  const access = nearAccess(stack);
  const direct = await startDirect(stack, access);
  return [
    await staticResponse(stack),
    postgresKernel(stack, access),
    postgresMinimal(stack, access),
    ...(await neonCalls(stack, access, [1, 10, 50])),
    direct.claim(),
    await throughLanes(stack, access, options.lanes),
    await direct.replay(),
    direct.damage(),
    ...(await reads(direct, access)),
    await direct.trace(),
    ...(await screens(stack, access)),
    ...(await startPeers(stack, access, options)),
    ...(options.nakama ? [await nakama(options.nakama, { series: newSeries(), signal: stack.signal })] : []),
  ];
}

/** The subjects that can be at a distance from the database. */
export async function startFarSubjects(
  stack: Stack,
  distance: Distance,
  options: SubjectOptions,
): Promise<Subject[]> {
  const access = await farAccess(stack, distance);
  const direct = await startDirect(stack, access);
  const [page] = await reads(direct, access);
  return [
    ...(await neonCalls(stack, access, [1])),
    direct.claim(),
    await throughLanes(stack, access, options.lanes),
    await direct.replay(),
    page as Subject,
    ...(await startPeers(stack, access, options)),
  ];
}

async function startDirect(stack: Stack, access: Access): Promise<Onceward> {
  return onceward(stack, await startOnceward(stack, { access }), access.label);
}

/** A Worker of its own, so that its CPU time is that of claims through lanes. */
async function throughLanes(stack: Stack, access: Access, lanes: number): Promise<Subject> {
  const worker = await startOnceward(stack, { access, lanes });
  return (await onceward(stack, worker, `${access.label}-lanes`)).claimThroughLanes();
}

/** The first is the page without a filter. */
async function reads({ page, pay }: Onceward, access: Access): Promise<Subject[]> {
  const playerId = `${access.label}-${READER}`;
  await pay(playerId, READER_CLAIMS);
  return [
    page({ name: 'page', title: 'Onceward, a page of the ledger', playerId, after: null }),
    ...Object.entries(FILTERS).map(([field, filter]) =>
      page({
        name: `page-${field.replace(' ', '-')}`,
        title: `Onceward, a page by ${field}`,
        playerId,
        after: null,
        filter,
      }),
    ),
  ];
}

async function startPeers(stack: Stack, access: Access, { peers }: SubjectOptions): Promise<Subject[]> {
  return peers ? [await postgraphile(stack, access), await apollo(stack, access)] : [];
}

/** Nakama's database outlives the run. */
const newSeries = () => `bench-${Date.now().toString(36)}`;
