// Every document and every set of variables that the admin page opens with, against the printed schema: a renamed field
// fails here before it greets a member of staff with an error.
import { readFileSync } from 'node:fs';
import { buildSchema, getVariableValues, type OperationDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { OPENING_TABS } from '../../admin/src/opening-tabs.ts';

// The API's own limit on a document.
const MAX_TOKENS = 600;
const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));

const tabs = OPENING_TABS.map((tab) => {
  const document = parse(tab.document, { maxTokens: MAX_TOKENS });
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
  );
  return { name: operations[0]?.name?.value, document, operations, variables: tab.variables };
});

describe.each(tabs)('the opening tab $name', ({ document, operations, variables }) => {
  test('is valid in the schema', () => {
    expect(validate(schema, document)).toEqual([]);
  });

  test('brings variables that its operations accept', () => {
    const values = variables?.(() => '00000000-0000-4000-8000-000000000000') ?? {};
    const errors = operations.flatMap(
      (operation) => getVariableValues(schema, operation.variableDefinitions ?? [], values).errors ?? [],
    );
    expect(errors).toEqual([]);
  });
});

test('each mutation opens with a key of its own', () => {
  let count = 0;
  const newKey = () => `key-${++count}`;
  const keys = OPENING_TABS.flatMap((tab) => {
    const input = tab.variables?.(newKey).input as { idempotencyKey: string } | undefined;
    return input ? [input.idempotencyKey] : [];
  });
  const mutations = tabs.filter(({ operations }) =>
    operations.some(({ operation }) => operation === 'mutation'),
  );
  expect(mutations).toHaveLength(9);
  expect(keys).toEqual(mutations.map((_, index) => `key-${index + 1}`));
});
