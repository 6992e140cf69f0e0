/** Progress on standard error: one line that is written over on a terminal, plain lines elsewhere. */
const terminal = process.stderr.isTTY;

export function say(progress: string): void {
  if (terminal) process.stderr.write(`\r\x1b[K${progress}`);
  else process.stderr.write(`${progress}\n`);
}

export function doneSaying(): void {
  if (terminal) process.stderr.write('\r\x1b[K');
}
