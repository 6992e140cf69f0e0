/**
 * `npm run schema`: writes schema.graphql, the contract that client developers read, and the TypeScript types of the tests'
 * client.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/resolvers/schema.ts';
import { printSchemaTypes } from './schema-types.ts';

export const SCHEMA_FILE = join(import.meta.dirname, '../schema.graphql');
export const SCHEMA_TYPES_FILE = join(import.meta.dirname, '../test/support/worker/schema-types.ts');

export function printedSchema(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

export function printedSchemaTypes(): string {
  return printSchemaTypes(schema);
}

if (import.meta.main) {
  await writeFile(SCHEMA_FILE, printedSchema());
  await writeFile(SCHEMA_TYPES_FILE, printedSchemaTypes());
}
