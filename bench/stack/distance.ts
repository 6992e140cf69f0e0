/** Controls the process of delay-proxy.ts, which adds a round-trip time between API and database and counts round trips. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { ProxyReply, ProxyRequest } from './delay-proxy.ts';

const PROGRAM = join(import.meta.dirname, 'delay-proxy.ts');
const PROBES = 21;

export interface Distance {
  /** Opens a delayed port that forwards to the given port. */
  open(port: number): Promise<number>;
  setRoundTrip(ms: number): Promise<void>;
  /** Measures the round trip of one byte through the proxy. Returns the median of several, in ms. */
  probe(): Promise<number>;
  /** Round trips through all ports so far. */
  countRoundTrips(): Promise<number>;
  stop(): Promise<void>;
}

export async function startDistance(): Promise<Distance> {
  const child = fork(PROGRAM, [], { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  const pending = new Map<number, (reply: ProxyReply) => void>();
  const started = Promise.withResolvers<ProxyReply>();
  pending.set(0, started.resolve);
  void exited.then(() => started.reject(new Error('the proxy did not start')));
  child.on('message', (reply: ProxyReply) => {
    pending.get(reply.id)?.(reply);
    pending.delete(reply.id);
  });
  let lastId = 0;
  const request = (body: Omit<ProxyRequest, 'id'>) =>
    new Promise<ProxyReply>((resolve) => {
      lastId += 1;
      pending.set(lastId, resolve);
      child.send({ ...body, id: lastId });
    });
  const { port: echoPort } = await started.promise;
  return {
    open: async (port) => (await request({ openTo: port })).port as number,
    setRoundTrip: async (ms) => void (await request({ roundTripMs: ms })),
    probe: () => probe(echoPort as number),
    countRoundTrips: async () => (await request({})).roundTrips,
    stop: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

async function probe(port: number): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const times: number[] = [];
  try {
    // The first round trip includes the connection and is not counted.
    for (let sent = 0; sent <= PROBES; sent++) {
      const sentAt = performance.now();
      socket.write('x');
      await once(socket, 'data');
      if (sent > 0) times.push(performance.now() - sentAt);
    }
  } finally {
    socket.destroy();
  }
  return times.sort((a, b) => a - b)[PROBES >> 1] as number;
}
