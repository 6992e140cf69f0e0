/**
 * For each scalar of the schema: a value that it takes, and values that it does not take, with the bound that the fault names.
 * Tests that walk the schema use it, so a new scalar fails them until it has a row here.
 */
import { encodeClaimId } from '../../../src/domain/claim-id.ts';
import { UNKNOWN_CLAIM } from './ledger-state.ts';
import { fresh, freshKey } from './service.ts';

export interface ScalarValues {
  /** A value that most operations can use. */
  readonly accepted: (playerId: string) => unknown;
  /** Another accepted value, which no scene has. */
  readonly other: unknown;
  readonly bound: RegExp;
  readonly malformed: readonly unknown[];
}

const MAX = Number.MAX_SAFE_INTEGER;
const NOT_INTEGERS = [1.5, 2 ** 53, -(2 ** 53), 1e300, '5', true, [5], {}];
const NOT_TEXTS = [7, true, ['x'], { text: 'x' }];

const integer = (least: number, most: number, outside: readonly number[]): ScalarValues => ({
  accepted: () => 1,
  other: 7,
  bound: new RegExp(`must be an integer from ${least < 0 ? `−${-least}` : least} to ${most}`),
  malformed: [...NOT_INTEGERS, ...outside],
});

const SCALAR_VALUES: Readonly<Record<string, ScalarValues>> = {
  IdempotencyKey: {
    accepted: () => freshKey(),
    other: 'another-key-0123456789',
    bound: /must be 16 to 255 characters of A–Z a–z 0–9 _ \. : -, not beginning with onceward:/,
    malformed: [
      'k'.repeat(15),
      'k'.repeat(256),
      `onceward:import:${'0'.repeat(64)}`,
      '',
      'a key with blanks in it',
      'key-0123456789abc\n',
      'key-0123456789\0abc',
      'key-0123456789\ud800abc',
      // The second letter is Cyrillic.
      'kеy-0123456789abcdef',
      "'; DROP TABLE onceward.players; --",
      1234567890123456,
      ['key-0123456789abcdef'],
      { key: 'key-0123456789abcdef' },
    ],
  },
  PlayerId: {
    accepted: (playerId) => playerId,
    other: 'nobody-at-all',
    bound: /must be 1 to 255 printable ASCII characters without space/,
    malformed: ['', 'a b', 'p'.repeat(256), 'pé', 'p\x7f', 'p\n', 'p\0', 'p\ud83d', ...NOT_TEXTS],
  },
  ClaimType: {
    accepted: () => 'tournament_reward',
    other: 'no_such_type',
    bound: /must be 1 to 64 characters of a–z 0–9 _/,
    malformed: ['', 'PveVictory', 'a'.repeat(65), "x' OR 1=1", 'x\0', ...NOT_TEXTS],
  },
  ClaimKey: {
    accepted: () => fresh('cup'),
    other: 'another-key',
    bound: /must be 1 to 255 printable ASCII characters without space/,
    malformed: ['', 'k'.repeat(256), 'cup 1', 'cup\0', 'cup\udfff', 'cup🏆', ...NOT_TEXTS],
  },
  ClaimId: {
    accepted: () => encodeClaimId(crypto.randomUUID().replaceAll('-', '').slice(0, 20), 7),
    other: UNKNOWN_CLAIM,
    bound: /must be a claim ID: 17 to 23 characters/,
    malformed: [
      '',
      'claim-1',
      crypto.randomUUID(),
      // Too short, with a leading zero, with a letter that is not used, and with a number that no player has.
      UNKNOWN_CLAIM.slice(1),
      `${UNKNOWN_CLAIM.slice(0, -1)}01`,
      `${UNKNOWN_CLAIM.slice(0, -1)}u`,
      `${UNKNOWN_CLAIM.slice(0, -1)}zzzzzzz`,
      'eyJhbGciOiJFZERTQSJ9.e30.c2ln',
      ...NOT_TEXTS,
    ],
  },
  Code: {
    accepted: () => 'K7Q2-M9XT-4HVW-80ZR-K',
    other: 'spring-2o26-a',
    bound: /must be a code as it was printed: 7 to 25 characters of 0–9 A–Z without I L O U/,
    malformed: [
      '',
      // Too short, too long, with a letter that is not used, and with a check character that is not its own.
      '000000',
      '0'.repeat(26),
      'K7Q2-M9XT-4HVW-80ZU-K',
      'K7Q2-M9XT-4HVW-80ZR-M',
      'K7Q2 M9XT 4HVW 80ZR K',
      'K7Q2-M9XT-4HVW-80ZR-K\0',
      ...NOT_TEXTS,
    ],
  },
  ResourceName: {
    accepted: () => 'lumees',
    other: 'gold',
    bound: /must be 1 to 64 characters of a–z 0–9 _ and at most one colon/,
    malformed: ['', 'Lumees', 'shards:fire:red', 'l'.repeat(65), 'lumees\0', ...NOT_TEXTS],
  },
  StatName: {
    accepted: () => 'energy',
    other: 'no_such_stat',
    bound: /must be 1 to 64 characters of a–z 0–9 _/,
    malformed: ['', 'Energy', 'stat:energy', 's'.repeat(65), 'energy\0', ...NOT_TEXTS],
  },
  Language: {
    accepted: () => 'de',
    other: 'pt-BR',
    bound: /must be a language tag of BCP 47/,
    malformed: ['', 'DE', 'de_AT', 'german', 'de-at', 'zh-hant', 'd'.repeat(65), ...NOT_TEXTS],
  },
  Tag: {
    accepted: () => 'shop',
    other: 'daily',
    bound: /must be 1 to 64 characters of a–z 0–9 _, beginning with a letter/,
    malformed: ['', 'Shop', '_shop', 's'.repeat(65), 'shop\0', ...NOT_TEXTS],
  },
  Terms: {
    accepted: () => '0'.repeat(32),
    other: 'f'.repeat(32),
    bound: /must be 32 characters of 0–9 a–f/,
    malformed: ['', '0'.repeat(31), '0'.repeat(33), 'F'.repeat(32), 'g'.repeat(32), ...NOT_TEXTS],
  },
  Seed: {
    accepted: () => fresh('seed'),
    other: 'another-seed-that-is-long-enough',
    bound: /must be 32 to 128 characters of A–Z a–z 0–9 _ -/,
    malformed: [
      '',
      's'.repeat(31),
      's'.repeat(129),
      `${'s'.repeat(40)}.`,
      `${'s'.repeat(40)}\0`,
      ...NOT_TEXTS,
    ],
  },
  ConfigPath: {
    accepted: () => 'claimTypes.daily_quest.period',
    other: 'tiers.list[2].from',
    bound: /must be 1 to 255 characters of A–Z a–z 0–9 _ \$ \. : \[ \], beginning with a letter or \$/,
    malformed: ['', '.period', 'p'.repeat(256), 'daily quest', 'path\0', 'path-1', ...NOT_TEXTS],
  },
  CorrelationId: {
    accepted: () => fresh('story'),
    other: 'another-story',
    bound: /must be 8 to 128 characters of A–Z a–z 0–9 _ \. : -/,
    malformed: ['', 'short', 's'.repeat(129), 'a story with blanks', 'story-12\0', ...NOT_TEXTS],
  },
  Text: {
    accepted: () => 'an honest text',
    other: 'another text',
    bound: /must be a text of at most 8192 characters, without NUL and without lone surrogates/,
    malformed: ['good\0text', 'good \ud800 text', 't'.repeat(8193), ...NOT_TEXTS],
  },
  BalanceDocument: {
    accepted: () => '{}',
    other: '{"resources": {}}',
    bound: /must be a text of at most 786432 characters, without NUL and without lone surrogates/,
    malformed: ['{"a": "\0"}', '"\ud800"', ' '.repeat(786_433), ...NOT_TEXTS],
  },
  Reason: {
    accepted: () => fresh('reason'),
    other: 'another reason',
    bound: /must be 3 to 500 characters, without NUL and without lone surrogates/,
    malformed: [
      'ab',
      ' \t\n    ',
      'r'.repeat(501),
      '🏆'.repeat(501),
      'good\0reason',
      'good \ud800 reason',
      ...NOT_TEXTS,
    ],
  },
  Title: {
    accepted: () => 'A gift',
    other: 'Another gift',
    bound: /must be 1 to 100 characters, not white space alone, without NUL and without lone surrogates/,
    malformed: ['', ' \t\n ', 't'.repeat(101), 'good\0title', 'good \ud800 title', ...NOT_TEXTS],
  },
  MessageText: {
    accepted: () => 'For the time that we were offline.',
    other: 'Another text',
    bound: /must be 1 to 1000 characters, not white space alone, without NUL and without lone surrogates/,
    malformed: ['', ' \t\n ', 't'.repeat(1001), 'good\0text', 'good \ud800 text', ...NOT_TEXTS],
  },
  MessageName: {
    accepted: () => 'welcome_back',
    other: 'no_such_message',
    bound: /must be 1 to 64 characters of a–z 0–9 _, beginning with a letter/,
    malformed: ['', 'Welcome', '_welcome', 'm'.repeat(65), 'welcome\0', ...NOT_TEXTS],
  },
  NoteText: {
    accepted: () => 'asked twice about the same order',
    other: 'another note',
    bound: /must be 1 to 2000 characters, not white space alone, without NUL and without lone surrogates/,
    malformed: ['', ' \t\n ', 't'.repeat(2001), 'good\0text', 'good \ud800 text', ...NOT_TEXTS],
  },
  RoleName: {
    accepted: () => 'support',
    other: 'economist',
    bound: /must be 1 to 64 characters of a–z 0–9 _, beginning with a letter, and not server/,
    malformed: ['', 'Support', '_lead', 'server', 'r'.repeat(65), 'support\0', ...NOT_TEXTS],
  },
  Permission: {
    accepted: () => 'ledger:read',
    other: 'ledger:search',
    bound: /must be a–z on both sides of a colon/,
    malformed: ['', 'ledger', 'Ledger:read', 'ledger:read:all', `${'l'.repeat(33)}:read`, ...NOT_TEXTS],
  },
  KeyId: {
    accepted: () => 'key-2026-11',
    other: 'another-key',
    bound: /must be 1 to 255 printable ASCII characters without space/,
    malformed: ['', 'key 1', 'k'.repeat(256), 'ké', 'key\0', ...NOT_TEXTS],
  },
  OperationName: {
    accepted: () => 'claimReward',
    other: 'reverseClaim',
    bound: /must be 1 to 64 characters of A–Z a–z 0–9, beginning with a lowercase letter/,
    malformed: ['', 'ClaimReward', 'claim_reward', '1claim', 'c'.repeat(65), 'claim\0', ...NOT_TEXTS],
  },
  Facts: {
    accepted: () => ({ rank: 1, participants: 16 }),
    other: { rank: 2, participants: 16 },
    bound: /must be an object of facts/,
    malformed: [
      [1],
      '{"rank": 1}',
      Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`fact_${index}`, 1])),
      { Rank: 1 },
      { rank: 1.5 },
      { rank: null },
      { rank: { value: 1 } },
      { rank: 2 ** 53 },
      { rank: 'x'.repeat(257) },
      { rank: 'a\0' },
      { rank: '\ud83d' },
    ],
  },
  SafeInt: integer(-MAX, MAX, []),
  NonNegativeInt: integer(0, MAX, [-1, -MAX]),
  PositiveInt: integer(1, MAX, [0, -1, -MAX]),
  Quantity: integer(1, 100, [0, -1, 101, MAX]),
  Day: {
    accepted: () => '2026-11-22',
    other: '2026-11-23',
    bound: /must be a day like 2026-11-22$/,
    malformed: [
      '',
      '2026-11-2',
      '2026-02-30',
      '2026-13-01',
      '0999-01-01',
      '3000-01-01',
      '2026-11-22T10:00:00Z',
      'yesterday',
      20_261_122,
      [],
    ],
  },
  DateTime: {
    accepted: () => '2026-11-22T10:00:00Z',
    other: '2026-11-23T10:00:00Z',
    bound: /must be a moment like 2026-11-22T10:00:00Z, in the years 0001 to 9999/,
    malformed: [
      '',
      '2026-11-22',
      '2026-11-22T10:00:00',
      '2026-02-30T10:00:00Z',
      '2026-13-01T10:00:00Z',
      '0000-12-31T23:59:59Z',
      '9999-12-31T23:59:59-01:00',
      'yesterday',
      1_700_000_000,
      [],
    ],
  },
  Int: {
    accepted: () => 1,
    other: 7,
    bound: /must be of type Int/,
    malformed: [1.5, 2 ** 31, '5', true, {}],
  },
  Boolean: {
    accepted: () => false,
    other: true,
    bound: /must be of type Boolean/,
    malformed: [0, 1, 'true', [true], {}],
  },
  String: {
    accepted: () => '',
    other: 'x',
    bound: /must be of type String/,
    malformed: [7, true, {}],
  },
};

export function scalarValues(scalar: string): ScalarValues {
  const values = SCALAR_VALUES[scalar];
  if (!values) throw new Error(`The scalar ${scalar} has no row in SCALAR_VALUES.`);
  return values;
}
