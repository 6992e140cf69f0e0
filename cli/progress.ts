/** Progress on standard error. On a terminal each message overwrites the last one; elsewhere each message is a line. */

const isTerminal = process.stderr.isTTY;
const BAR_WIDTH = 30;

export function showProgress(message: string): void {
  process.stderr.write(isTerminal ? `\r\x1b[K${message}` : `${message}\n`);
}

/** For messages that change several times a second: skipped where each of them would be a line. */
export function showFrequentProgress(message: string): void {
  if (isTerminal) showProgress(message);
}

/** Removes the last message from a terminal. */
export function clearProgress(): void {
  if (isTerminal) process.stderr.write('\r\x1b[K');
}

/** A progress bar with rate and remaining time. Where messages are not overwritten, it prints a line for each tenth. */
export function progressBar(label: string, total: number, print = showProgress) {
  const startedAt = Date.now();
  let shownStep = -1;
  return {
    show(done: number) {
      const share = total === 0 ? 1 : done / total;
      const step = Math.floor(share * (isTerminal ? 1000 : 10));
      if (step === shownStep) return;
      shownStep = step;
      const seconds = (Date.now() - startedAt) / 1000;
      const secondsLeft = share > 0 ? Math.ceil(seconds / share - seconds) : 0;
      const filled = Math.floor(share * BAR_WIDTH);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
      const perSecond = Math.round(done / Math.max(seconds, 0.001));
      print(
        `${label} ${bar} ${Math.floor(share * 100)} %  ${done} of ${total}, ${perSecond}/s, ${secondsLeft} s left`,
      );
    },
    end: clearProgress,
  };
}
