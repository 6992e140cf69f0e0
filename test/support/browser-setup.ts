/**
 * Starts the local stack for the browser tests, with its own folder and port, and provides what test/browser/target.ts reads.
 * Without a browser nothing is started: the tests are skipped, or fail in CI.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startLocalStack } from '../../dev/local-stack.ts';
import type { Signer } from '../../dev/sign.ts';
import { freePort } from '../../dev/system.ts';
import { missingBrowser } from '../browser/chromium.ts';
import type { OutboxPlayer, Target } from '../browser/target.ts';

const TOKEN_SECONDS = 3_600;
const OUTBOX_PLAYERS = 8;

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const missing = missingBrowser();
  if (missing !== null) {
    console.warn(`The browser tests ${process.env.CI === 'true' ? 'fail' : 'are skipped'}: ${missing}.`);
    return undefined;
  }
  const dir = await mkdtemp(join(tmpdir(), 'onceward-browser-'));
  const quiet = () => {};
  const stack = await startLocalStack({
    dir,
    port: await freePort(),
    log: quiet,
    onLine: quiet,
    environment: 'production',
    play: true,
  });
  const target = await describeTarget(new URL(stack.url).origin, stack.signer);
  for (const [name, value] of Object.entries(target)) project.provide(name as keyof Target, value as never);
  return async () => {
    await stack.stop();
    await stack.database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  };
}

async function describeTarget(adminUrl: string, signer: Signer): Promise<Target> {
  const claim = { type: 'pve_victory', key: 'encounter-1' };
  const facts = { difficulty: 'hard', enemy_level: 10 };
  const player = { kind: 'player', id: 'player-1', expiresInSeconds: TOKEN_SECONDS } as const;
  return {
    adminUrl,
    playerToken: await signer.signToken(player),
    playerTicket: {
      ...claim,
      ticket: await signer.signTicket({
        playerId: player.id,
        ...claim,
        facts,
        expiresInSeconds: TOKEN_SECONDS,
      }),
    },
    staffToken: await signer.signToken({ kind: 'staff', id: 'admin-1', expiresInSeconds: TOKEN_SECONDS }),
    outboxPlayers: await Promise.all(
      Array.from({ length: OUTBOX_PLAYERS }, (_, index) => outboxPlayer(`outbox-${index}`, signer)),
    ),
  };
}

async function outboxPlayer(id: string, signer: Signer): Promise<OutboxPlayer> {
  const [token, expiredToken] = await Promise.all(
    [TOKEN_SECONDS, -60].map((expiresInSeconds) =>
      signer.signToken({ kind: 'player', id, expiresInSeconds }),
    ),
  );
  return { id, token: token ?? '', expiredToken: expiredToken ?? '' };
}
