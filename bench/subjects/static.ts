/** A Worker that does nothing: what workerd, the sockets and the load itself cost. */
import { join } from 'node:path';
import type { Stack } from '../stack/stack.ts';
import type { Subject } from './subject.ts';

export async function staticAnswer({ startWorker }: Stack): Promise<Subject> {
  const { pid, port } = await startWorker({ bundle: join(import.meta.dirname, '../workers/static.js') });
  return {
    name: 'static',
    title: 'bare Worker, static answer',
    pid,
    port,
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
  };
}
