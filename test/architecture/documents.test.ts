import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { DOCUMENT_RULES, parseDocument } from '../../src/http/documents.ts';
import { operationDocument } from '../../tools/documents.ts';
import { readProjectFile } from './source-tree.ts';

const published = buildSchema(readProjectFile('schema.graphql'));

const OPERATIONS = [
  ...Object.keys(published.getQueryType()?.getFields() ?? {}).map((name) => ['query', name] as const),
  ...Object.keys(published.getMutationType()?.getFields() ?? {}).map((name) => ['mutation', name] as const),
];

function errorsOf(text: string): string[] {
  return validate(published, parseDocument(text), [...specifiedRules, ...DOCUMENT_RULES]).map(
    ({ message }) => message,
  );
}

describe('the published schema', () => {
  test('has operations to generate documents for', () => {
    expect(OPERATIONS.length).toBeGreaterThan(15);
    expect(DOCUMENT_RULES).toHaveLength(4);
  });

  test.each(
    OPERATIONS,
  )('the document of the %s %s is valid and within the limits of the Worker', (kind, name) => {
    expect(errorsOf(operationDocument(published, kind, name, { alias: 'outcome' }))).toEqual([]);
    expect(errorsOf(operationDocument(published, kind, name))).toEqual([]);
  });

  test.each([
    ['more tokens', () => `{ me { ${'id '.repeat(1_000)} } }`],
    ['more aliases', () => '{ me { a: id b: id c: id d: id e: id } }'],
    ['more repeats', () => `{ me { ${'id '.repeat(9)} } }`],
  ])('a document with %s than the Worker allows is refused', (_, document) => {
    expect(() => expect(errorsOf(document())).toEqual([])).toThrow();
  });
});

describe('a generated document', () => {
  const schema = buildSchema(`
    interface Named { name: String! }
    interface Priced { price: Int! tax: Money }
    type Money { amount: Int! currency: String! }
    type Book implements Named & Priced { name: String! price: Int! tax: Money pages: Int! }
    type Game implements Named & Priced { name: String! price: Int! tax: Money fee: Money! }
    type Gift { from: Person! }
    type Person implements Named {
      name: String! age(at: String!): Int height(unit: String = "cm"): Int friends: [Person!]! home: Home
    }
    type Home { owner: Person! }
    union Item = Book | Game | Gift
    type Edge { cursor: String! node: Person! }
    type Connection { edges: [Edge!]! pageInfo: PageInfo! }
    type PageInfo { endCursor: String hasNextPage: Boolean! }
    input BuyInput { name: String! }
    type Query {
      item: Item
      named: Named!
      count: Int!
      people(after: String, first: Int! = 20, near: String, sortedBy: String, withAnAddress: Boolean): Connection!
    }
    type Mutation { buy(input: BuyInput!): Money! }
  `);

  test('selects fields of an interface that members of a union share once, and then what each member adds', () => {
    expect(operationDocument(schema, 'query', 'item')).toBe(`query item {
  item {
    __typename
    ... on Named { name }
    ... on Priced {
      price
      tax { ...Money }
    }
    ... on Book { pages }
    ... on Game {
      fee { ...Money }
    }
    ... on Gift {
      from { name height }
    }
  }
}

fragment Money on Money {
  amount currency
}`);
  });

  test('selects the fields of an interface directly, and then what each implementing type adds', () => {
    expect(operationDocument(schema, 'query', 'named')).toBe(`query named {
  named {
    __typename name
    ... on Priced {
      price
      tax { ...Money }
    }
    ... on Book { pages }
    ... on Game {
      fee { ...Money }
    }
    ... on Person { height }
  }
}

fragment Money on Money {
  amount currency
}`);
  });

  test('takes each argument as a variable, nullable where the argument has a default', () => {
    expect(operationDocument(schema, 'query', 'people', { alias: 'page' })).toBe(`query people(
  $after: String
  $first: Int
  $near: String
  $sortedBy: String
  $withAnAddress: Boolean
) {
  page: people(
    after: $after
    first: $first
    near: $near
    sortedBy: $sortedBy
    withAnAddress: $withAnAddress
  ) {
    edges {
      cursor
      node { name height }
    }
    pageInfo { endCursor hasNextPage }
  }
}`);
  });

  test('selects nothing below a scalar', () => {
    expect(operationDocument(schema, 'query', 'count')).toBe('query count {\n  count\n}');
  });

  test('gives the root field the response name that the caller chose', () => {
    expect(operationDocument(schema, 'mutation', 'buy', { alias: 'outcome' })).toBe(
      'mutation buy($input: BuyInput!) {\n  outcome: buy(input: $input) { amount currency }\n}',
    );
  });

  test.each(['item', 'named', 'people', 'count'])('is valid for %s', (name) => {
    expect(validate(schema, parse(operationDocument(schema, 'query', name)))).toEqual([]);
  });

  test('cannot be made for a field that the schema does not have', () => {
    expect(() => operationDocument(schema, 'query', 'buy')).toThrow('The schema has no query "buy".');
  });
});
