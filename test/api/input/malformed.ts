/** Input that no request may have, field by field, with the bound that the refusal must name. For variables and literals. */
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken } from '../../support/worker/service.ts';

export type MutationName = 'claimReward' | 'manualReward' | 'spendStatPoints';

export interface MalformedCase {
  readonly name: string;
  readonly mutation: MutationName;
  readonly change: object;
  /** Where the message says it is, and what it says of the bound. */
  readonly field: string;
  readonly bound: RegExp;
}

export const INPUT_TYPES = {
  claimReward: 'ClaimRewardInput',
  manualReward: 'ManualRewardInput',
  spendStatPoints: 'SpendStatPointsInput',
} as const;

/** A player, and for each mutation a token and an input that would be carried out. */
export async function soundRequests() {
  const playerId = await seasonedPlayer();
  return {
    playerId,
    requests: {
      claimReward: { token: await serverToken(), input: { ...victory, playerId, key: 'cup-9' } },
      manualReward: {
        token: await staffToken(await addStaffMember(fresh('staff'))),
        input: { playerId, grants: [{ resource: 'lumees', amount: 5 }], reason: 'an honest reason' },
      },
      spendStatPoints: { token: await playerToken(playerId), input: { energy: 1 } },
    },
  };
}

/** The exclamation mark is GraphQL's own word for it. */
const NOT_NULL = /xpected .*type "\S+!"/;
const KEY = /16 to 128 characters of A–Z a–z 0–9 _ \. : -/;
const INTEGER = /an integer within ±9007199254740991/;

const keys: [string, unknown][] = [
  ['of 15 characters', 'k'.repeat(15)],
  ['of 129 characters', 'k'.repeat(129)],
  ['that is empty', ''],
  ['with a blank', 'a key with blanks in it'],
  ['with a line break', 'key-0123456789abc\n'],
  ['with NUL', 'key-0123456789\0abc'],
  ['with a lone surrogate', 'key-0123456789\ud800abc'],
  ['with letters that look like ASCII', 'kеy-0123456789abcdef'],
  ['that is SQL', "'; DROP TABLE onceward.players; --"],
  ['that is a number', 1234567890123456],
  ['that is a list', ['key-0123456789abcdef']],
  ['that is an object', { key: 'key-0123456789abcdef' }],
  ['that is null', null],
];

const numbers: [string, unknown][] = [
  ['a fraction', 1.5],
  ['2^53', 2 ** 53],
  ['−2^53', -(2 ** 53)],
  ['1e300', 1e300],
  ['a text', '5'],
  ['true', true],
  ['a list', [5]],
];

const mutations: readonly MutationName[] = ['claimReward', 'manualReward', 'spendStatPoints'];

function named(
  mutation: MutationName,
  field: string,
  bound: RegExp,
  values: [string, unknown][],
): MalformedCase[] {
  return values.map(([name, value]) => ({
    name: `${mutation}: ${field} ${name}`,
    mutation,
    change: { [field]: value },
    field: `input.${field}`,
    bound: value === null ? NOT_NULL : bound,
  }));
}

const grant = (name: string, grants: unknown, field: string, bound: RegExp): MalformedCase => ({
  name: `manualReward: ${name}`,
  mutation: 'manualReward',
  change: { grants },
  field: `input.${field}`,
  bound,
});

export const MALFORMED: readonly MalformedCase[] = [
  ...mutations.flatMap((mutation) => named(mutation, 'idempotencyKey', KEY, keys)),
  ...mutations.flatMap((mutation) => named(mutation, 'expectedVersion', INTEGER, numbers)),
  ...named('spendStatPoints', 'energy', INTEGER, numbers),
  ...named('spendStatPoints', 'health', INTEGER, numbers.slice(0, 2)),
  ...named('claimReward', 'type', /1 to 64 characters of a–z 0–9 _/, [
    ['with capitals', 'PveVictory'],
    ['of 65 characters', 'a'.repeat(65)],
    ['that is SQL', "x' OR 1=1"],
    ['that is a number', 7],
    ['that is null', null],
  ]),
  ...named('claimReward', 'key', /1 to 128 characters of A–Z a–z 0–9 _ \. : -/, [
    ['that is empty', ''],
    ['of 129 characters', 'k'.repeat(129)],
    ['with NUL', 'cup\0'],
    ['with a lone surrogate', 'cup\udfff'],
    ['with an emoji', 'cup🏆'],
  ]),
  ...named('claimReward', 'playerId', /1 to 128 characters of A–Z a–z 0–9 _ \. : @ -/, [
    ['with a slash', 'a/b'],
    ['of 129 characters', 'p'.repeat(129)],
  ]),
  ...named('claimReward', 'ticket', /at most 8192 characters, without NUL/, [
    ['of 8193 characters', 't'.repeat(8193)],
    ['with NUL', 'a\0.b.c'],
  ]),
  ...named('claimReward', 'facts', /an object of facts/, [
    ['that are a list', [1]],
    ['that are a text', '{"rank": 1}'],
    ['that are 33', Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`fact_${index}`, 1]))],
    ['with a capital', { Rank: 1 }],
    ['with a fraction', { rank: 1.5 }],
    ['with null', { rank: null }],
    ['with an object', { rank: { value: 1 } }],
    ['with 2^53', { rank: 2 ** 53 }],
    ['with a text of 257 characters', { rank: 'x'.repeat(257) }],
    ['with NUL', { rank: 'a\0' }],
    ['with a lone surrogate', { rank: '\ud83d' }],
  ]),
  ...named('manualReward', 'reason', /at most 8192 characters, without NUL and lone surrogates/, [
    ['with NUL', 'good\0reason'],
    ['with a lone surrogate', 'good \ud800 reason'],
    ['of 8193 characters', 'r'.repeat(8193)],
    ['that is a number', 12345],
  ]),
  ...named('manualReward', 'playerId', /1 to 128 characters/, [['that is SQL', "x'; --"]]),
  ...named('manualReward', 'rewardId', /1 to 128 characters/, [['with a blank', 'spring sale']]),
  grant('an amount of 1.5', [{ resource: 'lumees', amount: 1.5 }], 'grants[0].amount', INTEGER),
  grant('an amount of 2^53', [{ resource: 'lumees', amount: 2 ** 53 }], 'grants[0].amount', INTEGER),
  grant(
    'an amount of "7" in the second grant',
    [
      { resource: 'lumees', amount: 1 },
      { resource: 'auric_coins', amount: '7' },
    ],
    'grants[1].amount',
    INTEGER,
  ),
  grant(
    'a resource with a capital',
    [{ resource: 'Lumees', amount: 1 }],
    'grants[0].resource',
    /1 to 64 characters/,
  ),
  grant('a grant that is a text', ['lumees'], 'grants[0]', /object|GrantInput/),
  grant('grants that are null', null, 'grants', NOT_NULL),
];
