import { expect, test } from 'vitest';
import { toJSONSchema } from 'zod/mini';
import { balanceDocument } from '../../src/config/schema.ts';
import { addHelp } from './field-help.ts';

// Editors use this file to complete and check a document ("$schema"). `vitest run -u` rewrites it when the shape changes.
test('the JSON schema for editors matches the validator', async () => {
  const schema = toJSONSchema(balanceDocument, { io: 'input' });
  // Each field says what it is for.
  expect(addHelp(schema as Parameters<typeof addHelp>[0])).toEqual([]);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  // Short lists on one line, as the formatter writes them.
  const formatted = text
    .replace(/\[\s+("[^"\]]*")\s+\]/g, '[$1]')
    .replace(/\[\s+((?:"[^"]*",\s+)+"[^"]*")\s+\]/g, oneLine);
  await expect(formatted).toMatchFileSnapshot('../../config/balance.schema.json');
});

function oneLine(_: string, items: string): string {
  return `[${items.replace(/,\s+/g, ', ')}]`;
}
