// Events of the local stack: the Queue wakes the sender, and the schedule sends what was lost with the Queue.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { StaffApi } from '../../cli/staff-api.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import { freePort } from '../../dev/system.ts';
import { verifyWebhook } from '../../packages/server/src/webhooks.ts';

let dir: string;
let stack: RunningStack;
let server: Server;
let secret: string | undefined;
/** The players of the events that arrived with a valid signature. */
const arrived: string[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-send-'));
  stack = await startLocalStack({ dir, port: await freePort(), log: () => {}, onLine: () => {} });
  const port = await freePort();
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = request.headers as Record<string, string>;
    const event = await verifyWebhook({ headers, body }, { secrets: secret ?? '' }).catch(() => null);
    if (event) arrived.push(event.player);
    response.writeHead(event ? 204 : 400).end();
  }).listen(port, '127.0.0.1');
  const token = await stack.signer.signToken({ kind: 'staff', id: 'admin-1', expiresInSeconds: 600 });
  const url = `http://127.0.0.1:${port}/events`;
  const input = {
    idempotencyKey: 'the-endpoint-of-the-test',
    url,
    description: 'test',
    reason: 'for a test',
  };
  const made = await new StaffApi(stack.url, token).mutate(
    'createEndpoint',
    '... on EndpointReceipt { endpoint { secret } }',
    input,
  );
  secret = (made as unknown as { endpoint: { secret: string } }).endpoint.secret;
}, 120_000);
afterAll(async () => {
  server?.close();
  await stack?.stop();
  await stack?.database.postgres.remove();
  await rm(dir, { recursive: true, force: true });
});

async function claim(playerId: string): Promise<void> {
  const token = await stack.signer.signToken({ kind: 'server', id: 'arena-1', expiresInSeconds: 600 });
  const input = { idempotencyKey: `a-claim-of-${playerId}`, playerId, type: 'weekly_chest' };
  await new StaffApi(stack.url, token).mutate('claimReward', '', input);
}
const arrives = (player: string) =>
  vi.waitFor(() => expect(arrived).toContain(player), { timeout: 40_000, interval: 100 });

test('the Queue wakes the sender after an operation, without the schedule', async () => {
  await claim('player-by-queue');
  await arrives('player-by-queue');
}, 60_000);

test('an event whose Worker was killed with its Queue is sent by the schedule', async () => {
  await claim('player-lost-1');
  // The local Queue holds its messages in memory, for a second after the first one.
  await stack.restartWorker();
  await fetch(`${new URL(stack.url).origin}/cdn-cgi/handler/scheduled`);
  await arrives('player-lost-1');
}, 90_000);
