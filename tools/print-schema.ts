/** Prints the GraphQL schema from the code into schema.graphql: the contract that client developers read. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/resolvers/schema.ts';

export const SCHEMA_FILE = join(import.meta.dirname, '../schema.graphql');

export function printedSchema(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}

if (import.meta.main) await writeFile(SCHEMA_FILE, printedSchema());
