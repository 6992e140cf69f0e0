// A game server on Workers: it signs a ticket and derives a key.
import { claimReward, createClient } from '@onceward/client';
import { createSigner, keyFor, serverToken } from '@onceward/server';

interface Env {
  readonly SIGNING_KEY: string;
}

export default {
  async fetch(_request, env) {
    const signer = await createSigner({
      key: JSON.parse(env.SIGNING_KEY),
      issuer: 'https://login.example.com/',
      audience: 'onceward',
    });
    const ticket = await signer.ticket({
      playerId: 'ana',
      type: 'pve_victory',
      key: 'm-17',
      facts: { floor: 12 },
    });
    const client = createClient({ url: 'http://127.0.0.1:9/graphql', token: serverToken(signer, 'arena-1') });
    const idempotencyKey = await keyFor('match', 'm-17', 'ana');
    const attempt = await client.send(claimReward, {
      playerId: 'ana',
      type: 'pve_victory',
      ticket,
      idempotencyKey,
    });
    return Response.json({ ticket, idempotencyKey, attempt: attempt.kind });
  },
} satisfies ExportedHandler<Env>;
