/**
 * Prints the GraphQL schema from the code into schema.graphql, the contract that client developers read, and the TypeScript
 * types of the tests' client.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/resolvers/schema.ts';
import { printSchemaTypes, SCHEMA_TYPES_FILE } from './schema-types.ts';

export const SCHEMA_FILE = join(import.meta.dirname, '../schema.graphql');

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
