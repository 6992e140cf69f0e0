/** The Worker as its isolate starts: with nothing in memory, whatever test files ran before in the same workerd. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { Env } from '../../../src/env.ts';
import type worker from '../../../src/worker.ts';
import type { Door } from './service.ts';

type Worker = typeof worker;

let current: Worker | undefined;
let copies = 0;

/** Loads the Worker's entry point again, which holds all that an isolate keeps. The modules that it imports are shared. */
export async function coldWorker(): Promise<Worker> {
  copies += 1;
  const module = await import(/* @vite-ignore */ `../../../src/worker.ts?copy=${copies}`);
  return module.default;
}

/** From now on, `exports.default` is a cold Worker. */
export async function restartWorker(): Promise<void> {
  current = await coldWorker();
}

export function currentWorker(): Worker {
  if (!current) throw new Error('each-file.ts starts the Worker before the first test of a file');
  return current;
}

/** Sends to a Worker that was deployed with these bindings. It reads most of them once, with its first request. */
export const doorTo =
  (worker: Worker, bindings: Partial<Env>): Door =>
  (url, init) => {
    const request = new Request(url, init) as Parameters<Worker['fetch']>[0];
    const whole = Object.create(env, Object.getOwnPropertyDescriptors(bindings)) as Env;
    return Promise.resolve(worker.fetch(request, whole, createExecutionContext()));
  };
