/** The keys of the local stack: kept, kept private, and good for what the Worker verifies. */
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LOCAL_AUDIENCE, LOCAL_ISSUER, loadOrCreateKeys, parseExpires } from '../../dev/keys.ts';
import { createSigner, createSigningKeys } from '../../dev/sign.ts';
import { tokenSettings } from '../../src/auth/settings.ts';
import { verifyTicket } from '../../src/auth/tickets.ts';
import { verifyAccessToken } from '../../src/auth/tokens.ts';

const dir = await mkdtemp(join(tmpdir(), 'onceward-keys-'));
afterAll(() => rm(dir, { recursive: true }));

const settingsFor = (JWKS: string) =>
  tokenSettings({ JWKS, TOKEN_ISSUER: LOCAL_ISSUER, TOKEN_AUDIENCE: LOCAL_AUDIENCE });

test('eight commands that start at once share one pair of keys, readable by the owner alone', async () => {
  const signers = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateKeys(dir)));
  expect(new Set(signers.map((signer) => signer.jwks)).size).toBe(1);
  expect((await loadOrCreateKeys(dir)).jwks).toBe(signers[0]?.jwks);
  expect((await stat(join(dir, 'keys.json'))).mode & 0o777).toBe(0o600);
});

test('the public keys hold nothing private', async () => {
  const { jwks } = await loadOrCreateKeys(dir);
  for (const key of JSON.parse(jwks).keys) expect(key).not.toHaveProperty('d');
});

test('what they sign is what the Worker takes', async () => {
  const keys = await loadOrCreateKeys(dir);
  const settings = settingsFor(keys.jwks);
  for (const kind of ['player', 'server', 'staff'] as const) {
    const token = await keys.signToken({ kind, id: 'sam', expiresInSeconds: 60 });
    const verified = await verifyAccessToken(token, settings, new Date());
    expect(verified).toEqual({ kind: 'actor', actor: { kind, id: 'sam' } });
  }
  const claim = { playerId: 'alice', type: 'pve_victory', key: 'fight-1', facts: { damage: 7 } };
  const ticket = await keys.signTicket({ ...claim, expiresInSeconds: 60 });
  expect(await verifyTicket(ticket, settings, new Date())).toMatchObject({ kind: 'ticket', ticket: claim });
});

test('a negative time signs what has already expired', async () => {
  const keys = await loadOrCreateKeys(dir);
  const settings = settingsFor(keys.jwks);
  const token = await keys.signToken({ kind: 'player', id: 'alice', expiresInSeconds: -60 });
  expect(await verifyAccessToken(token, settings, new Date())).toMatchObject({ why: /expired/ });
  const ticket = await keys.signTicket({ playerId: 'alice', type: 'x', key: 'y', expiresInSeconds: -60 });
  expect(await verifyTicket(ticket, settings, new Date())).toMatchObject({ ticket: { expired: true } });
});

test('keys of another checkout are not believed', async () => {
  const other = createSigner(await createSigningKeys());
  const token = await other.signToken({ kind: 'staff', id: 'sam', expiresInSeconds: 60 });
  const settings = settingsFor((await loadOrCreateKeys(dir)).jwks);
  expect((await verifyAccessToken(token, settings, new Date())).kind).toBe('invalid');
});

test('a damaged file is reported, not replaced', async () => {
  const damaged = await mkdtemp(join(dir, 'damaged-'));
  for (const text of ['', '{}', '{"tokens":{}}']) {
    await writeFile(join(damaged, 'keys.json'), text);
    await expect(loadOrCreateKeys(damaged)).rejects.toThrow('does not hold signing keys');
  }
});

test('times are written with a unit', () => {
  expect(['90s', '15m', '8h', '7d'].map(parseExpires)).toEqual([90, 900, 28_800, 604_800]);
  for (const text of ['', '8', '0h', '-1h', '1.5h', '3y', '8 h']) {
    expect(() => parseExpires(text)).toThrow('--expires');
  }
});
