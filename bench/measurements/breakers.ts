/** Measures claims with a breaker on what they give, and the same claims without, at the same number of connections. */
import { showProgress } from '../../cli/progress.ts';
import type { Stack } from '../stack/stack.ts';
import { guardedClaims } from '../subjects/guarded-claims.ts';
import { nearAccess } from '../subjects/subject.ts';
import { measureRounds, type Series, warmUp } from './rounds.ts';

export interface BreakersPlan {
  readonly rounds: number;
  readonly connections: number;
  /** Of each subject in a round. */
  readonly requests: number;
}

export async function measureBreakers(
  stack: Stack,
  { rounds, connections, requests }: BreakersPlan,
): Promise<Series[]> {
  showProgress('starting Workers for claims with and without a breaker');
  const subjects = await guardedClaims(stack, nearAccess(stack));
  await warmUp(stack, { subjects, requests, connections });
  await stack.database.settle();
  const cases = subjects.map((subject) => ({ subject, connections, requests, condition: '' }));
  const series = await measureRounds(stack, { name: 'breakers', cases, rounds });
  for (const { stop } of subjects) await stop();
  return series;
}
