// Yoga lets every GraphQLError through to the client, so that one file makes them all and can be read in one sitting.
import { expect, test } from 'vitest';
import { readFiles, type SourceFile } from './source-tree.ts';
import { lineOf, nameOf, nodesOf, type SyntaxNode } from './syntax.ts';

const MAKER = 'src/schema/errors.ts';

/** Comparing with `instanceof` is fine; making one, deriving from it or giving it another name is not. */
function makesError(node: SyntaxNode): boolean {
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

function makers(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    [...nodesOf(file)].filter(makesError).map((node) => `${file.path}:${lineOf(file, node)}`),
  );
}

test('GraphQL errors are made in one file', () => {
  const files = readFiles(['src'], /\.ts$/);
  expect(makers(files.filter(({ path }) => path === MAKER))).not.toEqual([]);
  expect(makers(files.filter(({ path }) => path !== MAKER))).toEqual([]);
});

test.each([
  "throw new GraphQLError('no');",
  "throw GraphQLError('no');",
  'class OurError extends GraphQLError {}',
  "throw createGraphQLError('no');",
  "import { GraphQLError as E } from 'graphql';\nthrow new E('no');",
])('%s would be noticed', (text) => {
  expect(makers([{ path: 'src/x.ts', text }])).toEqual(['src/x.ts:1']);
});

test('to ask whether an error is one is in order', () => {
  const text =
    "import { GraphQLError } from 'graphql';\nexport const is = (e: unknown) => e instanceof GraphQLError;";
  expect(makers([{ path: 'src/x.ts', text }])).toEqual([]);
});
