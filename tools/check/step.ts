/** What a step of `npm run check` is, and the most common kind: a program of node_modules that must end with 0. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface StepResult {
  readonly ok: boolean;
  /** A few words beside the tick: a size, a count. */
  readonly note?: string;
  /** Shown where the step fails. */
  readonly output: string;
}

export interface Step {
  readonly name: string;
  /** What to do about a failure, in one sentence. */
  readonly advice: string;
  run(): Promise<StepResult>;
}

/** Runs a program by its name in node_modules/.bin; never throws for a failing one. */
export function runTool(name: string, args: readonly string[]): Promise<StepResult> {
  return new Promise((resolve) => {
    const child = spawn(join(ROOT, 'node_modules/.bin', name), args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Wrangler's banner asks the registry for a newer version; a check needs no network.
      env: { ...process.env, NO_COLOR: '1', WRANGLER_SEND_METRICS: 'false', WRANGLER_HIDE_BANNER: 'true' },
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ ok: false, output: `${name}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

export function toolStep(name: string, advice: string, [tool = '', ...args]: readonly string[]): Step {
  return { name, advice, run: () => runTool(tool, args) };
}
