import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember, ledgerFaults, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import {
  announceReward,
  claimReward,
  manualReward,
  original,
  recoverReward,
  resultOf,
} from '../../support/worker/mutations.ts';
import { seasonedPlayer } from '../../support/worker/scenes.ts';
import {
  fresh,
  freshKey,
  playerToken,
  post,
  send,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';

let playerId: string;
let staff: string;
beforeAll(async () => {
  await serveExample();
  playerId = await seasonedPlayer();
  staff = await staffToken(await addStaffMember(fresh('staff')));
});

const grants = [{ resource: 'lumees', amount: 1 }];

const TEXTS: [string, string][] = [
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

const award = (reason: string) => ({ playerId, grants, reason, idempotencyKey: freshKey() });
/** A recovery of what has just been announced. */
async function recovery(reason: string) {
  const chest = { playerId, type: 'arena_chest', key: fresh('chest') };
  await announceReward(chest, { token: await serverToken() });
  return { ...chest, reason, idempotencyKey: freshKey() };
}
const REASONS = [
  { name: 'an award', give: manualReward, inputOf: award },
  { name: 'a recovery', give: recoverReward, inputOf: recovery },
];

describe('texts stay data', () => {
  beforeAll(() =>
    publish(
      changedExample(({ claimTypes }) => {
        claimTypes.arena_chest.perDay = 1_000;
      }),
    ),
  );

  it.each(
    REASONS.flatMap((reasons) => TEXTS.map(([what, reason]) => ({ ...reasons, what, reason }))),
  )('in the reason of $name: $what', async ({ give, inputOf, reason }) => {
    const input = await inputOf(reason);
    const before = await ledgerState(playerId);
    const receipt = resultOf(await give(input, { token: staff }));
    expect(receipt).toMatchObject({ __typename: 'Receipt', claim: { reason } });
    expect(original(resultOf(await give(input, { token: staff })))).toEqual(original(receipt));
    const [stored] =
      await owner`SELECT reason, input FROM onceward.reward_claims WHERE id = ${receipt.claim.id}`;
    expect(stored).toMatchObject({ reason, input: { reason } });
    expect((await ledgerState(playerId)).granted).toBe(before.granted + 1);
    expect(await ledgerFaults(playerId)).toEqual([]);
  });

  it('in the text of a fact, up to the claim type that refuses it', async () => {
    const facts = { difficulty: "hard'; DROP TABLE onceward.players; --", enemy_level: 1 };
    const input = { type: 'pve_victory', playerId, key: fresh('e'), facts };
    const error = onlyError(await claimReward(input, { token: await serverToken() }));
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'facts.difficulty' });
    expect(error.message).toBe('facts.difficulty: must be one of normal, hard, nightmare');
  });

  it('takes reasons that differ in composition alone for one award, and for two inputs of a key', async () => {
    const idempotencyKey = freshKey();
    const award = (reason: string, key: string) =>
      manualReward({ playerId, grants, reason, idempotencyKey: key }, { token: staff });
    expect(resultOf(await award('caf\u00e9 closed', idempotencyKey)).__typename).toBe('Receipt');
    expect(resultOf(await award('cafe\u0301 closed', freshKey())).__typename).toBe('AlreadyClaimed');
    const reused = resultOf(
      await manualReward({ playerId, grants, reason: 'cafe\u0301 closed', idempotencyKey }, { token: staff }),
    );
    expect(reused).toMatchObject({ __typename: 'IdempotencyKeyReused', fields: ['reason'] });
  });
});

describe('lone surrogates and NUL', () => {
  // Written as the escapes that JSON allows: \ud800 and \udfff would be stored as the same three bytes.
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
    const response = await askingNobody(playerId, () => post(body, { authorization: `Bearer ${staff}` }));
    const { errors } = (await response.json()) as { errors: [] };
    const error = onlyError({ status: response.status, headers: response.headers, data: null, errors });
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('are refused as literals, by the lexer or by the field', async () => {
    for (const text of ['\\ud800', '\\u{D800}', '\\u0000']) {
      const document = `mutation { manualReward(input: { idempotencyKey: "${freshKey()}", playerId: "${playerId}",
        grants: [{ resource: "lumees", amount: 1 }], reason: "a reason ${text}" }) { __typename } }`;
      const answer = await askingNobody(playerId, () => send(document, {}, { token: staff }));
      expect(onlyError(answer).extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it.each([
    ['NUL', 'reward\0'],
    ['a lone surrogate', 'reward\ud800'],
  ])('are refused in the key of a claim that is asked for: %s', async (_, key) => {
    const document = 'query($key: Text!) { claim(type: "manual_reward", key: $key) { claim { id } } }';
    const token = await playerToken(playerId);
    const answer = await askingNobody(playerId, () => send(document, { key }, { token }));
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
      claimId: "${crypto.randomUUID()}", reason: "taken back", ifInsufficient: ${value} }) { __typename } }`;
    const answer = await askingNobody(playerId, () => send(document, variables, { token: staff }));
    const error = onlyError(answer);
    expect(error.extensions.code).toBe('BAD_USER_INPUT');
    expect(error.message).toMatch(/IfInsufficient/);
    expect(JSON.stringify(answer)).not.toContain('eyJ');
  });
});
