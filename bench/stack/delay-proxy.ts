/**
 * A process that distance.ts starts: a TCP proxy that delays bytes by half a round trip in each direction and keeps their
 * order. A new connection waits one more round trip, as a TCP handshake would. Counts how often a client sends after it
 * received a response, which is one round trip. Exits with its parent.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A message from the parent. Each one gets a reply. */
export interface ProxyRequest {
  readonly id: number;
  /** Opens a port that forwards to this one. */
  readonly openTo?: number;
  readonly roundTripMs?: number;
}

export interface ProxyReply {
  readonly id: number;
  readonly roundTrips: number;
  /** The port that was opened, if any. The reply with ID 0 names the port of the echo server. */
  readonly port: number | null;
}

/** An odd millisecond is added to the way back, because timers have no half milliseconds. */
let thereMs = 0;
let backMs = 0;
let roundTrips = 0;

function setRoundTrip(ms: number): void {
  thereMs = Math.floor(ms / 2);
  backMs = ms - thereMs;
}

async function openPort(toPort: number): Promise<number> {
  const server = createServer({ noDelay: true }, (client) => forward(client, toPort));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function forward(client: Socket, toPort: number): void {
  const server = connect({ port: toPort, host: '127.0.0.1', noDelay: true });
  const openAt = performance.now() + thereMs + backMs;
  let answered = true;
  const writeToServer = delayedWriter(server);
  const writeToClient = delayedWriter(client);
  client.on('data', (bytes) => {
    if (answered) roundTrips += 1;
    answered = false;
    writeToServer(bytes, Math.max(thereMs, openAt + thereMs - performance.now()));
  });
  server.on('data', (bytes) => {
    answered = true;
    writeToClient(bytes, backMs);
  });
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
}

/** Writes each chunk when its delay is over, and never before an earlier chunk. */
function delayedWriter(to: Socket): (bytes: Buffer, delayMs: number) => void {
  const waiting: { bytes: Buffer; dueAt: number }[] = [];
  const flush = () => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      const left = next.dueAt - performance.now();
      // Half a millisecond early is accepted, because a timer would be up to a whole millisecond late.
      if (left > 0.5) return void setTimeout(flush, left);
      waiting.shift();
      if (!to.destroyed) to.write(next.bytes);
    }
  };
  return (bytes, delayMs) => {
    const dueAt = Math.max(performance.now() + delayMs, waiting.at(-1)?.dueAt ?? 0);
    waiting.push({ bytes, dueAt });
    if (waiting.length === 1) flush();
  };
}

/** The parent measures the real round-trip time with this server, through the proxy. */
async function startEcho(): Promise<number> {
  const echo = createServer({ noDelay: true }, (socket) => socket.on('error', () => {}).pipe(socket));
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  return openPort((echo.address() as AddressInfo).port);
}

const echoPort = await startEcho();
process.on('message', async ({ id, openTo, roundTripMs }: ProxyRequest) => {
  if (roundTripMs !== undefined) setRoundTrip(roundTripMs);
  const port = openTo === undefined ? null : await openPort(openTo);
  process.send?.({ id, roundTrips, port } satisfies ProxyReply);
});
process.once('disconnect', () => process.exit());
process.send?.({ id: 0, roundTrips: 0, port: echoPort } satisfies ProxyReply);
