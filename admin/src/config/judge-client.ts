// The page's side of the worker that judges drafts.
import reservedNames from 'virtual:reserved-names';
import type { Judged } from './judge.ts';
import type { Answered, Asked, Job } from './judge.worker.ts';
import type { Documents, Sentence } from './words/describe.ts';

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, Waiting>();

function started(): Worker {
  if (worker) return worker;
  worker = new Worker(new URL('./judge.worker.ts', import.meta.url), { type: 'module' });
  worker.onmessage = ({ data: { id, answer } }: MessageEvent<Answered>) => {
    waiting.get(id)?.resolve(answer);
    waiting.delete(id);
  };
  // A worker that failed judges nothing more. The next question starts another.
  worker.onerror = () => {
    worker?.terminate();
    worker = null;
    for (const { reject } of waiting.values()) reject(new Error('The draft could not be checked.'));
    waiting.clear();
  };
  return worker;
}

function ask(job: Job): Promise<unknown> {
  last += 1;
  const asked: Asked = { ...job, id: last };
  return new Promise((resolve, reject) => {
    waiting.set(asked.id, { resolve, reject });
    started().postMessage(asked);
  });
}

export function judgeDraft(text: string, base: unknown): Promise<Judged> {
  return ask({ kind: 'judge', text, base, now: new Date(), reservedNames }) as Promise<Judged>;
}

export function describeDocuments(
  documents: Documents,
  found: readonly Sentence[] | null,
): Promise<readonly Sentence[]> {
  return ask({ kind: 'describe', ...documents, found, now: new Date() }) as Promise<readonly Sentence[]>;
}
