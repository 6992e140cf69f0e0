/** The boundary to the kernel: a call that no Worker of this version makes is refused before anything is written. */
import { beforeAll, describe, expect, test } from 'vitest';
import { CONTRACT_VERSION, type KernelOperation } from '../../src/ledger/kernel-contract.ts';
import { openLedger } from '../support/ledger/ledger.ts';
import { award, give, operation, staffTerms } from '../support/ledger/operations.ts';
import { announcement, limitUse, pending, recovery, reversal } from '../support/ledger/systems.ts';

const { app, owner, addStaff, playerLedger } = openLedger();

let current: Pick<KernelOperation, 'config_version' | 'config_sha256'>;
beforeAll(async () => {
  const { rows } = await owner.query(
    `SELECT version AS config_version, sha256 AS config_sha256 FROM onceward.balance_configs WHERE effective_from <= clock_timestamp()
      ORDER BY effective_from DESC LIMIT 1`,
  );
  current = rows[0];
});

type Call = Readonly<Record<string, unknown>>;

async function call(sent: Call, contract: number | null = CONTRACT_VERSION) {
  const { rows } = await app.query(`SELECT onceward.commit_operations($1, $2, '{}') AS answer`, [
    contract,
    JSON.stringify([sent]),
  ]);
  return rows[0].answer.outcomes[0];
}

/** Fails before anything was written, also for the player who did not exist. */
async function expectRefused(sent: Call, code: string | RegExp, contract?: number | null): Promise<void> {
  const error = await call(sent, contract).then(
    (outcome) => expect.fail(`not refused: ${JSON.stringify(outcome)}`),
    (failure) => failure,
  );
  expect(error.code).toMatch(code);
  const { rows } = await owner.query('SELECT FROM onceward.actors WHERE (id, kind) = ($1, 1)', [sent.player]);
  expect(rows).toHaveLength(0);
}

/** 23502: null in a domain that refuses it; 23514: a check of a domain; 22023: the kernel; 22xxx: not of the type at all. */
const REFUSED = /^(23502|23514|22\w{3})$/;

/** The members that an operation must have, with a value that they must not have. */
const REQUIRED = [
  'mode',
  'name',
  'player',
  'creates_player',
  'actor_kind',
  'actor_id',
  'permission',
  'idempotency_key',
  'fingerprint',
  'input',
  'correlation_id',
  'holds_from',
  'holds_until',
  'claim_type',
  'claim_key',
  'source_keys',
  'source',
  'postings',
  'choices',
  'milestones',
  'counterparty_postings',
  'limits',
  'units',
] as const satisfies readonly (keyof KernelOperation)[];

describe('an operation', () => {
  const complete = () => ({ ...operation(), ...current });

  test('with all its members is granted', async () => {
    expect(await call(complete())).toMatchObject({ kind: 'granted' });
  });

  test.each(REQUIRED)('without %s is refused', async (member) => {
    const { [member]: _, ...rest } = complete();
    const sent = member === 'player' ? rest : { ...rest, player: complete().player };
    await expectRefused(sent, REFUSED);
  });

  test.each(REQUIRED)('with null as %s is refused', async (member) => {
    await expectRefused({ ...complete(), [member]: null }, REFUSED);
  });

  test.each<[string, Partial<Record<keyof KernelOperation, unknown>>]>([
    ['an unknown mode', { mode: 'apply' }],
    ['an unknown source', { source: 'nowhere' }],
    ['an unknown kind of actor', { actor_kind: 'robot' }],
    ['a rejection to commit', { rejection: { kind: 'unknown_player', playerId: 'x' } }],
    ['no rejection to record', { mode: 'reject' }],
    ['a player who acts for another', { actor_kind: 'player', actor_id: 'another' }],
    ['staff terms of a server', { staff: staffTerms() }],
    ['the terms of staff left out', { actor_kind: 'staff' }],
    ['a reversal that names no claim', { source: 'reversal' }],
    [
      'a limit that a reversal uses',
      {
        source: 'reversal',
        reverses: reversal('staff', { playerId: 'player', handle: '00'.repeat(10), number: 1 }).reverses,
        limits: [limitUse()],
      },
    ],
    ['an announcement that names no claim', { source: 'announcement' }],
    ['no units', { units: 0 }],
    ['too many units', { units: 1_000_001 }],
    ['a key that is too short', { idempotency_key: 'short' }],
    ['a key with other characters', { idempotency_key: 'key with spaces in it' }],
    ['a key that is reserved for operators', { idempotency_key: `onceward:import:${'0'.repeat(64)}` }],
    ['a claim key that is too long', { claim_key: 'k'.repeat(513) }],
    ['an input that is too large', { input: { text: 'x'.repeat(1_048_576) } }],
    ['a fingerprint that is no UUID', { fingerprint: 'abc' }],
    ['more than 1000 postings', { postings: Array(1_001).fill(give('gold', 1)) }],
    ['more than 20 limits', { limits: Array(21).fill(limitUse()) }],
    [
      'more than 100 source keys',
      { source_keys: Array(101).fill({ game: false, resource: 'gold', key: 'k' }) },
    ],
  ])('with %s is refused', async (_, over) => {
    await expectRefused({ ...complete(), ...over }, REFUSED);
  });

  test.each([
    ['player', 65_536],
    ['server', 1_048_576],
  ] as const)('of a %s may have an input of %d characters, and is refused with more', async (kind, most) => {
    const sent = { ...complete(), actor_kind: kind };
    const whole = { ...sent, actor_id: kind === 'player' ? sent.player : 'arena-1' };
    const input = (length: number) => ({ text: 'x'.repeat(length - '{"text": ""}'.length) });
    await expectRefused({ ...whole, input: input(most + 1) }, '23514');
    expect(await call({ ...whole, input: input(most) })).toMatchObject({ kind: 'granted' });
  });

  test('whose counterparty is its player is refused', async () => {
    const sent = complete();
    await expectRefused({ ...sent, counterparty: sent.player }, REFUSED);
  });

  test.each([
    ['another', 1],
    ['a later', CONTRACT_VERSION + 1],
    ['no', null],
  ])('under %s contract version is refused, although its key is known', async (_, contract) => {
    const sent = complete();
    await expectRefused(complete(), '22023', contract);
    await call(sent);
    await expect(call(sent, contract)).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining('migrate before you deploy'),
    });
  });

  test('is refused in a call of no or more than 100 operations', async () => {
    for (const sent of [[], Array.from({ length: 101 }, complete)])
      await expect(
        app.query(`SELECT onceward.commit_operations($1, $2, '{}')`, [
          CONTRACT_VERSION,
          JSON.stringify(sent),
        ]),
      ).rejects.toMatchObject({ code: expect.stringMatching(REFUSED) });
  });

  test('of an operator is refused on the Worker’s connection', async () => {
    await expectRefused({ ...complete(), actor_kind: 'operator', actor_id: 'someone' }, '23514');
  });
});

