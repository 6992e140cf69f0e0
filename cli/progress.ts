/** A progress bar on standard error: written over on a terminal, a line for each tenth elsewhere. */

const WIDTH = 30;

export function progressBar(what: string, total: number) {
  const terminal = process.stderr.isTTY;
  const began = Date.now();
  let shown = -1;
  return {
    /** `done` of `total`, as of now. */
    show(done: number) {
      const share = total === 0 ? 1 : done / total;
      const step = Math.floor(share * (terminal ? 1000 : 10));
      if (step === shown) return;
      shown = step;
      const seconds = (Date.now() - began) / 1000;
      const left = share > 0 ? Math.ceil(seconds / share - seconds) : 0;
      const filled = Math.floor(share * WIDTH);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)}`;
      const perSecond = Math.round(done / Math.max(seconds, 0.001));
      const line = `${what} ${bar} ${Math.floor(share * 100)} %  ${done} of ${total}, ${perSecond}/s, ${left} s left`;
      process.stderr.write(terminal ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (terminal) process.stderr.write('\r\x1b[K');
    },
  };
}
