/**
 * A consumer of events that is slow, answers errors at random and is killed: a process of its own. It appends each event that it accepts
 * to a file before it answers, as a consumer with a database would commit first.
 */
import { appendFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyWebhook } from '../../packages/server/src/webhooks.ts';
import { Random } from '../random.ts';

const [port, file, secret, seed] = process.argv.slice(2) as [string, string, string, string];
const random = new Random(seed);

/** Of all requests. The rest is accepted. */
const ERRORS = 0.03;
const ERRORS_AFTER_ACCEPTING = 0.01;
const SLOW = 0.02;
const MAX_DELAY_MS = 400;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const append = (line: object) => appendFileSync(file, `${JSON.stringify(line)}\n`);

async function answer(request: IncomingMessage): Promise<number> {
  const body = await bodyOf(request);
  const headers = request.headers as Record<string, string>;
  const event = await verifyWebhook({ headers, body }, { secrets: secret }).catch(() => null);
  if (event === null) {
    append({ refused: headers['webhook-id'] ?? 'nothing' });
    return 400;
  }
  if (random.next() < SLOW) await sleep(random.next() * MAX_DELAY_MS);
  const chance = random.next();
  if (chance < ERRORS) return 500;
  const { id, player, number, counterparty, counterpartyNumber } = event;
  append({ id, player, number, counterparty, counterpartyNumber });
  return chance < ERRORS + ERRORS_AFTER_ACCEPTING ? 503 : 204;
}

createServer((request, response) => {
  answer(request).then(
    (status) => response.writeHead(status).end(),
    () => response.destroy(),
  );
}).listen(Number(port), '127.0.0.1');
