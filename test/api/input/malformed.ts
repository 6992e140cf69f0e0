/** Input that no request may have, field by field, with the bound that the refusal must name. For variables and literals. */
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, serverToken, staffToken } from '../../support/worker/service.ts';

const MUTATIONS = {
  claimReward: 'ClaimRewardInput',
  manualReward: 'ManualRewardInput',
  spendStatPoints: 'SpendStatPointsInput',
  reverseClaim: 'ReverseClaimInput',
  exchange: 'ExchangeInput',
  transferResource: 'TransferResourceInput',
  applyDamage: 'ApplyDamageInput',
  heal: 'HealInput',
  announceReward: 'AnnounceRewardInput',
  recoverReward: 'RecoverRewardInput',
} as const;
const PREVIEWS = { previewClaim: 'PreviewClaimInput', previewExchange: 'PreviewExchangeInput' } as const;

/** Everything that takes an input object, and that object's type. */
export const INPUT_TYPES = { ...MUTATIONS, ...PREVIEWS };
export type OperationName = keyof typeof INPUT_TYPES;
export const OPERATIONS = Object.keys(INPUT_TYPES) as OperationName[];
const KEYED = Object.keys(MUTATIONS) as (keyof typeof MUTATIONS)[];

export const isPreview = (operation: OperationName) => operation in PREVIEWS;

export interface MalformedCase {
  readonly name: string;
  readonly operation: OperationName;
  readonly change: object;
  /** Where the message says it is, and what it says of the bound. */
  readonly field: string;
  readonly bound: RegExp;
}

