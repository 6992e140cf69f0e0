/** What the local stack needs from the operating system: TCP ports, and to know when the parent process has ended. */
import { createServer } from 'node:net';

const PARENT_POLL_MS = 500;

/** A port that is free right now. Another process may take it first, so callers retry or fail with a clear message. */
export async function freePort(): Promise<number> {
  return listenBriefly(0);
}

export async function requireFreePort(port: number): Promise<void> {
  await listenBriefly(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} is in use. Stop the process that uses it, or choose another port: PORT=${port + 1} npm run dev`,
    );
  });
}

/** Returns the port that the system assigned. */
function listenBriefly(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/**
 * Calls `end` once when the process that started this one has ended. npm passes a SIGTERM to its shell only, so without
 * this a command started through npm would keep running and keep its port. It does not keep the process alive.
 */
export function whenParentEnds(end: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, PARENT_POLL_MS);
  timer.unref();
}
