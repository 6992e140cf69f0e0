/** Compares the generated types of the tests' client with the schema in the code. */
import { readFile } from 'node:fs/promises';
import type { Step } from './step.ts';

export const schemaTypesDrift: Step = {
  name: 'the types of the tests match the schema',
  advice: '`npm run schema` writes them again.',
  async run() {
    // Imported here, so that a schema that does not build fails this step only.
    const { printedSchemaTypes } = await import('../print-schema.ts');
    const { SCHEMA_TYPES_FILE } = await import('../schema-types.ts');
    const isCurrent = (await readFile(SCHEMA_TYPES_FILE, 'utf8')) === printedSchemaTypes();
    return { ok: isCurrent, output: isCurrent ? '' : `${SCHEMA_TYPES_FILE} differs from the schema.` };
  },
};
