/** An app that is a process of its own, killed with SIGKILL. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { AppSettings } from './app.ts';
import type { KillableApp } from './run-apps.ts';

/** `command`: the program and its arguments. */
export function processApp([program = '', ...args]: readonly string[], app: AppSettings): KillableApp {
  return {
    async live(life) {
      const child = spawn(program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ONCEWARD_APP: JSON.stringify(app) },
      });
      let errors = '';
      child.stderr.on('data', (chunk) => {
        errors += chunk;
      });
      const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
      const begun = new Promise<void>((resolve) => {
        createInterface({ input: child.stdout }).on('line', (line) => line === 'started' && resolve());
      });
      await Promise.race([begun, exited]);
      const ending = new AbortController();
      const code = await Promise.race([exited, life(ending.signal).then(() => 'alive' as const)]);
      ending.abort();
      if (code === 'alive') {
        child.kill('SIGKILL');
        return (await exited) === null;
      }
      if (code !== 0) throw new Error(`The app of ${app.player} failed: ${errors}`);
      return false;
    },
    close: async () => {},
  };
}
