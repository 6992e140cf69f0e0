/** Every subject of the throughput run, in the order of the table. A new one, a peer for instance, is started here. */
import { type Stack, startOnceward } from '../stack/stack.ts';
import { neonCall } from './neon-call.ts';
import { onceward } from './onceward.ts';
import { staticAnswer } from './static.ts';
import type { Subject } from './subject.ts';

export async function startSubjects(stack: Stack): Promise<Subject[]> {
  return [
    await staticAnswer(stack),
    await neonCall(stack),
    ...(await onceward(stack, await startOnceward(stack))),
  ];
}
