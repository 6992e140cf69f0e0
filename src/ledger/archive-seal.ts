/**
 * Seals what an erasure must make unreadable in the files of the archive: of each claim the columns that clients and staff chose, with
 * AES-256-GCM and a key of the claim's player (archive_keys). When the key is forgotten, nobody can read them again.
 */
import type { StoredRow } from './archive-files.ts';

/** In this order. */
const SEALED = [
  'claim_key',
  'idempotency_key',
  'fingerprint',
  'client_correlation_id',
  'reason',
  'input',
  'facts_read',
] as const;

export type SealedTexts = Readonly<Record<(typeof SEALED)[number], unknown>>;

const ALGORITHM = 'AES-GCM';
const TAG_BITS = 128;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;

export type SealKey = Awaited<ReturnType<typeof sealKeyOf>>;

/** `hex`: as the database keeps it. */
export async function sealKeyOf(hex: string) {
  const key = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  if (key.length !== KEY_BYTES) throw new Error('a key of the archive has another length');
  return await crypto.subtle.importKey('raw', key, ALGORITHM, false, ['encrypt', 'decrypt']);
}

/** A seal is of one claim: it does not open in another row. */
const algorithmFor = ({ player, number }: StoredRow, iv: Uint8Array<ArrayBuffer>) => ({
  name: ALGORITHM,
  iv,
  tagLength: TAG_BITS,
  additionalData: new TextEncoder().encode(`${player}/${number}`),
});

/** A random nonce, and the ciphertext with its tag. */
export async function seal(key: SealKey, row: StoredRow, texts: SealedTexts): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const plain = new TextEncoder().encode(JSON.stringify(SEALED.map((name) => texts[name])));
  const cipher = new Uint8Array(await crypto.subtle.encrypt(algorithmFor(row, iv), key, plain));
  const sealed = new Uint8Array(NONCE_BYTES + cipher.length);
  sealed.set(iv);
  sealed.set(cipher, NONCE_BYTES);
  return sealed;
}

/** The row of a claim with what was sealed. Without a key, because the player was erased, that is null. Throws where it is no seal of this key. */
export async function unsealed({ sealed, ...row }: StoredRow, key: SealKey | null): Promise<StoredRow> {
  if (!key || !sealed) return { ...row, ...Object.fromEntries(SEALED.map((name) => [name, null])) };
  const bytes = sealed as Uint8Array<ArrayBuffer>;
  const algorithm = algorithmFor(row, bytes.subarray(0, NONCE_BYTES));
  const plain = await crypto.subtle.decrypt(algorithm, key, bytes.subarray(NONCE_BYTES));
  const texts = JSON.parse(new TextDecoder().decode(plain)) as unknown[];
  return { ...row, ...Object.fromEntries(SEALED.map((name, place) => [name, texts[place] ?? null])) };
}
