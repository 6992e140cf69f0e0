// The message of a graphql-js error may quote the whole input, so the time to process it must be linear in its length.
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { finishError, graphqlErrors } from '../../src/schema/errors.ts';

const finishedMessage = (message: string) => finishError(new GraphQLError(message), 'id').message;

test('an error message suggests no names of the schema', () => {
  expect(finishedMessage('Cannot query field "idd" on type "Player". Did you mean "id"?')).toBe(
    'Cannot query field "idd" on type "Player".',
  );
  expect(finishedMessage('Unknown type "Playr". Did you mean "Player",\nor "Prayer"? Then "Layer"?')).toBe(
    'Unknown type "Playr".',
  );
  expect(finishedMessage('Did you mean it')).toBe('Did you mean it');
  expect(finishedMessage('Why? Did you mean it')).toBe('Why? Did you mean it');
});

test('a message that repeats the suggestion text is processed in linear time', () => {
  const text = 'Did you mean '.repeat(400_000);
  expect(finishedMessage(text)).toBe(text);
  expect(finishedMessage(`${text}?`)).toBe('');
});

test('an error sets the HTTP status only where it stops the whole request, not where one field fails', () => {
  const statusOf = (error: GraphQLError) =>
    (error.extensions.http as { status?: number } | undefined)?.status;
  expect(statusOf(graphqlErrors.keysUnavailable())).toBe(503);
  expect(statusOf(graphqlErrors.ticketKeysUnavailable())).toBeUndefined();
  expect(finishError(graphqlErrors.ticketKeysUnavailable(), 'id').extensions).toEqual({
    code: 'UNAVAILABLE',
    retryable: true,
    correlationId: 'id',
  });
});

test('an error says itself whether and when to retry, where that differs from others of its code', () => {
  const refused = { code: 'UNAUTHENTICATED', correlationId: 'id', http: { status: 401 } };
  expect(finishError(graphqlErrors.refusedToken('expired'), 'id').extensions).toEqual({
    ...refused,
    retryable: false,
  });
  expect(
    finishError(graphqlErrors.earlyToken({ kind: 'early', why: 'too early', seconds: 20 }), 'id').extensions,
  ).toEqual({
    ...refused,
    retryable: true,
    http: { status: 401, headers: { 'retry-after': '20' } },
  });
});
