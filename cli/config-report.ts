/** What `npm run config:publish` prints: the changes by group, what has to be confirmed, and what is scheduled. */
import type { ConfigChange, Severity } from '../src/config/changes.ts';
import type { Problem } from '../src/config/problem.ts';
import type { Output } from './command-line.ts';
import type { CancelResult, Previewed, Published } from './config-store.ts';
import type { ListedVersion } from './current-config.ts';

export type Result =
  | Published
  | Previewed
  | CancelResult
  /** Through the API: another staff member has to approve it. */
  | { readonly kind: 'proposed'; readonly proposalId: number; readonly changes: readonly ConfigChange[] }
  | { readonly kind: 'valid'; readonly sha256: string };

const MAX_SHOWN = 50;

const COLOURS = { red: 31, yellow: 33, cyan: 36, bold: 1 } as const;
type Paint = (colour: keyof typeof COLOURS, text: string) => string;

const painted: Paint = (colour, text) => `\x1b[${COLOURS[colour]}m${text}\x1b[0m`;
const plain: Paint = (_, text) => text;

const GROUPS: readonly [Severity, string, keyof typeof COLOURS][] = [
  ['reopens', 'Paid again', 'red'],
  ['running', 'Changes what is running', 'yellow'],
  ['amounts', 'Prices, rewards and chances', 'cyan'],
  ['other', 'Other values', 'bold'],
];

/** One line for each change, under the heading of its group. */
function changesText(changes: readonly ConfigChange[], paint: Paint): string {
  const groups = GROUPS.flatMap(([severity, heading, colour]) => {
    const lines = changes
      .filter((change) => change.severity === severity)
      .map(({ path, text }) =>
        severity === 'running' || severity === 'amounts' ? `  ${text}` : `  ${path}: ${text}`,
      );
    return lines.length === 0 ? [] : [paint(colour, `${heading}:`), ...atMost(lines)];
  });
  return groups.join('\n');
}

export function problemsText(problems: readonly Problem[]): string {
  return atMost(problems.map(({ path, message }) => `  ${path || '(document)'}: ${message}`)).join('\n');
}

function atMost(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_SHOWN) return lines;
  return [...lines.slice(0, MAX_SHOWN), `  … and ${lines.length - MAX_SHOWN} more`];
}

export function printResult(source: string, result: Result, { log, error, colours }: Output): void {
  if ('changes' in result && result.changes.length > 0)
    log(changesText(result.changes, colours ? painted : plain));
  if ('problems' in result) error(refusalText(source, result));
  else log(successText(source, result));
  const scheduled = 'scheduled' in result ? result.scheduled : null;
  if (!scheduled || result.kind === 'scheduled') return;
  const kept = scheduled.was === undefined ? 'is' : `was version ${scheduled.was} and stays`;
  log(`Version ${scheduled.version} ${kept} scheduled for ${scheduled.from}.`);
}

function refusalText(source: string, result: Extract<Result, { problems: unknown }>): string {
  const [first] = result.problems;
  switch (result.kind) {
    case 'invalid':
      return `${source} was not published. It has ${result.problems.length} problem(s):\n${problemsText(result.problems)}`;
    case 'conflict':
      return `Nothing was published or cancelled. ${first?.message}`;
    case 'refused':
      return `${source} was not published. Change the document, or confirm what is paid again:\n${confirmText(result)}`;
  }
}

const KV_LATER = ' KV was not written; the schedule of the Worker writes it within a minute.';

function successText(source: string, result: Exclude<Result, { problems: unknown }>): string {
  if (result.kind === 'cancelled') return `Cancelled version ${result.version}. The current version stays.`;
  if (result.kind === 'proposed')
    return `Proposed as ${result.proposalId}. Another staff member approves it (approveProposal); then run this command again.`;
  const digest = `sha256 ${result.sha256}`;
  switch (result.kind) {
    case 'published':
      return `Published version ${result.version}, ${digest}.${result.isInKv === false ? KV_LATER : ''}`;
    case 'scheduled':
      return `Scheduled version ${result.version}, ${digest}, for ${result.scheduled?.from ?? 'its moment, which has come'}.`;
    case 'unchanged':
      return result.version === result.scheduled?.version
        ? `Unchanged, ${digest}.`
        : `Unchanged: version ${result.version}, ${digest}, is current.`;
    case 'publishable':
      return result.current === null
        ? `${source} is valid and would become the first version, ${digest}.`
        : `${source} is valid and would replace version ${result.current}, ${digest}.`;
    case 'valid':
      return `${source} is valid, ${digest}. There is no database to compare it with.`;
  }
}

function confirmText({ problems, changes }: Extract<Result, { kind: 'refused' }>): string {
  const again = new Set(changes.flatMap(({ severity, path }) => (severity === 'reopens' ? [path] : [])));
  return [...new Set(problems.map(({ path }) => path))]
    .map((path) =>
      again.has(path) ? `  --reopens ${path}` : `  (without --reopens ${path}, which pays nothing again)`,
    )
    .join('\n');
}

/** One line for each version, newest first. */
export function listText(versions: readonly ListedVersion[]): string {
  const lines = versions.map(({ version, state, effectiveFrom, publishedAt, publishedBy, reason }) => {
    const since = effectiveFrom === null || effectiveFrom === publishedAt ? '' : ` for ${effectiveFrom}`;
    const shown = state === 'former' ? '' : `  ${state}`;
    return `${version}${shown}  published ${publishedAt}${since} by ${publishedBy}${reason === null ? '' : `: ${reason}`}`;
  });
  return lines.join('\n') || 'No version is published.';
}
