import { expect, test } from 'vitest';
import { toJSONSchema } from 'zod/mini';
import { balanceDocument } from '../../src/config/schema.ts';

// Editors check and complete a document by this file ("$schema"). `vitest run -u` writes it after a change of shape.
test('the JSON schema for editors says what the validator says', async () => {
  const schema = toJSONSchema(balanceDocument, { io: 'input' });
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  // Short lists on one line, as the formatter has them.
  const formatted = text
    .replace(/\[\s+("[^"\]]*")\s+\]/g, '[$1]')
    .replace(/\[\s+((?:"[^"]*",\s+)+"[^"]*")\s+\]/g, oneLine);
  await expect(formatted).toMatchFileSnapshot('../../config/balance.schema.json');
});

function oneLine(_: string, items: string): string {
  return `[${items.replace(/,\s+/g, ', ')}]`;
}
