// What GraphQL says of an error may quote all that a client sent: looking through it costs no more than its length.
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { finishError, graphqlErrors } from '../../src/schema/errors.ts';

const said = (message: string) => finishError(new GraphQLError(message), null).message;

test('no answer suggests a name of the schema', () => {
  expect(said('Cannot query field "idd" on type "Player". Did you mean "id"?')).toBe(
    'Cannot query field "idd" on type "Player".',
  );
  expect(said('Unknown type "Playr". Did you mean "Player",\nor "Prayer"? Then "Layer"?')).toBe(
    'Unknown type "Playr".',
  );
  expect(said('Did you mean it')).toBe('Did you mean it');
  expect(said('Why? Did you mean it')).toBe('Why? Did you mean it');
});

test('a text that says the same over and over is looked through once', () => {
  const text = 'Did you mean '.repeat(400_000);
  expect(said(text)).toBe(text);
  expect(said(`${text}?`)).toBe('');
});

test('only what stops the whole request sets the status: a failed field may stand beside one that was carried out', () => {
  const statusOf = (error: GraphQLError) =>
    (error.extensions.http as { status?: number } | undefined)?.status;
  expect(statusOf(graphqlErrors.keysUnavailable())).toBe(503);
  expect(statusOf(graphqlErrors.ticketKeysUnavailable())).toBeUndefined();
  expect(finishError(graphqlErrors.ticketKeysUnavailable(), null).extensions).toEqual({
    code: 'UNAVAILABLE',
    retryable: true,
  });
});
