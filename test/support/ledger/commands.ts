/** Runs the commands of cli/: in the process of the test, which takes milliseconds, or in one of its own, as an operator does. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Command, runCommand } from '../../../cli/command-line.ts';

interface Ended {
  readonly status: number | null;
  /** Standard output, standard error, and both in the order in which they were written. */
  readonly out: string;
  readonly err: string;
  readonly output: string;
}

function collector() {
  let [out, err, output] = ['', '', ''];
  return {
    toOut: (text: string) => {
      out += text;
      output += text;
    },
    toErr: (text: string) => {
      err += text;
      output += text;
    },
    ended: (status: number | null): Ended => ({ status, out, err, output }),
  };
}

export async function runHere(command: Command, args: readonly string[]): Promise<Ended> {
  const { toOut, toErr, ended } = collector();
  const status = await runCommand(command, args, {
    log: (text) => toOut(`${text}\n`),
    error: (text) => toErr(`${text}\n`),
    progress: (text) => toErr(`${text}\n`),
    colours: false,
  });
  return ended(status);
}

/** `file` is the name of a file of cli/. */
export function startCommand(file: string, args: readonly string[], cwd?: string) {
  const path = fileURLToPath(new URL(`../../../cli/${file}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], {
    ...(cwd !== undefined && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { toOut, toErr, ended } = collector();
  child.stdout.on('data', (chunk) => toOut(String(chunk)));
  child.stderr.on('data', (chunk) => toErr(String(chunk)));
  const end = new Promise<Ended>((resolve) => child.on('close', (status) => resolve(ended(status))));
  return { process: child, ended: end };
}
