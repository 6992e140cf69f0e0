/**
 * `npm run schema`: writes schema.graphql, the contract that client developers read, and the operations of the clients. The tests use
 * the types of the TypeScript client.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../src/resolvers/schema.ts';
import { printCSharpOperations } from './csharp-operations.ts';
import { printGdscriptOperations } from './gdscript-operations.ts';
import { printClientOperations } from './schema-types.ts';

const ROOT = join(import.meta.dirname, '..');

/** The generated files and what they contain now. */
export function printed(): ReadonlyMap<string, string> {
  const godot = printGdscriptOperations(schema);
  return new Map([
    [join(ROOT, 'schema.graphql'), `${printSchema(lexicographicSortSchema(schema))}\n`],
    [join(ROOT, 'packages/client/src/generated.ts'), printClientOperations(schema)],
    [join(ROOT, 'clients/unity/Runtime/Generated.cs'), printCSharpOperations(schema)],
    [join(ROOT, 'clients/godot/godot3/addons/onceward/operations.gd'), godot],
    [join(ROOT, 'clients/godot/godot4/addons/onceward/operations.gd'), godot],
  ]);
}

if (import.meta.main) {
  for (const [file, text] of printed()) await writeFile(file, text);
}
