// An adapter for the command `onceward-conformance`, for the server of test/conformance/naive-server.ts.
import type { Adapter } from '@onceward/conformance';

async function send<Answer>(url: string, body: object): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Answer;
}

export default {
  claim: (url, request) => send(url, request),
  balance: (url, player) => send(url, { player }),
} satisfies Adapter;
