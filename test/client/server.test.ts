/** What game servers use: keys from events, signatures that Onceward accepts, and calls that end. */
import { exportJWK, generateKeyPair } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Attempt, Client } from '../../packages/client/src/client.ts';
import { advanceProgress } from '../../packages/client/src/generated.ts';
import { call } from '../../packages/server/src/call.ts';
import { keyFor } from '../../packages/server/src/keys.ts';
import { createSigner, serverToken } from '../../packages/server/src/sign.ts';
import { tokenSettings } from '../../src/auth/settings.ts';
import { verifyTicket } from '../../src/auth/tickets.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';
import { PATTERNS } from '../../src/domain/values.ts';

describe('the key of an event', () => {
  it('is the same for the same parts, and one that Onceward accepts', async () => {
    const key = await keyFor('match', 'm-17', 'player:ana');
    expect(await keyFor('match', 'm-17', 'player:ana')).toBe(key);
    expect(key).toMatch(PATTERNS.idempotencyKey.expression);
  });

  it('differs for parts that only read alike', async () => {
    const keys = await Promise.all([
      keyFor('ab', 'c'),
      keyFor('a', 'bc'),
      keyFor('abc'),
      keyFor('c', 'ab'),
      keyFor('1'),
      keyFor(1),
      keyFor('1:', 'a'),
      keyFor('', 'ab', 'c'),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('takes no number that text would round, and no empty list', async () => {
    await expect(keyFor(0.1)).rejects.toThrow(TypeError);
    await expect(keyFor(2 ** 53)).rejects.toThrow(TypeError);
    await expect(keyFor()).rejects.toThrow(TypeError);
  });
});

describe('a signer', () => {
  const names = { issuer: 'https://login.example/', audience: 'onceward' };

  async function keyPair() {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
    const key = { ...(await exportJWK(privateKey)), kid: 'game-1', alg: 'EdDSA' };
    const { d: _, ...published } = key as Record<string, unknown>;
    const jwks = JSON.stringify({ keys: [{ ...published, 'onceward:kinds': ['server', 'ticket'] }] });
    return {
      key,
      settings: tokenSettings({ JWKS: jwks, TOKEN_ISSUER: names.issuer, TOKEN_AUDIENCE: names.audience }),
    };
  }

  it('signs tickets and tokens that Onceward accepts', async () => {
    const { key, settings } = await keyPair();
    const signer = await createSigner({ key, ...names });
    const request = { playerId: 'ana', type: 'pve_victory', key: 'm-17', facts: { floor: 3 } };
    const verified = await verifyTicket(await signer.ticket(request), settings, new Date());
    expect(verified).toMatchObject({ kind: 'ticket', ticket: { ...request, expired: false } });
    const token = await serverToken(signer, 'arena-1')(false);
    expect(await verifyAccessToken(token, settings, new Date())).toMatchObject({
      kind: 'actor',
      actor: { kind: 'server', id: 'arena-1' },
    });
  });

  it('refuses a key without its private part, and a ticket that Onceward would refuse', async () => {
    const { key } = await keyPair();
    const { d: _, ...published } = key as Record<string, unknown>;
    await expect(createSigner({ key: published, ...names })).rejects.toThrow(/private Ed25519/);
    const signer = await createSigner({ key, ...names });
    const ticket = { playerId: 'ana', type: 'pve_victory', key: 'm-17', expiresInSeconds: 86_401 };
    await expect(signer.ticket(ticket)).rejects.toThrow(RangeError);
  });

  it('signs a token once until it is about to expire, or was refused', async () => {
    let signed = 0;
    const signer = { ticket: async () => '', token: async () => `token-${++signed}` };
    const token = serverToken(signer, 'arena-1');
    expect([await token(false), await token(false), await token(true)]).toEqual([
      'token-1',
      'token-1',
      'token-2',
    ]);
  });
});

describe('a call', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  const fault = (code: string, retryable: boolean): Attempt<unknown> => ({
    kind: 'fault',
    code,
    message: code,
    field: null,
    retryable,
    retryAfterMs: null,
    correlationId: 'c-2',
  });
  const answer: Attempt<unknown> = {
    kind: 'answer',
    result: { __typename: 'Receipt' },
    correlationId: 'c-1',
  };
  const lost: Attempt<unknown> = { kind: 'lost', message: 'connection reset' };

  async function outcomeOf(attempts: Attempt<unknown>[], last: Attempt<unknown> = answer) {
    const keys: string[] = [];
    const client = {
      send: async (_: unknown, { idempotencyKey }: { idempotencyKey: string }) => {
        keys.push(idempotencyKey);
        return attempts.shift() ?? last;
      },
    } as unknown as Client;
    const input = { playerId: 'ana', key: 'm-17', counters: [{ counter: 'wins', by: 1 }] };
    const called = call(client, advanceProgress, input, { key: 'ev-0123456789abcdef', deadlineMs: 10_000 });
    await vi.advanceTimersByTimeAsync(11_000);
    return { outcome: await called, keys };
  }

  it('is sent again under its key until there is an answer', async () => {
    const { outcome, keys } = await outcomeOf([lost, fault('UNAVAILABLE', true)]);
    expect(outcome).toMatchObject({ kind: 'result', correlationId: 'c-1' });
    expect(keys).toEqual(Array(3).fill('ev-0123456789abcdef'));
  });

  it('ends with a fault that no retry would change', async () => {
    const { outcome, keys } = await outcomeOf([fault('FORBIDDEN', false)]);
    expect(outcome).toMatchObject({ kind: 'fault', code: 'FORBIDDEN' });
    expect(keys).toHaveLength(1);
  });

  it('ends as unknown at its deadline', async () => {
    const { outcome, keys } = await outcomeOf([], lost);
    expect(outcome).toEqual({ kind: 'unknown', message: 'connection reset' });
    expect(keys.length).toBeGreaterThan(4);
    expect(keys.length).toBeLessThan(20);
  });
});
