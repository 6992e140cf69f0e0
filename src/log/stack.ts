/** The stack of an error for the log: functions and places of our own code, and nothing else that an error holds. */

const MAX_FRAMES = 8;
/** `at name (path/file.ts:1:2)` or `at path/file.ts:1:2`. A name is an identifier, perhaps with those of its objects. */
const FRAME =
  /^\s+at (?:async )?(?:(?:new )?([\w$.<>#]+) )?\(?(?:\S*\/)?([\w.-]+\.[cm]?[jt]s)(?:\?\S*)?:(\d+):(\d+)\)?$/;

/**
 * Null: there is none that is known to be free of the message, which may hold a secret or a row. A stack begins with the message, of
 * which a line can look like a frame.
 */
export function stackOf(error: unknown): string | null {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return null;
  const { message, stack } = error;
  const at = stack.indexOf(message);
  if (at === -1) return null;
  const frames: string[] = [];
  for (const line of stack
    .slice(at + message.length)
    .split('\n')
    .slice(1)) {
    const [matched, name = '', file, row, column] = FRAME.exec(line) ?? [];
    if (matched === undefined || line.includes('node_modules')) continue;
    frames.push(`${name ? `${name} ` : ''}${file}:${row}:${column}`);
    if (frames.length === MAX_FRAMES) break;
  }
  return frames.length > 0 ? frames.join(' < ') : null;
}
