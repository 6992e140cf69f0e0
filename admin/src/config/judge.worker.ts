// Judges drafts beside the page, so that typing never waits: the formulas of a document are tried thousands of times.
import { config } from 'zod/mini';
import { type Judged, type JudgeRequest, judge } from './judge.ts';
import { completed, type Documents, describeChanges, type Sentence } from './words/describe.ts';

// Compiled validators need `eval`, which the content security policy forbids.
config({ jitless: true });

export type Job =
  | ({ readonly kind: 'judge' } & JudgeRequest)
  | ({
      readonly kind: 'describe';
      readonly now: Date;
      /** What the server found; null: nobody asked it. */
      readonly found: readonly Sentence[] | null;
    } & Documents);

export type Asked = Job & { readonly id: number };
export type Answered = { readonly id: number; readonly answer: Judged | readonly Sentence[] };

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Asked>) => void;
  postMessage(answered: Answered): void;
};

scope.onmessage = ({ data: { id, ...job } }) => {
  scope.postMessage({ id, answer: job.kind === 'judge' ? judge(job) : described(job) });
};

function described(job: Extract<Job, { readonly kind: 'describe' }>): readonly Sentence[] {
  return job.found === null ? describeChanges(job) : completed(job, job.found);
}
