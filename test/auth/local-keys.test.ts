/** The signing keys of the local stack: stored once, kept private, and accepted by the Worker's verification. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadOrCreateKeys, parseExpires } from '../../dev/keys.ts';
import { createSigner, createSigningKeys, LOCAL_AUDIENCE, LOCAL_ISSUER } from '../../dev/sign.ts';
import { tokenSettings } from '../../src/auth/settings.ts';
import { verifyTicket } from '../../src/auth/tickets.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';

const dir = await mkdtemp(join(tmpdir(), 'onceward-keys-'));
afterAll(() => rm(dir, { recursive: true }));

const settingsFor = (JWKS: string) =>
  tokenSettings({ JWKS, TOKEN_ISSUER: LOCAL_ISSUER, TOKEN_AUDIENCE: LOCAL_AUDIENCE });

test('eight commands that start at once share one pair of keys, and only the owner can read the file', async () => {
  const signers = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateKeys(dir)));
  expect(new Set(signers.map((signer) => signer.jwks)).size).toBe(1);
  expect((await loadOrCreateKeys(dir)).jwks).toBe(signers[0]?.jwks);
  expect((await stat(join(dir, 'keys.json'))).mode & 0o777).toBe(0o600);
});

test('the public keys contain no private part', async () => {
  const { jwks } = await loadOrCreateKeys(dir);
  for (const key of JSON.parse(jwks).keys) expect(key).not.toHaveProperty('d');
});

test('the Worker accepts tokens and tickets that the local keys signed', async () => {
  const keys = await loadOrCreateKeys(dir);
  const settings = settingsFor(keys.jwks);
  for (const kind of ['player', 'server', 'staff'] as const) {
    const token = await keys.signToken({ kind, id: 'sam', expiresInSeconds: 60 });
    const verified = await verifyAccessToken(token, settings, new Date());
    expect(verified).toMatchObject({ kind: 'actor', actor: { kind, id: 'sam' } });
  }
  const claim = { playerId: 'alice', type: 'pve_victory', key: 'fight-1', facts: { damage: 7 } };
  const ticket = await keys.signTicket({ ...claim, expiresInSeconds: 60 });
  expect(await verifyTicket(ticket, settings, new Date())).toMatchObject({ kind: 'ticket', ticket: claim });
});

test('a negative lifetime signs a token or ticket that has already expired', async () => {
  const keys = await loadOrCreateKeys(dir);
  const settings = settingsFor(keys.jwks);
  const token = await keys.signToken({ kind: 'player', id: 'alice', expiresInSeconds: -120 });
  expect(await verifyAccessToken(token, settings, new Date())).toMatchObject({ why: /expired/ });
  const ticket = await keys.signTicket({ playerId: 'alice', type: 'x', key: 'y', expiresInSeconds: -120 });
  expect(await verifyTicket(ticket, settings, new Date())).toMatchObject({ ticket: { expired: true } });
});

test('a token signed by the keys of another checkout is invalid', async () => {
  const other = createSigner(await createSigningKeys());
  const token = await other.signToken({ kind: 'staff', id: 'sam', expiresInSeconds: 60 });
  const settings = settingsFor((await loadOrCreateKeys(dir)).jwks);
  expect((await verifyAccessToken(token, settings, new Date())).kind).toBe('invalid');
});

test('a damaged key file is reported and not replaced', async () => {
  const damaged = await mkdtemp(join(dir, 'damaged-'));
  for (const text of ['', '{}', '{"tokens":{}}']) {
    await writeFile(join(damaged, 'keys.json'), text);
    await expect(loadOrCreateKeys(damaged)).rejects.toThrow('does not hold signing keys');
  }
});

test('--expires takes a whole number with a unit', () => {
  expect(['90s', '15m', '8h', '7d'].map(parseExpires)).toEqual([90, 900, 28_800, 604_800]);
  for (const text of ['', '8', '0h', '-1h', '1.5h', '3y', '8 h']) {
    expect(() => parseExpires(text)).toThrow('--expires');
  }
});
