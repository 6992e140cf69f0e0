// Yoga sends every GraphQLError to the client unmasked, so all of them are created in one file.
import { expect, test } from 'vitest';
import { readFiles, type SourceFile } from './source-tree.ts';
import { lineOf, nameOf, nodesOf, type SyntaxNode } from './syntax.ts';

const ERROR_FILE = 'src/schema/errors.ts';

/** Creating a GraphQLError, deriving from it and renaming it count. Comparing with `instanceof` does not. */
function createsError(node: SyntaxNode): boolean {
  switch (node.type) {
    case 'NewExpression':
    case 'CallExpression':
      return ['GraphQLError', 'createGraphQLError'].includes(nameOf(node.callee) ?? '');
    case 'ClassDeclaration':
    case 'ClassExpression':
      return nameOf(node.superClass) === 'GraphQLError';
    case 'ImportSpecifier':
      return nameOf(node.imported) === 'GraphQLError' && nameOf(node.local) !== 'GraphQLError';
    default:
      return false;
  }
}

function errorCreations(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    [...nodesOf(file)].filter(createsError).map((node) => `${file.path}:${lineOf(file, node.start)}`),
  );
}

test('GraphQL errors are created in one file', () => {
  const files = readFiles(['src'], /\.ts$/);
  expect(errorCreations(files.filter(({ path }) => path === ERROR_FILE))).not.toEqual([]);
  expect(errorCreations(files.filter(({ path }) => path !== ERROR_FILE))).toEqual([]);
});

test.each([
  "throw new GraphQLError('no');",
  "throw GraphQLError('no');",
  'class OurError extends GraphQLError {}',
  "throw createGraphQLError('no');",
  "import { GraphQLError as E } from 'graphql';\nthrow new E('no');",
])('%s is found', (text) => {
  expect(errorCreations([{ path: 'src/x.ts', text }])).toEqual(['src/x.ts:1']);
});

test('comparing an error with instanceof is allowed', () => {
  const text =
    "import { GraphQLError } from 'graphql';\nexport const is = (e: unknown) => e instanceof GraphQLError;";
  expect(errorCreations([{ path: 'src/x.ts', text }])).toEqual([]);
});
