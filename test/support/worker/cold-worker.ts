/** Loads copies of the Worker that have nothing in memory, like a new isolate. Test files share a workerd and its modules. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Env } from '../../../src/env.ts';
import type worker from '../../../src/worker.ts';
import type { Door } from './service.ts';

type Worker = typeof worker;

let current: Worker | undefined;
let copies = 0;

/** Evaluates src/worker.ts again. Everything that an isolate keeps is in it; the modules that it imports only memoize. */
export async function coldWorker(): Promise<Worker> {
  copies += 1;
  const module = await import(/* @vite-ignore */ `../../../src/worker.ts?copy=${copies}`);
  return module.default;
}

/** Replaces the Worker behind `exports.default` by a new copy. */
export async function restartWorker(): Promise<void> {
  current = await coldWorker();
}

export function currentWorker(): Worker {
  if (!current) throw new Error('each-file.ts starts the Worker before the first test of a file');
  return current;
}

/** Sends requests to a Worker deployed with these bindings. It reads most of them once, at its first request. */
export const doorTo =
  (worker: Worker, bindings: Partial<Env>): Door =>
  (url, init) => {
    const request = new Request(url, init) as Parameters<Worker['fetch']>[0];
    const whole = Object.create(env, Object.getOwnPropertyDescriptors(bindings)) as Env;
    return Promise.resolve(worker.fetch(request, whole, createExecutionContext()));
  };
