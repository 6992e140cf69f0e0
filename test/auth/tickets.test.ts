/** Which claim tickets are accepted, and what a verified ticket contains. */
import { expect, test } from 'vitest';
import { MAX_TICKET_LENGTH, verifyTicket } from '../../src/auth/tickets.ts';
import {
  craft,
  GOOD_TICKET,
  makeKey,
  NOW,
  NOW_SECONDS,
  secondsLater,
  settingsOf,
  ticketOf,
  tokenOf,
} from './support.ts';

const arena = await makeKey('EdDSA', 'arena', { 'onceward:kinds': ['ticket'] });
const login = await makeKey('EdDSA', 'login', { 'onceward:kinds': ['player', 'server', 'staff'] });
const any = await makeKey('ES256', 'any');
const stranger = await makeKey('EdDSA', 'arena');
const settings = settingsOf([arena.jwk, login.jwk, any.jwk]);
const verify = (ticket: string, now = NOW) => verifyTicket(ticket, settings, now);
const facts = (value: unknown) => ticketOf(arena, { facts: value });

test('a valid ticket yields its player, claim type, claim key, facts and expiry', async () => {
  expect(await verify(await ticketOf(arena))).toEqual({
    kind: 'ticket',
    ticket: {
      playerId: 'alice',
      type: 'ascension_victory',
      key: 'tower-1',
      facts: { floor: 12 },
      expiresAt: new Date((NOW_SECONDS + 900) * 1000),
      expired: false,
    },
  });
});

test('a genuine ticket past its expiry is returned as expired, so that a known idempotency key can replay', async () => {
  const ticket = await ticketOf(arena);
  const expired = async (seconds: number) => {
    const verified = await verify(ticket, secondsLater(seconds));
    return verified.kind === 'ticket' && verified.ticket.expired;
  };
  expect(await expired(959)).toBe(false);
  expect(await expired(960)).toBe(true);
  expect(await expired(365 * 86_400)).toBe(true);
});

test('a forged ticket past its expiry is invalid, not expired', async () => {
  const forged = await craft(stranger, {
    header: { alg: 'EdDSA', typ: 'onceward-ticket+jwt', kid: 'arena' },
    claims: { ...GOOD_TICKET, iat: NOW_SECONDS - 900, exp: NOW_SECONDS - 90 },
  });
  expect((await verify(forged)).kind).toBe('invalid');
});

test.each<[string, unknown, unknown]>([
  ['no facts', undefined, {}],
  ['facts of each kind', { a: true, b_2: 'boss', c: -5 }, { a: true, b_2: 'boss', c: -5 }],
])('accepts a ticket with %s', async (_, given, expected) => {
  const verified = await verify(await facts(given));
  expect(verified.kind === 'ticket' && verified.ticket.facts).toEqual(expected);
});

