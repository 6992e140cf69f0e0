import { describe, expect, test } from 'vitest';
import type { Catalogue, CatalogueEntry } from '../../src/domain/catalogue.ts';
import { inboxTexts } from '../../src/domain/inbox.ts';

const entry = (title: string, text: string | null): CatalogueEntry => ({
  ...{ title, text, image: null, tags: [], sort: 0 },
});
const CATALOGUE: Catalogue = {
  defaultLanguage: 'en',
  entries: new Map([
    ['messages.sorry', entry('Sorry', 'We were offline.')],
    ['claimTypes.cup', entry('Your cup', null)],
  ]),
};
const GERMAN = { 'messages.sorry.title': 'Entschuldigung', 'claimTypes.cup.title': 'Dein Pokal' };

describe('what an inbox shows of a pending reward', () => {
  test.each([
    ['the texts that were sent', { title: 'A gift', text: 'For you' }, { title: 'A gift', text: 'For you' }],
    ['a title without a text', { title: 'A gift', text: null }, { title: 'A gift', text: null }],
    [
      'its message, translated where it is translated',
      { name: 'sorry' },
      { title: 'Entschuldigung', text: 'We were offline.' },
    ],
    ['the texts of its claim type', null, { title: 'Dein Pokal', text: null }],
    [
      'the texts of its claim type where the config has dropped the message',
      { name: 'gone' },
      { title: 'Dein Pokal', text: null },
    ],
  ])('is %s', (_, message, shown) => {
    expect(inboxTexts({ type: 'cup', heldType: null, message }, CATALOGUE, GERMAN)).toEqual(shown);
  });

  test('is nothing where the config has no texts of its claim type', () => {
    const plain = { type: 'plain', heldType: null, message: null };
    expect(inboxTexts(plain, CATALOGUE, {})).toEqual({ title: null, text: null });
  });

  test('is, of what was held back, the texts of the claim that gave it', () => {
    const held = { type: 'held_reward', heldType: 'cup', message: null };
    expect(inboxTexts(held, CATALOGUE, GERMAN)).toEqual({ title: 'Dein Pokal', text: null });
  });
});
