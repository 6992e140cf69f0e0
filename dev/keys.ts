/**
 * The signing keys of this checkout. They are created on first use in .onceward/keys.json, readable by its owner only.
 * They are for the local stack; a deployment uses the key set of its own login service.
 */
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSigner, createSigningKeys, type Signer, type SigningKeys } from './sign.ts';

const LOCAL_DIR = join(import.meta.dirname, '..', '.onceward');

async function readKeys(file: string): Promise<SigningKeys | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { tokens, tickets } = JSON.parse(text) as Partial<SigningKeys>;
    if (tokens?.kid && tokens.d && tickets?.kid && tickets.d) return { tokens, tickets };
  } catch {
    // Invalid JSON gets the same error as JSON without keys.
  }
  throw new Error(`${file} does not hold signing keys. Delete it to have new keys created.`);
}

/** Signs with the keys of `loadOrCreateSigningKeys`. */
export async function loadOrCreateKeys(dir: string = LOCAL_DIR): Promise<Signer> {
  return createSigner(await loadOrCreateSigningKeys(dir));
}

/** `dir` is the folder of keys.json. If several processes create keys at the same time, all use those of the first. */
export async function loadOrCreateSigningKeys(dir: string): Promise<SigningKeys> {
  const file = join(dir, 'keys.json');
  let keys = await readKeys(file);
  if (!keys) {
    await mkdir(dir, { recursive: true });
    const draft = `${file}.${crypto.randomUUID()}`;
    await writeFile(draft, JSON.stringify(await createSigningKeys(), null, 2), { mode: 0o600 });
    // Unlike a rename, a link fails if another process has created the file in the meantime.
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await rm(draft);
    keys = (await readKeys(file)) as SigningKeys;
  }
  await chmod(file, 0o600);
  return keys;
}

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** "90s", "15m", "8h", "7d" → seconds. */
export function parseExpires(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const seconds = Number(amount) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (!(seconds > 0))
    throw new Error(`--expires must be a duration such as 90s, 15m, 8h or 7d, not "${text}".`);
  return seconds;
}
