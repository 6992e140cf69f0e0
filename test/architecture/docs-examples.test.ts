// Requests in the documentation are copied by readers: each must be one that the schema takes.
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { readFiles, readProjectFile, type SourceFile } from './source-tree.ts';

const schema = buildSchema(readProjectFile('schema.graphql'));

interface Example {
  readonly path: string;
  readonly document: string;
}

function examplesOf({ path, text }: SourceFile): Example[] {
  return [...text.matchAll(/```graphql\n(.*?)```/gs)].map(([, document]) => ({
    path,
    document: String(document),
  }));
}

function faultsOf({ document }: Example): string[] {
  return validate(schema, parse(document)).map(({ message }) => message);
}

const readme = { path: 'README.md', text: readProjectFile('README.md') };
const examples = [readme, ...readFiles(['docs'], /\.md$/)].flatMap(examplesOf);

test('there are examples to look at', () => expect(examples.length).toBeGreaterThan(3));

test.each(examples)('$path, example %#', (example) => expect(faultsOf(example)).toEqual([]));

test('a field that is gone would be noticed', () => {
  const [old] = examplesOf({ path: 'x.md', text: 'So:\n```graphql\nquery { me { hitPoints } }\n```\n' });
  expect(faultsOf(old as Example)).toEqual([expect.stringContaining('hitPoints')]);
});
