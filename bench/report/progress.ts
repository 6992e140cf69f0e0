/** Progress on standard error: one line that is written over on a terminal, plain lines elsewhere. */
const terminal = process.stderr.isTTY;

export function say(progress: string): void {
  if (terminal) process.stderr.write(`\r\x1b[K${progress}`);
  else process.stderr.write(`${progress}\n`);
}

/** What changes several times a second: shown where it is written over, and left out where each would be a line. */
export function sayOften(progress: string): void {
  if (terminal) say(progress);
}

export function doneSaying(): void {
  if (terminal) process.stderr.write('\r\x1b[K');
}