test.each<[string, () => Promise<string>, string]>([
  ['the type of an access token', () => tokenOf(login), 'type'],
  ['the type of an access token and the claims of a ticket', () => tokenOf(any, GOOD_TICKET), 'type'],
  ['the general type JWT', () => ticketOf(arena, {}, { typ: 'JWT' }), 'type'],
  ['a key that may not sign tickets', () => ticketOf(login), 'may not sign tickets'],
  ['a forged signature', () => ticketOf(stranger), 'signature'],
  ['another algorithm', () => ticketOf(arena, {}, { alg: 'HS256' }), 'algorithm'],
  ['an unknown key ID', () => ticketOf(arena, {}, { kid: 'other' }), 'unknown key ID'],
  ['another issuer', () => ticketOf(arena, { iss: 'https://evil.example/' }), 'issuer'],
  ['another audience', () => ticketOf(arena, { aud: 'another-game' }), 'audience'],
  ['no expiry', () => ticketOf(arena, { exp: undefined }), 'expiry'],
  ['no issue date', () => ticketOf(arena, { iat: undefined }), 'when it was issued'],
  ['a start after its expiry', () => ticketOf(arena, { nbf: GOOD_TICKET.exp + 1 }), 'not valid before'],
  ['a lifetime of more than 24 hours', () => ticketOf(arena, { exp: GOOD_TICKET.iat + 86_401 }), '24 hours'],
  ['no subject', () => ticketOf(arena, { sub: undefined }), 'subject'],
  ['a subject with NUL', () => ticketOf(arena, { sub: 'a\0' }), 'subject'],
  ['no claim type', () => ticketOf(arena, { type: undefined }), 'claim type'],
  ['a claim type with a quote', () => ticketOf(arena, { type: "x'--" }), 'claim type'],
  ['a claim type with capitals', () => ticketOf(arena, { type: 'PveVictory' }), 'claim type'],
  ['no claim key', () => ticketOf(arena, { key: undefined }), 'claim key'],
  ['an empty claim key', () => ticketOf(arena, { key: '' }), 'claim key'],
  ['a claim key of 256 characters', () => ticketOf(arena, { key: 'k'.repeat(256) }), 'claim key'],
  ['a claim key with a space', () => ticketOf(arena, { key: 'tower 1' }), 'claim key'],
  ['a claim key with a line break', () => ticketOf(arena, { key: 'k\n' }), 'claim key'],
  ['facts as a list', () => facts([1]), 'not an object'],
  ['a fact with a capital', () => facts({ Floor: 1 }), 'name of a fact'],
  ['a fraction', () => facts({ floor: 1.5 }), '"floor"'],
  [
    'more characters than allowed',
    () => ticketOf(arena, { filler: 'x'.repeat(MAX_TICKET_LENGTH) }),
    'longer',
  ],
])('rejects a ticket with %s', async (_, ticket, why) => {
  expect(await verify(await ticket())).toEqual({ kind: 'invalid', why: expect.stringMatching(/^ticket: /) });
  expect(await verify(await ticket())).toEqual({ kind: 'invalid', why: expect.stringContaining(why) });
});

test.each<[string, Record<string, unknown>, Record<string, unknown>, string]>([
  ['another issuer', { iss: 'https://evil.example/' }, {}, 'issuer'],
  ['no issuer', { iss: undefined }, {}, 'issuer'],
  ['another audience', { aud: 'another-game' }, {}, 'audience'],
  ['another type', {}, { typ: 'at+jwt' }, 'type'],
  ['a start in the future', { nbf: NOW_SECONDS + 60 }, {}, 'not valid before'],
  ['a start that is text', { nbf: '0' }, {}, 'nbf'],
  ['no issue date', { iat: undefined }, {}, 'when it was issued'],
  ['an expiry before its issue date', { iat: NOW_SECONDS - 80 }, {}, 'before it was issued'],
  ['a negative expiry', { exp: -1 }, {}, 'expiry'],
  ['no subject', { sub: undefined }, {}, 'subject'],
])('a ticket past its expiry with %s is invalid, not expired', async (_, claims, header, why) => {
  const past = { iat: NOW_SECONDS - 900, exp: NOW_SECONDS - 90, ...claims };
  const verified = await verify(await ticketOf(arena, past, header));
  expect(verified).toEqual({ kind: 'invalid', why: expect.stringContaining(why) });
});

test.each([
  ['issued in the future', { iat: NOW_SECONDS + 90 }],
  ['not valid yet', { nbf: NOW_SECONDS + 90 }],
])('a ticket that is only %s says how long to wait, and is accepted then', async (_, claims) => {
  const ticket = await ticketOf(arena, claims);
  expect(await verify(ticket)).toMatchObject({
    kind: 'early',
    why: expect.stringMatching(/^ticket: /),
    seconds: 30,
  });
  expect((await verify(ticket, secondsLater(30))).kind).toBe('ticket');
});

test.each<[string, Record<string, unknown>]>([
  ['no claim type', { type: undefined }],
  ['facts as a list', { facts: [] }],
])('a ticket that is too early and has %s is invalid, not early', async (_, claims) => {
  const ticket = await ticketOf(arena, { iat: NOW_SECONDS + 300, ...claims });
  expect((await verify(ticket)).kind).toBe('invalid');
});

test("a store's purchase token of 144 characters fits a claim key, as any printable text does", async () => {
  const key = `${'a.AO-J1Oz/+='.repeat(12)}`;
  expect(key).toHaveLength(144);
  expect(await verify(await ticketOf(arena, { key }))).toMatchObject({ ticket: { key } });
});
