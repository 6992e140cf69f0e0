/** Compares schema.graphql with what the code says, line by line: a client developer reads the file, the client gets the code. */
import { readFile } from 'node:fs/promises';
import type { Step } from './step.ts';

const SHOWN_LINES = 12;

export const schemaDrift: Step = {
  name: 'schema.graphql is what the code says',
  advice: '`npm run schema` prints it anew; read the difference before you commit it.',
  async run() {
    // Loaded here, so that a schema that cannot be built fails this step and no other.
    const { printedSchema, SCHEMA_FILE } = await import('../print-schema.ts');
    const difference = firstDifference(await readFile(SCHEMA_FILE, 'utf8'), printedSchema());
    return { ok: difference === null, output: difference ?? '' };
  },
};

/** What lies between the lines that both begin with and the lines that both end with. */
function firstDifference(committed: string, printed: string): string | null {
  if (committed === printed) return null;
  const [file, code] = [committed.split('\n'), printed.split('\n')];
  const least = Math.min(file.length, code.length);
  let start = 0;
  while (start < least && file[start] === code[start]) start += 1;
  let tail = 0;
  while (tail < least - start && file.at(-1 - tail) === code.at(-1 - tail)) tail += 1;
  const show = (lines: string[], mark: string) =>
    lines.slice(start, Math.min(lines.length - tail, start + SHOWN_LINES)).map((line) => `${mark} ${line}`);
  const title = `They differ from line ${start + 1} on (- schema.graphql, + the code):`;
  return [title, ...show(file, '-'), ...show(code, '+')].join('\n');
}