/** Each member of the types within an operation. */
describe.each<
  [string, readonly string[], (member: Call) => Partial<Record<keyof KernelOperation, unknown>>, Call]
>([
  [
    'a posting',
    ['resource', 'delta', 'floor', 'ceiling', 'ceiling_per_unit', 'clamp'],
    (posting) => ({ postings: [posting] }),
    { ...give('gold', 1) },
  ],
  [
    'a limit',
    ['kind', 'name', 'period', 'since', 'claim_type', 'amount', 'bound', 'rejection'],
    (use) => ({ limits: [use] }),
    { ...limitUse() },
  ],
  [
    'a source key',
    ['game', 'resource', 'key'],
    (key) => ({ source_keys: [key] }),
    { game: false, resource: 'gold', key: 'k' },
  ],
  [
    'an alternative of a choice',
    ['when', 'draws', 'postings'],
    (alternative) => ({ choices: [{ one_of: [alternative] }] }),
    { when: [], draws: [], postings: [] },
  ],
  [
    'a condition of a choice',
    ['resource', 'at_least'],
    (condition) => ({
      choices: [
        {
          one_of: [
            { when: [condition], draws: [], postings: [] },
            { when: [], draws: [], postings: [] },
          ],
        },
      ],
    }),
    { resource: 'gold', at_least: 1 },
  ],
])('%s', (_, members, within, whole) => {
  test.each(members)('without %s is refused, and with null', async (member) => {
    const { [member]: _left, ...rest } = whole;
    for (const part of [rest, { ...rest, [member]: null }])
      await expectRefused({ ...operation(), ...current, ...within(part) }, REFUSED);
  });
});

test.each([
  ['a fraction of a limit', { limits: [{ ...limitUse(), bound: 1.5 }] }],
  ['more of a limit than JSON holds exactly', { limits: [{ ...limitUse(), amount: 2 ** 53 }] }],
  ['a negative amount of a limit', { limits: [{ ...limitUse(), amount: -1 }] }],
  ['a fraction of a resource', { postings: [give('gold', 1.5)] }],
  ['more of a resource than a bigint holds', { postings: [give('gold', 2 ** 63)] }],
])('%s is refused', async (_, over) => {
  await expectRefused({ ...operation(), ...current, ...over }, REFUSED);
});

test('a posting of more than a JSON number holds exactly moves nothing', async () => {
  for (const delta of [2 ** 53, -(2 ** 53)]) {
    const sent = { ...operation({ postings: [give('gold', delta)] }), ...current };
    await call(sent).catch(() => {});
    expect(await playerLedger(sent.player)).toMatchObject({ version: null, balances: {} });
  }
});

describe('staff terms', () => {
  test.each(['day', 'renews_at'])('without %s are refused, and with null', async (member) => {
    const { [member]: _, ...rest } = { ...staffTerms() } as Record<string, unknown>;
    const staff = await addStaff();
    for (const terms of [rest, { ...rest, [member]: null }])
      await expectRefused({ ...award(staff, 1), ...current, staff: terms }, REFUSED);
  });
});

describe('an announcement', () => {
  test.each(['claim_type', 'claim_key', 'origin'])('without %s is refused, and with null', async (member) => {
    const sent = announcement(pending());
    const { [member]: _, ...rest } = { ...sent.announces } as Record<string, unknown>;
    for (const announces of [rest, { ...rest, [member]: null }])
      await expectRefused({ ...sent, ...current, announces }, REFUSED);
  });

  test.each([
    { origin: 0 },
    { origin: 4 },
    { expires_at: 'infinity' },
    { expires_at: '2000-01-01T00:00:00Z' },
    { message: { title: 'x'.repeat(20_000) } },
  ])('with %j is refused', async (over) => {
    const reward = pending();
    const sent = { ...announcement(reward), ...current };
    await expectRefused({ ...sent, announces: { ...sent.announces, ...over } }, REFUSED);
    expect(await playerLedger(reward.playerId)).toMatchObject({ version: null, balances: {} });
  });

  test.each([
    null,
    {},
    { resources: ['gold'], postings: null, source_keys: [] },
  ])('with the plan %j is refused, so that whatever is announced can be paid', async (plan) => {
    const reward = pending();
    const sent = { ...announcement(reward), ...current };
    await expectRefused({ ...sent, announces: { ...sent.announces, plan } }, REFUSED);
    expect(await call({ ...recovery(reward), ...current })).toMatchObject({
      rejection: { kind: 'not_announced' },
    });
    expect(await playerLedger(reward.playerId)).toMatchObject({ version: null, balances: {} });
  });
});
