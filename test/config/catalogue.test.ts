/** Catalogue text in a document: what it may hold, and that no decision depends on it. */
import { describe, expect, it } from 'vitest';
import { catalogueEntry, defaultTexts, textKey } from '../../src/domain/catalogue.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import { termsOf } from '../../src/domain/terms.ts';
import { intentOf, PLAYER, quantityOf } from '../domain/rules.ts';
import {
  exampleDocument,
  exampleWith,
  exampleWithAll,
  expectProblem,
  type Invalid,
  rulesOf,
} from './example.ts';

const BUY = ['exchanges', 'buy_summon_token'] as const;
const TEXTED = exampleWithAll(
  [['defaultLanguage'], 'de'],
  [[...BUY, 'title'], 'Ein Zeichen'],
  [[...BUY, 'text'], 'Für eine Beschwörung.'],
  [[...BUY, 'image'], 'https://cdn.example.com/token.png?v=2'],
  [
    [...BUY, 'tags'],
    ['shop', 'tokens'],
  ],
  [[...BUY, 'sort'], -3],
  [['resources', 'shards:fire', 'title'], 'Feuersplitter'],
  [['drawTables', 'summons', 'title'], 'Beschwörung'],
  [['claimTypes', 'daily_quest', 'title'], 'Tagesaufgabe'],
);

it('the catalogue holds texts, image, tags and order by section and name', () => {
  const { catalogue } = rulesOf(TEXTED);
  expect(catalogue.defaultLanguage).toBe('de');
  expect(catalogueEntry(catalogue, 'exchanges', 'buy_summon_token')).toEqual({
    title: 'Ein Zeichen',
    text: 'Für eine Beschwörung.',
    image: 'https://cdn.example.com/token.png?v=2',
    tags: ['shop', 'tokens'],
    sort: -3,
  });
  expect(catalogueEntry(catalogue, 'exchanges', 'drop')).toEqual({
    title: null,
    text: null,
    image: null,
    tags: [],
    sort: 0,
  });
  expect(Object.fromEntries(defaultTexts(catalogue))).toEqual({
    'exchanges.buy_summon_token.title': 'Ein Zeichen',
    'exchanges.buy_summon_token.text': 'Für eine Beschwörung.',
    'resources.shards:fire.title': 'Feuersplitter',
    'drawTables.summons.title': 'Beschwörung',
    'claimTypes.daily_quest.title': 'Tagesaufgabe',
    'messages.welcome_back.title': 'Welcome back',
    'messages.welcome_back.text': 'Thank you for playing. Here is something for you.',
  });
  expect(textKey('exchanges', 'drop', 'title')).toBe('exchanges.drop.title');
});

it('the default language is en', () => {
  expect(rulesOf(exampleDocument()).catalogue.defaultLanguage).toBe('en');
});

it('a decision is the same whatever the texts say', () => {
  const decide = (document: unknown) =>
    decideExchange(
      intentOf(PLAYER, { rules: rulesOf(document) }),
      { exchange: 'buy_summon_token', quantity: quantityOf(2), payWith: null, choose: null, terms: null },
      null,
    );
  const [plain, texted] = [decide(exampleDocument()), decide(TEXTED)];
  expect(texted).toEqual(plain);
  if (!plain.alternatives || !texted.alternatives) throw new Error('no terms');
  expect(termsOf(texted.alternatives)).toBe(termsOf(plain.alternatives));
});

describe('a text that cannot be published', () => {
  it.each<Invalid>([
    [[...BUY, 'title'], '', null, /must not be empty/],
    [[...BUY, 'title'], 'x'.repeat(101), null, /at most 100 characters/],
    [[...BUY, 'text'], 'x'.repeat(1001), null, /at most 1000 characters/],
    [[...BUY, 'title'], 'a\u0000b', null, /plain text/],
    [[...BUY, 'image'], 'http://example.com/a.png', null, /path like .* or a URL that begins with https/],
    [[...BUY, 'image'], 'javascript:alert(1)', null, /path like/],
    [[...BUY, 'image'], '//evil.example/a.png', null, /path like/],
    [[...BUY, 'image'], '/shop/a b.png', null, /path like/],
    [[...BUY, 'tags'], Array.from({ length: 17 }, (_, index) => `tag_${index}`), null, /at most 16/],
    [[...BUY, 'tags'], ['shop', 'shop'], null, /not list a tag twice/],
    [[...BUY, 'tags'], ['Shop'], 'exchanges.buy_summon_token.tags[0]', /must be a tag/],
    [[...BUY, 'sort'], 1_000_001, null, /at most 1000000/],
    [[...BUY, 'sort'], 1.5, null, /whole number/],
    [['resources', 'lumees', 'titel'], 'Lumees', null, /not a field/],
    [['defaultLanguage'], 'EN', null, /language tag/],
    [['defaultLanguage'], 'en_GB', null, /language tag/],
    [['defaultLanguage'], 'english', null, /language tag/],
  ])('%j as %j', (...invalid) => expectProblem(...invalid));

  it.each(['en', 'pt-BR', 'zh-Hant', 'zh-Hant-TW', 'es-419', 'fil'])('%s is a language', (language) => {
    expect(rulesOf(exampleWith(['defaultLanguage'], language)).catalogue.defaultLanguage).toBe(language);
  });
});
