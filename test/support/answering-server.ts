// A server on this machine that answers paths with fixed JSON.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `date`: of the header; else the real one. */
export async function withAnswers<T>(
  answers: Readonly<Record<string, readonly [number, object]>>,
  { date, use }: { readonly date?: Date; readonly use: (origin: string) => Promise<T> },
): Promise<T> {
  const server = createServer((request, response) => {
    const [status, body] = answers[request.url ?? ''] ?? [404, {}];
    if (date) response.setHeader('date', date.toUTCString());
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}
