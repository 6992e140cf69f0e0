/** Measures grants that a game server makes one by one, and 500 in each request, with one connection. */
import { showProgress } from '../../cli/progress.ts';
import type { Stack } from '../stack/stack.ts';
import { awards } from '../subjects/awards.ts';
import { nearAccess } from '../subjects/subject.ts';
import { measureRounds, type Series, warmUp } from './rounds.ts';

export interface BulksPlan {
  readonly rounds: number;
  /** Of each subject in a round. */
  readonly grants: number;
}

export async function measureBulks(stack: Stack, { rounds, grants }: BulksPlan): Promise<Series[]> {
  showProgress('starting a Worker for grants');
  const subjects = await awards(stack, nearAccess(stack));
  await warmUp(stack, { subjects, requests: grants, connections: 1 });
  await stack.database.settle();
  const cases = subjects.map((subject) => ({ subject, connections: 1, requests: grants, condition: '' }));
  const series = await measureRounds(stack, { name: 'bulks', cases, rounds });
  for (const { stop } of subjects) await stop();
  return series;
}
