/**
 * Runs in a process of its own, started by distance.ts, so that neither the load nor the endpoint waits for it: the proxy, and
 * an echo behind it by which the distance is measured as it really is. Ends with its parent.
 */
import { type AddressInfo, createServer } from 'node:net';
import { DelayProxy } from './delay-proxy.ts';

/** What the parent asks. Every message is answered with the turns counted so far. */
export type DistanceRequest =
  | { readonly id: number; readonly openTo: number }
  | { readonly id: number; readonly roundTripMs: number }
  | { readonly id: number };

export interface DistanceAnswer {
  readonly id: number;
  readonly turns: number;
  /** Of the way that was opened. */
  readonly port: number | null;
}

const proxy = new DelayProxy();
const echo = createServer({ noDelay: true }, (socket) => socket.on('error', () => {}).pipe(socket));
await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
const echoPort = await proxy.open((echo.address() as AddressInfo).port);

process.on('message', async (request: DistanceRequest) => {
  let port: number | null = null;
  if ('roundTripMs' in request) proxy.setRoundTrip(request.roundTripMs);
  if ('openTo' in request) port = await proxy.open(request.openTo);
  process.send?.({ id: request.id, turns: proxy.turns, port } satisfies DistanceAnswer);
});
process.once('disconnect', () => process.exit());
process.send?.({ id: 0, turns: 0, port: echoPort } satisfies DistanceAnswer);
