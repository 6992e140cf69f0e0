/** The interface of a step of `npm run check`, and steps that run a program from node_modules. */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');

export interface StepResult {
  readonly ok: boolean;
  /** A short addition to the result, such as a size or a count. */
  readonly note?: string;
  /** Printed if the step fails. */
  readonly output: string;
}

export interface Step {
  readonly name: string;
  /** What to do if the step fails. */
  readonly advice: string;
  run(): Promise<StepResult>;
}

/** Runs a program from node_modules/.bin. It does not throw if the program fails. */
export function runTool(name: string, args: readonly string[]): Promise<StepResult> {
  return new Promise((resolve) => {
    const child = spawn(join(BIN, name), args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // Programs start further ones by name, for example `node` in wrangler's build hook.
        PATH: `${BIN}${delimiter}${process.env.PATH}`,
        NO_COLOR: '1',
        // Keep wrangler from using the network: its banner asks the registry for a newer version.
        WRANGLER_SEND_METRICS: 'false',
        WRANGLER_HIDE_BANNER: 'true',
      },
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
