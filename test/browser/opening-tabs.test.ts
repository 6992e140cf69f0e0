// Every document and all variables that the admin page opens with, compared with the schema: a renamed field fails here first.
import { readFileSync } from 'node:fs';
import { buildSchema, getVariableValues, type OperationDefinitionNode, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { openingTabs } from '../../admin/build/opening-tabs.ts';
import { withKey } from '../../admin/src/graphiql/tab-variables.ts';
import { DOCUMENT_RULES, parseDocument } from '../../src/http/documents.ts';
import { OPERATIONS } from '../../src/resolvers/schema.ts';
import { operationDocument } from '../../tools/documents.ts';

const schema = buildSchema(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const operations = (['Query', 'Mutation'] as const).flatMap((root) =>
  Object.keys((root === 'Query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {}),
);

const tabs = openingTabs({ OPERATIONS, schema, operationDocument }).map(({ name, document, variables }) => {
  const parsed = parse(document);
  const operation = parsed.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === 'OperationDefinition',
  );
  return { name, document, parsed, operation, variables };
});

const actions = OPERATIONS.flatMap(({ root, name }) => (root === 'action' ? [name] : []));

test('the page opens with a welcome and one tab per operation of the API but for the actions of staff, which have pages', () => {
  expect(actions.length).toBeGreaterThan(0);
  expect(tabs[0]?.name).toBe('welcome');
  expect(
    tabs
      .slice(1)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(operations.filter((name) => !actions.includes(name)).toSorted());
});

describe.each(tabs)('the opening tab $name', ({ document, parsed, operation, variables }) => {
  test('has a document that is valid in the schema', () => {
    expect(validate(schema, parsed)).toEqual([]);
  });

  test('has a document within the limits of the API', () => {
    expect(validate(schema, parseDocument(document), DOCUMENT_RULES)).toEqual([]);
  });

  test('has variables that its operation accepts', () => {
    const values = withKey(variables ?? {}, () => '00000000-0000-4000-8000-000000000000');
    const { errors = [] } = getVariableValues(schema, operation?.variableDefinitions ?? [], values);
    expect(errors).toEqual([]);
  });

  test('has comments that fit the editor of a window 1,280 pixels wide', () => {
    const comments = document.split('\n').filter((line) => line.startsWith('#'));
    expect(comments.length).toBeGreaterThan(0);
    for (const line of comments) expect(line.length).toBeLessThanOrEqual(57);
  });
});

test('each mutation opens with an idempotency key of its own', () => {
  let count = 0;
  const newKey = () => `key-${++count}`;
  const keys = tabs.flatMap(({ operation, variables }) => {
    const input = withKey(variables ?? {}, newKey).input as { idempotencyKey?: string } | undefined;
    return operation?.operation === 'mutation' && input?.idempotencyKey ? [input.idempotencyKey] : [];
  });
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
  // markRead moves nothing, so it takes no key.
  expect(keys).toHaveLength(mutations.length - 1 - actions.length);
  expect(keys).toEqual(keys.map((_, index) => `key-${index + 1}`));
});

test('the limits that the tabs are checked with reject a document that is too long, too deep or has too many aliases', () => {
  const deep = `{ __type(name: "Player") { ${'ofType { '.repeat(10)} name ${'} '.repeat(10)} } }`;
  const aliases = [...'abcdefgh'].map((alias) => `${alias}: __typename`).join(' ');
  expect(() => parseDocument(`{ ${'__typename '.repeat(1_000)} }`)).toThrow(/tokens/);
  expect(() => validate(schema, parse(deep), DOCUMENT_RULES)).toThrow(/depth limit/);
  expect(() => validate(schema, parse(`{ ${aliases} }`), DOCUMENT_RULES)).toThrow(/Aliases limit/i);
});
