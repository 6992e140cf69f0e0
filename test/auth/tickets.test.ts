/** What a claim ticket vouches for, and every ticket that must not be believed. */
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
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`fact_${i}`, i]));

test('a genuine ticket says who may claim what, with which facts, and until when', async () => {
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

test('an expired ticket that is genuine is handed on as expired, so that a known key can replay', async () => {
  const ticket = await ticketOf(arena);
  const expired = async (seconds: number) => {
    const verified = await verify(ticket, secondsLater(seconds));
    return verified.kind === 'ticket' && verified.ticket.expired;
  };
  expect(await expired(904)).toBe(false);
  expect(await expired(905)).toBe(true);
  expect(await expired(365 * 86_400)).toBe(true);
});

test('an expired ticket that is forged stays invalid', async () => {
  const forged = await craft(stranger, {
    header: { alg: 'EdDSA', typ: 'onceward-ticket+jwt', kid: 'arena' },
    claims: { ...GOOD_TICKET, iat: NOW_SECONDS - 900, exp: NOW_SECONDS - 60 },
  });
  expect((await verify(forged)).kind).toBe('invalid');
});

test.each<[string, unknown, unknown]>([
  ['no facts', undefined, {}],
  ['empty facts', {}, {}],
  ['32 facts', many(32), many(32)],
  ['facts of each kind', { a: true, b_2: 'boss', c: -5 }, { a: true, b_2: 'boss', c: -5 }],
  ['the largest whole numbers', { a: 2 ** 53 - 1, b: 1 - 2 ** 53 }, { a: 2 ** 53 - 1, b: 1 - 2 ** 53 }],
  ['a text of 256 characters', { a: 'x'.repeat(256) }, { a: 'x'.repeat(256) }],
  ['a text beyond ASCII', { a: 'Großmeister 🐉' }, { a: 'Großmeister 🐉' }],
  ['a fact named like a method', { constructor: 1 }, { constructor: 1 }],
])('takes a ticket with %s', async (_, given, expected) => {
  const verified = await verify(await facts(given));
  expect(verified.kind === 'ticket' && verified.ticket.facts).toEqual(expected);
});

test.each<[string, () => Promise<string>, string]>([
  ['an access token in the place of a ticket', () => tokenOf(login), 'type'],
  ['an access token that has the claims of a ticket', () => tokenOf(any, GOOD_TICKET), 'type'],
  ['the type of any JWT', () => ticketOf(arena, {}, { typ: 'JWT' }), 'type'],
  ['a key that may not sign tickets', () => ticketOf(login), 'may not sign tickets'],
  ['a forged signature', () => ticketOf(stranger), 'signature'],
  ['another algorithm', () => ticketOf(arena, {}, { alg: 'HS256' }), 'algorithm'],
  ['an unknown key ID', () => ticketOf(arena, {}, { kid: 'other' }), 'unknown key ID'],
  ['another issuer', () => ticketOf(arena, { iss: 'https://evil.example/' }), 'issuer'],
  ['another audience', () => ticketOf(arena, { aud: 'another-game' }), 'audience'],
  ['no expiry', () => ticketOf(arena, { exp: undefined }), 'expiry'],
  ['no date of issue', () => ticketOf(arena, { iat: undefined }), 'when it was issued'],
  ['a date of issue in the future', () => ticketOf(arena, { iat: NOW_SECONDS + 60 }), 'future'],
  ['a start in the future', () => ticketOf(arena, { nbf: NOW_SECONDS + 60 }), 'not valid before'],
  ['more than 24 hours', () => ticketOf(arena, { exp: GOOD_TICKET.iat + 86_401 }), '24 hours'],
  ['no player', () => ticketOf(arena, { sub: undefined }), 'subject'],
  ['a player with NUL', () => ticketOf(arena, { sub: 'a\0' }), 'subject'],
  ['no claim type', () => ticketOf(arena, { type: undefined }), 'claim type'],
  ['a claim type with a quote', () => ticketOf(arena, { type: "x'--" }), 'claim type'],
  ['a claim type with capitals', () => ticketOf(arena, { type: 'PveVictory' }), 'claim type'],
  ['no claim key', () => ticketOf(arena, { key: undefined }), 'claim key'],
  ['an empty claim key', () => ticketOf(arena, { key: '' }), 'claim key'],
  ['a claim key of 129 characters', () => ticketOf(arena, { key: 'k'.repeat(129) }), 'claim key'],
  ['a claim key with a line break', () => ticketOf(arena, { key: 'k\n' }), 'claim key'],
  ['facts as a list', () => facts([1]), 'not an object'],
  ['facts as null', () => facts(null), 'not an object'],
  ['facts as text', () => facts('{}'), 'not an object'],
  ['33 facts', () => facts(many(33)), '32'],
  ['a fact with a capital', () => facts({ Floor: 1 }), 'name of a fact'],
  ['a fact without a name', () => facts({ '': 1 }), 'name of a fact'],
  ['a fact with a long name', () => facts({ [`f${'x'.repeat(64)}`]: 1 }), 'name of a fact'],
  ['a fact that would reach the prototype', () => facts(JSON.parse('{"__proto__": 1}')), 'name of a fact'],
  ['a fraction', () => facts({ floor: 1.5 }), '"floor"'],
  ['a number beyond exactness', () => facts({ floor: 2 ** 53 }), '"floor"'],
  ['a fact that is null', () => facts({ floor: null }), '"floor"'],
  ['a fact that is an object', () => facts({ floor: {} }), '"floor"'],
  ['a text of 257 characters', () => facts({ boss: 'x'.repeat(257) }), '"boss"'],
  ['a text with NUL', () => facts({ boss: 'a\0' }), '"boss"'],
  ['a text with a lone surrogate', () => facts({ boss: '\udc00' }), '"boss"'],
  [
    'more characters than the limit',
    () => ticketOf(arena, { filler: 'x'.repeat(MAX_TICKET_LENGTH) }),
    'longer',
  ],
])('refuses a ticket with %s', async (_, ticket, why) => {
  expect(await verify(await ticket())).toEqual({ kind: 'invalid', why: expect.stringMatching(/^ticket: /) });
  expect(await verify(await ticket())).toEqual({ kind: 'invalid', why: expect.stringContaining(why) });
});
