/** What `npm run config:publish` prints: the changes by group, and what has to be confirmed. */
import type { ConfigChange, Severity } from '../src/config/changes.ts';
import type { Problem } from '../src/config/problem.ts';

const MAX_SHOWN = 50;

const COLOURS = { red: 31, yellow: 33, cyan: 36, bold: 1 } as const;
type Paint = (colour: keyof typeof COLOURS, text: string) => string;

/** Colours on a terminal alone, and not where NO_COLOR is set. */
export function painter(stream: { readonly isTTY?: boolean }): Paint {
  if (!stream.isTTY || process.env.NO_COLOR) return (_, text) => text;
  return (colour, text) => `\x1b[${COLOURS[colour]}m${text}\x1b[0m`;
}

const GROUPS: readonly [Severity, string, keyof typeof COLOURS][] = [
  ['reopens', 'Paid again', 'red'],
  ['running', 'Changes what is running', 'yellow'],
  ['amounts', 'Prices, rewards and chances', 'cyan'],
  ['other', 'Other values', 'bold'],
];

/** One line for each change, under the heading of its group. */
export function changesText(changes: readonly ConfigChange[], paint: Paint): string {
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
