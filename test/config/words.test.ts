import { describe, expect, test } from 'vitest';
import { completed } from '../../admin/src/config/words/describe.ts';
import { bySubject } from '../../admin/src/config/words/subjects.ts';
import { parseDocument } from '../../src/config/compile.ts';
import { described, textsOf, whole } from './described.ts';
import type { Json, Path } from './example.ts';
import { wholeDocument } from './whole-document.ts';

test('the document of these tests has a valid shape, and every field that a document can have', () => {
  expect(parseDocument(wholeDocument())).not.toBeNull();
});

test('a document that is written in another order changes nothing', () => {
  const reversed = Object.fromEntries(Object.entries(wholeDocument() as object).reverse()) as Json;
  expect(described(reversed)).toEqual([]);
});

describe('the sentence about', () => {
  test.each<[string, Path, unknown, string]>([
    [
      'a reward',
      ['claimTypes', 'daily_quest', 'rewards', 'lumees'],
      200,
      'daily_quest pays 200 lumees instead of 150.',
    ],
    [
      'a title',
      ['claimTypes', 'daily_quest', 'title'],
      'Play',
      'The title of daily_quest is “Play” instead of “Play three matches”.',
    ],
    [
      'tags',
      ['claimTypes', 'daily_quest', 'tags'],
      ['daily', 'new'],
      'daily_quest is tagged daily and new instead of daily.',
    ],
    [
      'a fact',
      ['claimTypes', 'tournament_reward', 'facts', 'rank', 'max'],
      32,
      'The fact rank of tournament_reward is a whole number from 1 to 32 instead of a whole number from 1 to 64.',
    ],
    [
      'a prize',
      ['payouts', 'arena', 'ranks', 1, 'gives', 'lumees'],
      600,
      'arena pays ranks 2 to 3 20 auric_coins and 600 lumees instead of 20 auric_coins and 500 lumees.',
    ],
    [
      'a new rank',
      ['payouts', 'arena', 'ranks', 2, 'to'],
      20,
      'arena pays rank 1: 50 auric_coins and 1000 lumees; ranks 2 to 3: 20 auric_coins and 500 lumees; ranks 4 to 20: 250 lumees instead of rank 1: 50 auric_coins and 1000 lumees; ranks 2 to 3: 20 auric_coins and 500 lumees; ranks 4 to 10: 250 lumees.',
    ],
    [
      'ties',
      ['payouts', 'arena', 'ties'],
      'refuse',
      'Players of arena who are tied stop the payout instead of: they share what their positions get.',
    ],
    [
      'the ceiling',
      ['resources', 'drop_charges', 'atCeiling'],
      'reject',
      'What does not fit under the ceiling of drop_charges is refused instead of lost.',
    ],
    [
      'a conversion',
      ['resources', 'hero:frost_queen', 'convertTo', 'rate'],
      40,
      'What does not fit of hero:frost_queen is 40 queen_shards for each instead of 30 queen_shards for each.',
    ],
    ['awards by hand', ['resources', 'lumees', 'manual'], false, 'Staff can no longer award lumees by hand.'],
    [
      'the bound of one gift',
      ['resources', 'lumees', 'transfer', 'perTransfer'],
      10,
      'The most of one gift of lumees is 10 instead of 5000.',
    ],
    [
      'an end',
      ['exchanges', 'winter_summon', 'until'],
      '2027-02-01T00:00:00.000Z',
      'The end of the time in which winter_summon is available is 2027-02-01T00:00:00.000Z instead of 2027-03-01T12:00:00.000Z.',
    ],
    [
      'an attribute',
      ['attributes', 'segment', 'values'],
      ['vip'],
      'What the attribute segment may say is vip instead of new, vip.',
    ],
    [
      'approvals',
      ['campaigns', 'approvalAbove'],
      5,
      'The value above which a campaign needs the approval of another staff member is 5 instead of 1000.',
    ],
    [
      'a note',
      ['drawTables', 'winter_heroes', 'description'],
      'New.',
      'The description of winter_heroes is “New.” instead of “At least an epic hero within ten draws, and a legendary one within eighty.”.',
    ],
    [
      'what is new',
      ['claimTypes', 'gift'],
      { proof: 'calendar', period: 'ever', rewards: { lumees: 5 } },
      'gift is new: claimed by the calendar once for ever; pays 5 lumees.',
    ],
    [
      'a new counter',
      ['counters', 'wins'],
      { period: { season: 'winter' } },
      'The counter wins is new: counts in the season winter.',
    ],
    [
      'a table that is gone',
      ['drawTables', 'winter_legends'],
      undefined,
      'The draw table winter_legends is gone.',
    ],
    [
      'a part that ends',
      ['combat'],
      undefined,
      'Combat ends: game servers can report no damage and no healing.',
    ],
    [
      'another form of the same',
      ['claimTypes', 'daily_quest', 'rewards', 'lumees'],
      { amount: 150 },
      'daily_quest › rewards › lumees is written in another way: nothing changes.',
    ],
    [
      'a default that is written out',
      ['exchanges', 'summon', 'maxQuantity'],
      1,
      'summon › maxQuantity is written out now. It is what applied without it: nothing changes.',
    ],
  ])('%s', (_, path, value, text) => {
    expect(textsOf(described(whole([path, value])))).toContain(text);
  });
});

test('what the server found keeps its words, and its plain values become sentences', () => {
  const next = whole([['payouts', 'arena', 'ties'], 'same']);
  const found = [
    { severity: 'running', path: 'resources.energy', text: '12 players hold it.' },
    { severity: 'other', path: 'payouts.arena.ties', text: '"share" → "same"' },
  ] as const;
  expect(textsOf(completed({ current: wholeDocument(), next }, found))).toEqual([
    '12 players hold it.',
    'Players of arena who are tied each get what their rank gets instead of: they share what their positions get.',
  ]);
});

test('changes are grouped by subject, what is paid again first, with the titles that players read', () => {
  const next = whole(
    [['claimTypes', 'daily_quest', 'period'], 'week'],
    [['claimTypes', 'daily_quest', 'sort'], 3],
    [['resources', 'energy', 'ceiling'], 9],
    [['resetHour'], 5],
    [['description'], 'Other.'],
  );
  const groups = bySubject(described(next), [next]);
  expect(groups.map(({ kind, name, title }) => [kind, name, title])).toEqual([
    ['Claim type', 'daily_quest', 'Play three matches'],
    ['Part', 'Calendar', null],
    ['Resource', 'energy', 'Energy'],
    ['Part', 'The document', null],
  ]);
  expect(groups[0]?.sentences.map(({ severity }) => severity)).toEqual(['reopens', 'other']);
});
