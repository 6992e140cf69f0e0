/** A Worker that does nothing: what workerd, the sockets and the load itself cost. */
import { join } from 'node:path';
import type { Stack } from '../stack/stack.ts';
import { httpSubject, type Subject } from './subject.ts';

export const STATIC_BUNDLE = join(import.meta.dirname, '../workers/static.js');

export async function staticAnswer({ startWorker }: Stack): Promise<Subject> {
  return httpSubject(await startWorker({ bundle: STATIC_BUNDLE }), {
    name: 'static',
    title: 'bare Worker, static answer',
    multiple: 8,
    next: () => ({
      method: 'GET',
      path: '/',
      headers: {},
      body: '',
      verify: ({ status, body }) => {
        if (status !== 200 || body !== '{"status":"ok"}')
          throw new Error(`the static Worker answered ${status} ${body}`);
      },
    }),
  });
}
