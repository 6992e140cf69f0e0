import { describe, expect, test } from 'vitest';
import { exampleDocument, exampleWith, expectProblem, type Invalid, rulesOf } from './example.ts';

const DRAGON = ['resources', 'hero:dragon_queen'];
const CONVERTS = { ceiling: 1, atCeiling: 'convert', convertTo: { resource: 'shards:fire', rate: 5 } };

describe('a resource that converts at its ceiling', () => {
  test('clamps, and gives the rest as the other resource, which stops as it does itself', () => {
    const document = exampleWith(DRAGON, CONVERTS) as { resources: Record<string, object> };
    document.resources['shards:fire'] = { ceiling: 99, atCeiling: 'clamp' };
    expect(rulesOf(document).resources.get('hero:dragon_queen')).toMatchObject({
      ceiling: 1,
      atCeiling: 'clamp',
      converts: { resource: 'shards:fire', rate: 5, ceiling: 99, atLimit: 'clamp' },
    });
  });

  test('other resources convert nothing', () => {
    const { resources } = rulesOf(exampleDocument());
    expect([...resources.values()].every(({ converts }) => converts === null)).toBe(true);
  });

  const at = 'resources.hero:dragon_queen';
  const to = (over: object) => ({ ...CONVERTS, convertTo: { ...CONVERTS.convertTo, ...over } });
  test.each<Invalid>([
    [DRAGON, { ceiling: 1, atCeiling: 'convert' }, `${at}.convertTo`, /must be set, because atCeiling/],
    [
      DRAGON,
      { ...CONVERTS, atCeiling: 'clamp' },
      `${at}.convertTo`,
      /remove it, or set atCeiling to "convert"/,
    ],
    [DRAGON, { ...CONVERTS, ceiling: null }, `${at}.ceiling`, /must be set, because the resource converts/],
    [DRAGON, to({ resource: 'nothing' }), `${at}.convertTo.resource`, /"nothing", which is not listed/],
    [DRAGON, to({ resource: 'hero:dragon_queen' }), `${at}.convertTo.resource`, /which converts itself/],
    [DRAGON, to({ rate: 0 }), `${at}.convertTo.rate`, /at least 1, not 0/],
    [DRAGON, to({ rate: 1_000_001 }), `${at}.convertTo.rate`, /at most 1000000/],
    [DRAGON, to({ resource: 'experience' }), `${at}.convertTo.resource`, /records progress/],
    [DRAGON, to({ resource: 'levels_paid' }), `${at}.convertTo.resource`, /is changed only by the ledger/],
    [DRAGON, to({ resource: 'pity:summons' }), `${at}.convertTo.resource`, /is changed only by draws/],
    [
      DRAGON,
      { ...CONVERTS, value: 4 },
      `${at}.value`,
      /at least what it converts to: 5 × the value of shards:fire/,
    ],
  ])('rejects %j = %j', expectProblem);

  test('a chain of conversions is refused with its path', () => {
    const document = exampleWith(DRAGON, to({ resource: 'hero:warlock' })) as {
      resources: Record<string, object>;
    };
    document.resources['hero:warlock'] = CONVERTS;
    expect(() => rulesOf(document)).toThrow(/hero:dragon_queen → hero:warlock → shards:fire/);
  });

  test('a drawn resource does not convert into one that rejects: the draw could be repeated for free', () => {
    const document = exampleWith(DRAGON, CONVERTS) as { resources: Record<string, object> };
    document.resources['shards:fire'] = { ceiling: 99 };
    expect(() => rulesOf(document)).toThrow(
      /set resources.shards:fire.atCeiling to .*clamp.*repeated for free/,
    );
  });
});
