/** Serves the consumer: `DATABASE_URL=… WEBHOOK_SECRET=whsec_… node examples/webhook-consumer/server.ts`, behind a proxy with TLS. */
import { createServer, type IncomingMessage } from 'node:http';
import { consume, openPool, TABLES } from './consume.ts';

const { DATABASE_URL = '', WEBHOOK_SECRET = '', OLD_WEBHOOK_SECRET, PORT = '8788' } = process.env;
const pool = openPool(DATABASE_URL);
await pool.query(TABLES);
const secrets = OLD_WEBHOOK_SECRET ? [WEBHOOK_SECRET, OLD_WEBHOOK_SECRET] : [WEBHOOK_SECRET];
/** An event is a few kilobytes. */
const MAX_BYTES = 1_000_000;

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new RangeError('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

createServer(async (message, answer) => {
  try {
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
    const body = await bodyOf(message);
    const request = new Request('http://consumer/', {
      method: 'POST',
      headers: headers as [string, string][],
      body,
    });
    answer.writeHead((await consume(pool, secrets, request)).status).end();
  } catch {
    answer.writeHead(500).end();
  }
}).listen(Number(PORT), () => console.log(`listening on port ${PORT}`));
