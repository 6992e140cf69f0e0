/**
 * Starts the local stack for the browser tests, with its own folder and port, and provides what test/browser/target.ts reads.
 * Without a browser nothing is started: the tests are skipped, or fail in CI.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { addStaff } from '../../cli/staff.ts';
import { type RunningStack, startLocalStack } from '../../dev/local-stack.ts';
import type { Signer } from '../../dev/sign.ts';
import { freePort } from '../../dev/system.ts';
import { STAFF_ROLES } from '../../src/domain/actor.ts';
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
  for (const role of STAFF_ROLES)
    await addStaff(stack.ownerDatabaseUrl, {
      id: `${role}-of-tests`,
      role,
      rewardLimit: null,
      dailyBudget: null,
    });
  const target = await describeTarget(stack);
  for (const [name, value] of Object.entries(target)) project.provide(name as keyof Target, value as never);
  return async () => {
    await stack.stop();
    await stack.database.postgres.remove();
    await rm(dir, { recursive: true, force: true });
  };
}

async function describeTarget({ url, signer, issuer, ownerDatabaseUrl }: RunningStack): Promise<Target> {
  const claim = { type: 'pve_victory', key: 'encounter-1' };
  const facts = { difficulty: 'hard', enemy_level: 10 };
  const staff = (id: string) => signer.signToken({ kind: 'staff', id, expiresInSeconds: TOKEN_SECONDS });
  const server = (id: string) => signer.signToken({ kind: 'server', id, expiresInSeconds: TOKEN_SECONDS });
  const player = { kind: 'player', id: 'player-1', expiresInSeconds: TOKEN_SECONDS } as const;
  return {
    adminUrl: new URL(url).origin,
    issuer: issuer.issuer,
    ownerDatabaseUrl,
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
    outboxPlayers: await Promise.all(
      Array.from({ length: OUTBOX_PLAYERS }, (_, index) => outboxPlayer(`outbox-${index}`, signer)),
    ),
    staffToken: await staff('admin-1'),
    staffTokens: Object.fromEntries(
      await Promise.all(STAFF_ROLES.map(async (role) => [role, await staff(`${role}-of-tests`)])),
    ),
    strangerToken: await staff('stranger'),
    serverToken: await server('arena-1'),
    spareServerToken: await server('arena-to-disable'),
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
