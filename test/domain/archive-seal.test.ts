// What the files of the archive hold of a claim: sealed with its player's key, with placeholders for what the database keeps.
import { expect, test } from 'vitest';
import { seal, sealKeyOf, unsealed } from '../../src/ledger/archive-seal.ts';
import { withoutTexts, withTexts } from '../../src/ledger/archive-texts.ts';

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff';
const ROW = { player: 7, number: 3, units: 1 };
const TEXTS = {
  claim_key: 'cup-1',
  idempotency_key: 'a-key-of-a-request',
  fingerprint: '00000000-0000-4000-8000-000000000000',
  client_correlation_id: null,
  reason: null,
  input: { type: 'cup' },
  facts_read: null,
};

test('a seal opens with its key in its row', async () => {
  const key = await sealKeyOf(KEY);
  const sealed = await seal(key, ROW, TEXTS);
  expect(await unsealed({ ...ROW, sealed }, key)).toEqual({ ...ROW, ...TEXTS });
  expect(Buffer.from(sealed).toString('latin1')).not.toContain('cup');
});

test('equal texts have different seals', async () => {
  const key = await sealKeyOf(KEY);
  expect(await seal(key, ROW, TEXTS)).not.toEqual(await seal(key, ROW, TEXTS));
});

test('a seal opens neither with another key nor in another row, nor when a byte of it changed', async () => {
  const [key, other] = [await sealKeyOf(KEY), await sealKeyOf(KEY.replace(/^00/, '01'))];
  const sealed = await seal(key, ROW, TEXTS);
  await expect(unsealed({ ...ROW, sealed }, other)).rejects.toThrow();
  await expect(unsealed({ ...ROW, number: 4, sealed }, key)).rejects.toThrow();
  for (const place of sealed.keys()) {
    const changed = sealed.map((byte, at) => (at === place ? byte ^ 1 : byte));
    await expect(unsealed({ ...ROW, sealed: changed }, key)).rejects.toThrow();
  }
});

test('without a key the texts are absent', async () => {
  const sealed = await seal(await sealKeyOf(KEY), ROW, TEXTS);
  const absent = Object.fromEntries(Object.keys(TEXTS).map((name) => [name, null]));
  expect(await unsealed({ ...ROW, sealed }, null)).toEqual({ ...ROW, ...absent });
});

test('a key of another length is refused', async () => {
  await expect(sealKeyOf(KEY.slice(2))).rejects.toThrow('another length');
});

const NAMES = { player: 'ann', actor: 'arena', counterparty: 'bob', key: 'cup-1' };
const isName = (text: string) => ['cup', 'onceward:gold', 'bob'].includes(text);

test('names of the config stay, IDs and the key become roles, and every other text a number', () => {
  const input = {
    type: 'cup',
    key: 'cup-1',
    to: 'bob',
    facts: { a: 'carl', b: ['carl', 'dora', 5, null, true] },
  };
  const { stored, texts } = withoutTexts(input, NAMES, isName);
  expect(stored).toEqual({
    type: 'cup',
    key: 'onceward:key',
    to: 'onceward:counterparty',
    facts: { a: 'onceward:0', b: ['onceward:0', 'onceward:1', 5, null, true] },
  });
  expect(texts).toEqual(['carl', 'dora']);
  expect(withTexts(stored, NAMES, texts)).toEqual(input);
  expect(withTexts(stored, { ...NAMES, counterparty: 'erased' }, texts)).toMatchObject({ to: 'erased' });
});

test.each([
  'onceward:gold',
  'onceward:player',
  'onceward:0',
  'onceward:=',
  '',
])('a text that looks like a placeholder comes back as it was: %j', (text) => {
  const { stored, texts } = withoutTexts({ text }, NAMES, isName);
  expect(withTexts(stored, NAMES, texts)).toEqual({ text });
});

test('a text that is missing is an error', () => {
  const { stored } = withoutTexts({ text: 'carl' }, NAMES, isName);
  expect(() => withTexts(stored, NAMES, [])).toThrow('missing');
});
