/** Texts are stored and compared exactly, whatever they hold. Texts that cannot be are refused before the database. */
import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import {
  anonymous,
  asPlayer,
  asServer,
  asStaff,
  receiptOf,
  rejectionOf,
  withoutReplayed,
} from '../../support/worker/client.ts';
import { onlyError, withoutDatabase } from '../../support/worker/fault-answers.ts';
import {
  addStaffMember,
  claimRow,
  ledgerFaults,
  ledgerState,
  UNKNOWN_CLAIM,
} from '../../support/worker/ledger-state.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, post, send, staffToken } from '../../support/worker/service.ts';

let playerId: string;
let token: string;
let staff = anonymous();
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  const staffId = await addStaffMember(fresh('staff'));
  [token, staff] = [await staffToken(staffId), asStaff(staffId)];
});

const grants = [{ resource: 'lumees', amount: 1 }];

const TEXTS: readonly (readonly [name: string, text: string])[] = [
  ['SQL that ends the statement', "'); DROP SCHEMA onceward CASCADE; --"],
  ['SQL that is always true', "x' OR '1'='1"],
  ['a dollar-quoted block', '$$; SELECT pg_sleep(10); $$'],
  ['placeholders', '$1 $2 :name ? %s {}'],
  ['a JSON document', '{"kind": "granted"}\\"}]'],
  [
    'line breaks and a forged log line',
    'good\n{"level":"info","operation":"claimReward","success":true}\r\n',
  ],
  ['HTML', '<script>alert(1)</script>'],
  ['emoji, right-to-left and combining letters', '🏆 ‮שלום‬ é 漢字 ￿'],
  ['control characters', '\u0001\u0007\u001b[31m red'],
  ['500 emoji', '🏆'.repeat(500)],
];

/** What staff give with a reason. Each call returns one request, which may be sent again. */
const GIVEN_WITH_REASON = [
  {
    what: 'an award',
    prepare: async (reason: string) => {
      const key = freshKey();
      return () => staff.manualReward({ playerId, grants, reason }, { key });
    },
  },
  {
    what: 'a recovery',
    prepare: async (reason: string) => {
      const [chest, key] = [{ playerId, type: 'arena_chest', key: fresh('chest') }, freshKey()];
      receiptOf(await asServer().announceReward(chest));
      return () => staff.recoverReward({ ...chest, reason }, { key });
    },
  },
];

describe('a text is data', () => {
  beforeAll(() =>
    publish(
      changedExample(({ claimTypes }) => {
        claimTypes.arena_chest.perDay = 1_000;
      }),
    ),
  );

  it.each(
    GIVEN_WITH_REASON.flatMap((given) => TEXTS.map(([name, reason]) => ({ ...given, name, reason }))),
  )('in the reason of $what: $name', async ({ prepare, reason }) => {
    const give = await prepare(reason);
    const before = await ledgerState(playerId);
    const receipt = receiptOf(await give());
    expect(receipt.claim.reason).toBe(reason);
    expect(withoutReplayed(receiptOf(await give()))).toEqual(withoutReplayed(receipt));
    expect(await claimRow(receipt.claim.id)).toMatchObject({ reason, input: { reason } });
    expect((await ledgerState(playerId)).granted).toBe(before.granted + 1);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('in a fact, until its claim type refuses it', async () => {
    const facts = { difficulty: "hard'; DROP TABLE onceward.players; --", enemy_level: 1 };
    const input = { type: 'pve_victory', playerId, key: fresh('e'), facts };
    const error = onlyError(await asServer().claimReward(input));
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'facts.difficulty' });
    expect(error.message).toBe('facts.difficulty: must be one of normal, hard, nightmare');
  });

  it('whose Unicode composition differs is the same for the claim of an award, and another input for a key', async () => {
    const key = freshKey();
    const award = (reason: string, options: object = {}) =>
      staff.manualReward({ playerId, grants, reason }, options);
    receiptOf(await award('caf\u00e9 closed', { key }));
    rejectionOf(await award('cafe\u0301 closed'), 'AlreadyClaimed');
    const reused = rejectionOf(await award('cafe\u0301 closed', { key }), 'IdempotencyKeyReused');
    expect(reused.fields).toEqual(['reason']);
  });
});

describe('lone surrogates and NUL', () => {
  // As the escapes that JSON allows. Postgres would store \ud800 and \udfff as the same three bytes.
  it.each([
    ['a key', '"idempotencyKey": "key-0123456789abcdef\\ud800"', 'input.idempotencyKey'],
    ['a reason', '"reason": "a reason \\udfff"', 'input.reason'],
    ['a reason, in the wrong order', '"reason": "a reason \\udfff\\ud800"', 'input.reason'],
    ['a reason with NUL', '"reason": "a reason \\u0000"', 'input.reason'],
    ['a player', '"playerId": "p\\ud83d"', 'input.playerId'],
    ['a resource', '"grants": [{"resource": "lumees\\u0000", "amount": 1}]', 'input.grants[0].resource'],
  ])('are refused in %s', async (_, member, field) => {
    const input = { idempotencyKey: freshKey(), playerId, grants, reason: 'an honest reason' };
    const sound = JSON.stringify(input).slice(1);
    // The later of two members counts.
    const body = `{"query": "mutation($input: ManualRewardInput!) { manualReward(input: $input) { __typename } }",
      "variables": {"input": {${sound.slice(0, -1)}, ${member}}}}`;
    const response = await withoutDatabase(playerId, () => post(body, { authorization: `Bearer ${token}` }));
    const { errors } = (await response.json()) as { errors: [] };
    const error = onlyError({ headers: response.headers, errors });
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('are refused as literals, by the lexer or by the field', async () => {
    for (const text of ['\\ud800', '\\u{D800}', '\\u0000']) {
      const document = `mutation { manualReward(input: { idempotencyKey: "${freshKey()}", playerId: "${playerId}",
        grants: [{ resource: "lumees", amount: 1 }], reason: "a reason ${text}" }) { __typename } }`;
      const answer = await withoutDatabase(playerId, () => send(document, {}, { token }));
      expect(onlyError(answer).extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it.each([
    ['NUL', 'reward\0'],
    ['a lone surrogate', 'reward\ud800'],
  ])('are refused in the key of a claim that is read: %s', async (_, key) => {
    const read = () => asPlayer(playerId).claim({ type: 'manual_reward', key });
    const answer = await withoutDatabase(playerId, read);
    expect(onlyError(answer).extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'key' });
  });
});

describe('a value that an enum does not have', () => {
  it.each([
    ['as a variable', '($how: IfInsufficient!)', '$how', { how: 'eyJhbGciOiJFZERTQSJ9.e30.c2ln' }],
    ['as a literal', '', 'eyJhbGciOiJFZERTQSJ9', {}],
    ['as a text', '', '"eyJhbGciOiJFZERTQSJ9"', {}],
  ])('is not quoted, %s', async (_, head, value, variables) => {
    const document = `mutation${head} { reverseClaim(input: { idempotencyKey: "${freshKey()}", playerId: "${playerId}",
      claimId: "${UNKNOWN_CLAIM}", reason: "taken back", ifInsufficient: ${value} }) { __typename } }`;
    const answer = await withoutDatabase(playerId, () => send(document, variables, { token }));
    const error = onlyError(answer);
    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(error.message).toMatch(/IfInsufficient/);
    expect(JSON.stringify(answer)).not.toContain('eyJ');
  });
});
