// Replays pages of claims under a draft, beside the page: the same functions decide as in the Worker of the API.
import { config } from 'zod/mini';
import { compileBalanceConfig } from '../../../src/config/compile.ts';
import { type ReplayReport, ReplayReporter } from '../../../src/domain/replay-report.ts';
import { type ReplayRows, storedClaims } from '../../../src/domain/replay-rows.ts';

// Compiled validators need `eval`, which the content security policy forbids.
config({ jitless: true });

export type ReplayTask =
  | { readonly kind: 'begin'; readonly document: string }
  | { readonly kind: 'page'; readonly rows: ReplayRows }
  | { readonly kind: 'report' };

/** One for each task, in their order. */
export type ReplayDone =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'replayed'; readonly claims: number }
  | { readonly kind: 'report'; readonly report: ReplayReport };

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<ReplayTask>) => void;
  postMessage(done: ReplayDone): void;
};

let reporter: ReplayReporter | null = null;

scope.onmessage = ({ data }) => {
  try {
    scope.postMessage(perform(data));
  } catch (error) {
    scope.postMessage({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
};

function perform(task: ReplayTask): ReplayDone {
  if (task.kind === 'begin') return begin(task.document);
  if (reporter === null) throw new Error('no draft was given');
  if (task.kind === 'report') return { kind: 'report', report: reporter.report() };
  const claims = storedClaims(task.rows);
  for (const claim of claims) reporter.add(claim);
  return { kind: 'replayed', claims: claims.length };
}

function begin(text: string): ReplayDone {
  const compiled = compileBalanceConfig(JSON.parse(text), { version: 1, sha256: '' });
  if (compiled.kind === 'invalid') {
    const [first] = compiled.problems;
    return { kind: 'failed', message: `The draft is not valid: ${first?.path} ${first?.message}` };
  }
  reporter = new ReplayReporter(compiled.rules);
  return { kind: 'ready' };
}
