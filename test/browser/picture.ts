// Writes pictures of pages to docs, small enough to be read with a document.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const DOCS = join(import.meta.dirname, '../../docs');
const MAX_BYTES = 150_000;
/** Text stays readable, and a picture below the bound. */
const QUALITY = 84;

/** `file`: below docs. */
export async function writePicture(page: Page, file: string): Promise<void> {
  const path = join(DOCS, file);
  await page.screenshot({ path, type: 'jpeg', quality: QUALITY, animations: 'disabled' });
  const { size } = await stat(path);
  console.log(`docs/${file}: ${Math.round(size / 1_000)} KB`);
  if (size > MAX_BYTES) throw new Error(`docs/${file} has more than ${MAX_BYTES} bytes`);
}
