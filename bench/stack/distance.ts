/** A distance that can be put between API and database: ways through the proxy, its length, and the round trips made. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { DistanceAnswer } from './distance-process.ts';

const PROGRAM = join(import.meta.dirname, 'distance-process.ts');
const PROBES = 21;

export interface Distance {
  /** A port from which it is that far to the given one. */
  open(port: number): Promise<number>;
  setRoundTrip(ms: number): Promise<void>;
  /** The median of a few round trips of one byte, in ms. */
  probe(): Promise<number>;
  /** Round trips made so far, of all ways together. */
  countRoundTrips(): Promise<number>;
  stop(): Promise<void>;
}

export async function startDistance(): Promise<Distance> {
  const child = fork(PROGRAM, [], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const waiting = new Map<number, (answer: DistanceAnswer) => void>();
  const first = Promise.withResolvers<DistanceAnswer>();
  waiting.set(0, first.resolve);
  void ended.then(() => first.reject(new Error('the proxy did not start')));
  child.on('message', (answer: DistanceAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let asked = 0;
  const ask = (request: object) =>
    new Promise<DistanceAnswer>((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      child.send({ ...request, id: asked });
    });
  const { port: echoPort } = await first.promise;
  return {
    open: async (port) => (await ask({ openTo: port })).port as number,
    setRoundTrip: async (ms) => void (await ask({ roundTripMs: ms })),
    probe: () => probe(echoPort as number),
    countRoundTrips: async () => (await ask({})).turns,
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

async function probe(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const times: number[] = [];
  try {
    // The first also waits for the connection.
    for (let sent = 0; sent <= PROBES; sent++) {
      const from = performance.now();
      socket.write('x');
      await once(socket, 'data');
      if (sent > 0) times.push(performance.now() - from);
    }
  } finally {
    socket.destroy();
  }
  return times.sort((a, b) => a - b)[PROBES >> 1] as number;
}
