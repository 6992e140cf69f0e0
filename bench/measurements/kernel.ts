/**
 * Measures the kernel without an API: the CPU time of one Postgres backend per operation, relative to the minimal claim function.
 * Turns are short and alternate between all cases, so that other work on the machine affects the turns of a round alike.
 */

import { withClient } from '../../cli/connect.ts';
import { showProgress } from '../../cli/progress.ts';
import { type Backend, cpuUsOf, openBackend } from '../load/backend.ts';
import type { Stack } from '../stack/stack.ts';
import { MINIMAL_CLAIM } from '../subjects/baselines.ts';
import { type Claim, newClaims } from '../subjects/claims.ts';
import { type ClaimSize, measureClaimSize } from './claim-size.ts';
import { type CollectorResults, measureCollectors } from './collectors.ts';
import {
  commitClaims,
  type KernelCase,
  type KernelPlan,
  type KernelSeries,
  measureCases,
  seriesOf,
  warmUpCases,
} from './kernel-cases.ts';

export interface KernelResults {
  /** One sample per round. */
  readonly cpu: readonly KernelSeries[];
  /** The first call of a new session, in ms, one sample per session. */
  readonly firstCall: readonly KernelSeries[];
  readonly collectors: CollectorResults;
  readonly size: ClaimSize;
}

const PLAYERS = 1_000;
const CALL_SIZES = [1, 10, 50];

export async function measureKernel(stack: Stack, plan: KernelPlan): Promise<KernelResults> {
  const cases = await openCases(stack);
  showProgress('kernel: giving 1,000 players their balances');
  await warmUpCases(cases);
  await stack.database.settle();
  const cpu = await measureCases(stack, cases, plan);
  for (const { backend } of cases) await backend.close();
  return {
    cpu,
    firstCall: await measureFirstCalls(stack, plan.newSessions),
    collectors: await measureCollectors(stack, plan),
    size: await measureClaimSize(stack, plan.sizeClaims),
  };
}

async function openCases(stack: Stack): Promise<KernelCase[]> {
  const cases = [await minimalCase(stack)];
  for (const perCall of CALL_SIZES)
    for (const outbox of [false, true]) cases.push(await kernelCase(stack, perCall, outbox));
  return cases;
}

/** Fills its ledger first: the minimal function has no batches. */
async function minimalCase(stack: Stack): Promise<KernelCase> {
  const backend = await openBackend(stack, stack.peerDatabaseUrl);
  const nextClaim = newClaims('alone-minimal');
  const call = () => callMinimal(backend, nextClaim());
  for (let player = 0; player < PLAYERS; player++) await call();
  return { name: 'minimal', title: 'minimal function', backend, perCall: 1, call };
}

async function callMinimal(backend: Backend, { playerId, key, idempotencyKey, facts }: Claim): Promise<void> {
  const row = await backend.call(MINIMAL_CLAIM, [playerId, key, idempotencyKey, facts.rating_gap]);
  if (!row.changes) throw new Error(`the minimal function answered ${JSON.stringify(row)}`);
}

/** All cases of the kernel claim for the same players: after the case of 50 has warmed up, each has its balances. */
async function kernelCase(stack: Stack, perCall: number, outbox: boolean): Promise<KernelCase> {
  const backend = await openBackend(stack, stack.database.databaseUrl);
  const label = `alone-${perCall}${outbox ? '-outbox' : ''}`;
  const nextClaim = newClaims(label, (claimNumber) => `alone-${claimNumber % PLAYERS}`);
  return {
    name: kernelCaseName(perCall, outbox),
    title: `kernel, ${perCall} per call, outbox ${outbox ? 'on' : 'off'}`,
    backend,
    perCall,
    prepare: () => setOutbox(stack, outbox),
    call: () => commitClaims(backend, stack, Array.from({ length: perCall }, nextClaim)),
  };
}

export const kernelCaseName = (perCall: number, outbox: boolean) =>
  `kernel-${perCall}${outbox ? '-outbox' : ''}`;

async function setOutbox({ database }: Stack, on: boolean): Promise<void> {
  await withClient(database.ownerDatabaseUrl, (client) =>
    client.query('UPDATE onceward.settings SET outbox = $1', [on]),
  );
}

/** A session that is used once compiles every function and plans every statement of the call. */
async function measureFirstCalls(stack: Stack, sessions: number): Promise<KernelSeries[]> {
  const minimal = seriesOf({ name: 'minimal', title: 'minimal function' });
  const kernel = seriesOf({ name: 'kernel', title: 'kernel' });
  const nextMinimal = newClaims('first-minimal', (claimNumber) => `alone-minimal-${claimNumber}`);
  const nextClaim = newClaims('first-kernel', (claimNumber) => `alone-${claimNumber}`);
  for (let session = 0; session < sessions; session++) {
    showProgress(`first call of a session, ${session + 1} of ${sessions}`);
    minimal.samples.push(
      await firstCallMs(stack, stack.peerDatabaseUrl, (backend) => callMinimal(backend, nextMinimal())),
    );
    kernel.samples.push(
      await firstCallMs(stack, stack.database.databaseUrl, (backend) =>
        commitClaims(backend, stack, [nextClaim()]),
      ),
    );
  }
  return [minimal, kernel];
}

async function firstCallMs(
  stack: Stack,
  connectionString: string,
  call: (backend: Backend) => Promise<void>,
): Promise<number | null> {
  const backend = await openBackend(stack, connectionString);
  const us = await cpuUsOf(backend, () => call(backend));
  await backend.close();
  return us === null ? null : us / 1_000;
}
