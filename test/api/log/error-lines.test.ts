/** However many errors a request has, it gets at most five and writes one line. */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { documentOf } from '../../support/worker/client.ts';
import { soundErrors } from '../../support/worker/fault-answers.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { type GraphqlError, playerToken, send } from '../../support/worker/service.ts';

let token: string;
beforeAll(async () => {
  await serveExample();
  token = await playerToken('somebody');
  catchLines();
});

const hundred = (each: (index: number) => string) =>
  Array.from({ length: 100 }, (_, at) => each(at)).join(' ');
const wrongGrants = Array.from({ length: 100 }, (_, at) => ({ resource: '', amount: -at }));

describe('a request with a hundred errors', () => {
  it.each<[string, string, object, RegExp]>([
    ['unknown fields', `{ me { ${hundred((at) => `a${at}`)} } }`, {}, /^not valid GraphQL$/],
    ['unknown arguments', `{ me(${hundred((at) => `a${at}: 1`)}) { id } }`, {}, /^not valid GraphQL$/],
    [
      'wrong literals',
      `mutation { manualReward(input: { grants: [${hundred((at) => `{ resource: "", amount: -${at} }`)}] }) {
        __typename } }`,
      {},
      /^input/,
    ],
    ['wrong variables', documentOf('manualReward'), { input: { grants: wrongGrants } }, /^input/],
  ])('gets five of them and writes one log line: %s', async (_, query, variables, message) => {
    for (const options of [{ token }, {}]) {
      const answer = await send(query, variables, options);
      expect(answer.data).toBeUndefined();
      const errors = soundErrors(answer);
      expect(errors).toHaveLength(5);
      for (const { extensions } of errors) expect(extensions.code).toBe('BAD_USER_INPUT');
      expect(lineOf(answer)).toMatchObject({
        operation: 'request',
        success: false,
        code: 'BAD_USER_INPUT',
        error: expect.stringMatching(message),
        errors: 5,
      });
    }
  });

  it('names the field of each wrong literal', async () => {
    const query = `mutation { manualReward(input: { idempotencyKey: "short", playerId: "", reason: "", grants: [
      { resource: "", amount: 0 }] }) { __typename } }`;
    const fields = ({ extensions }: GraphqlError) => extensions.field;
    expect(soundErrors(await send(query, {}, { token })).map(fields)).toEqual([
      'input.idempotencyKey',
      'input.playerId',
      'input.reason',
      'input.grants[0].resource',
      'input.grants[0].amount',
    ]);
  });
});

it('a request with one error writes a line without their number', async () => {
  expect(lineOf(await send('{ nope }', {}, { token }))).not.toHaveProperty('errors');
});