/** A player, and for each operation a token and an input that would be carried out. */
export async function soundRequests(): Promise<{
  playerId: string;
  requests: Record<OperationName, { token: string; input: object }>;
}> {
  const playerId = await seasonedPlayer();
  const [player, server] = [await playerToken(playerId), await serverToken()];
  // Of each its own: staff may send a hundred requests in ten seconds.
  const staff = async () => staffToken(await addStaffMember(fresh('staff')));
  const cup = { ...victory, playerId, key: 'cup-9' };
  const [drop, hit] = [{ exchange: 'drop' }, { playerId, amount: 5 }];
  return {
    playerId,
    requests: {
      claimReward: { token: server, input: cup },
      manualReward: {
        token: await staff(),
        input: { playerId, grants: [{ resource: 'lumees', amount: 5 }], reason: 'an honest reason' },
      },
      spendStatPoints: { token: player, input: { energy: 1 } },
      reverseClaim: {
        token: await staff(),
        input: { playerId, claimId: crypto.randomUUID(), reason: 'an honest reason' },
      },
      exchange: { token: player, input: drop },
      transferResource: { token: player, input: { toPlayerId: 'friend', resource: 'lumees', amount: 5 } },
      applyDamage: { token: server, input: hit },
      heal: { token: server, input: hit },
      announceReward: { token: server, input: cup },
      recoverReward: { token: server, input: { playerId, type: victory.type, key: 'cup-9' } },
      previewClaim: { token: server, input: cup },
      previewExchange: { token: player, input: drop },
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

function named(
  operation: OperationName,
  field: string,
  bound: RegExp,
  values: [string, unknown][],
): MalformedCase[] {
  return values.map(([name, value]) => ({
    name: `${operation}: ${field} ${name}`,
    operation,
    change: { [field]: value },
    field: `input.${field}`,
    bound: value === null ? NOT_NULL : bound,
  }));
}

const CLAIM_KEY = /1 to 128 characters of A–Z a–z 0–9 _ \. : -/;
const claimKeys: [string, unknown][] = [
  ['that is empty', ''],
  ['of 129 characters', 'k'.repeat(129)],
  ['with NUL', 'cup\0'],
  ['with a lone surrogate', 'cup\udfff'],
  ['with an emoji', 'cup🏆'],
];

const PLAYER = /1 to 128 characters of A–Z a–z 0–9 _ \. : @ -/;
const players: [string, unknown][] = [
  ['with a slash', 'a/b'],
  ['of 129 characters', 'p'.repeat(129)],
  ['that is SQL', "x'; --"],
];

const facts: [string, unknown][] = [
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
];

const reasons: [string, unknown][] = [
  ['with NUL', 'good\0reason'],
  ['with a lone surrogate', 'good \ud800 reason'],
  ['of 8193 characters', 'r'.repeat(8193)],
  ['that is a number', 12345],
];

const types: [string, unknown][] = [
  ['with capitals', 'PveVictory'],
  ['of 65 characters', 'a'.repeat(65)],
  ['that is SQL', "x' OR 1=1"],
  ['that is a number', 7],
  ['that is null', null],
];
const typed = (field: string, operations: readonly OperationName[]) =>
  operations.flatMap((operation) => named(operation, field, /1 to 64 characters of a–z 0–9 _/, types));

const grant = (name: string, grants: unknown, field: string, bound: RegExp): MalformedCase => ({
  name: `manualReward: ${name}`,
  operation: 'manualReward',
  change: { grants },
  field: `input.${field}`,
  bound,
});

export const MALFORMED: readonly MalformedCase[] = [
  ...KEYED.flatMap((operation) => named(operation, 'idempotencyKey', KEY, keys)),
  ...OPERATIONS.flatMap((operation) => named(operation, 'expectedVersion', INTEGER, numbers)),
  ...named('spendStatPoints', 'energy', INTEGER, numbers),
  ...named('spendStatPoints', 'health', INTEGER, numbers.slice(0, 2)),
  ...typed('type', ['claimReward', 'announceReward', 'recoverReward', 'previewClaim']),
  ...typed('exchange', ['exchange', 'previewExchange']),
  ...named('claimReward', 'key', CLAIM_KEY, claimKeys),
  ...named('announceReward', 'key', CLAIM_KEY, [...claimKeys, ['that is null', null]]),
  ...named('recoverReward', 'key', CLAIM_KEY, [...claimKeys, ['that is null', null]]),
  ...named('previewClaim', 'key', CLAIM_KEY, claimKeys),
  ...named('applyDamage', 'source', CLAIM_KEY, claimKeys),
  ...named('heal', 'source', CLAIM_KEY, claimKeys),
  ...OPERATIONS.filter((operation) => operation !== 'spendStatPoints').flatMap((operation) =>
    named(operation, 'playerId', PLAYER, players),
  ),
  ...named('transferResource', 'toPlayerId', PLAYER, [...players, ['that is null', null]]),
  ...named('transferResource', 'amount', INTEGER, [...numbers, ['that is null', null]]),
  ...named('transferResource', 'resource', /1 to 64 characters of a–z 0–9 _ and at most one colon/, [
    ['with a capital', 'Lumees'],
    ['with two colons', 'shards:fire:red'],
    ['of 65 characters', 'l'.repeat(65)],
    ['with NUL', 'lumees\0'],
    ['that is a number', 7],
    ['that is null', null],
  ]),
  ...named('exchange', 'quantity', INTEGER, numbers),
  ...named('previewExchange', 'quantity', INTEGER, numbers),
  ...named('applyDamage', 'amount', INTEGER, [...numbers, ['that is null', null]]),
  ...named('heal', 'amount', INTEGER, [...numbers, ['that is null', null]]),
  ...named('claimReward', 'ticket', /at most 8192 characters, without NUL/, [
    ['of 8193 characters', 't'.repeat(8193)],
    ['with NUL', 'a\0.b.c'],
  ]),
  ...named('previewClaim', 'ticket', /at most 8192 characters, without NUL/, [
    ['of 8193 characters', 't'.repeat(8193)],
    ['with NUL', 'a\0.b.c'],
  ]),
  ...(['claimReward', 'announceReward', 'previewClaim'] as const).flatMap((operation) =>
    named(operation, 'facts', /an object of facts/, facts),
  ),
  ...(['manualReward', 'reverseClaim', 'recoverReward'] as const).flatMap((operation) =>
    named(operation, 'reason', /at most 8192 characters, without NUL and lone surrogates/, reasons),
  ),
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
