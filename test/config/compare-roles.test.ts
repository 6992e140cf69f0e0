import { describe, expect, test } from 'vitest';
import { changes, changesAt } from './compared.ts';
import { exampleDocument, exampleWith, type Path } from './example.ts';

describe('a part or stat that ends says what becomes of balances, and what to count', () => {
  test.each<[string, Path, string, string | null]>([
    [
      'levels',
      ['levels'],
      "Levels end. experience stays, no level-up is paid or taken back, and levels_paid keeps count: if levels return, those that are missing are paid with the player's next experience.",
      'experience',
    ],
    ['tiers', ['tiers'], 'Tiers end. lifetime_points stays and decides nothing.', 'lifetime_points'],
    [
      'statPoints',
      ['statPoints'],
      'Stat points end. stat_points and the points in stats stay, and count for nothing.',
      'stat_points',
    ],
    [
      'statPoints.stats.stamina',
      ['statPoints', 'stats', 'stamina'],
      'The stat stamina ends. The points in stat:stamina stay and count for nothing: players do not get them back.',
      'stat:stamina',
    ],
    ['combat.health', ['combat'], 'Damage and healing change nothing instead of health.', null],
  ])('%s', (path, at, text, resource) => {
    const found = changesAt(at, undefined);
    const held = resource === null ? {} : { held: { resource } };
    expect(found).toContainEqual({ severity: 'running', path, text, ...held });
    expect(found.filter(({ severity }) => severity === 'refused' || severity === 'reopens')).toEqual([]);
  });
});

describe('a part that begins says what players have at once, and what to count', () => {
  test.each([
    [
      'levels',
      'Levels begin. Players have the level of the experience that they hold, and levels that levels_paid does not count yet are paid with their next experience.',
      'experience',
    ],
    ['tiers', 'Tiers begin. Players have the tier of the lifetime_points that they hold.', 'lifetime_points'],
  ])('%s', (part, text, resource) => {
    const found = changes(exampleDocument(), { from: exampleWith([part], undefined) });
    expect(found).toEqual([{ severity: 'running', path: part, text, held: { resource } }]);
  });
});

describe('what returns is refused with another resource than it had last', () => {
  test.each([
    [['levels'], ['levels', 'paidResource'], 'levels_paid'],
    [['statPoints'], ['statPoints', 'resource'], 'stat_points'],
    [['statPoints', 'stats', 'stamina'], ['statPoints', 'stats', 'stamina', 'resource'], 'stat:stamina'],
    [['tiers'], ['tiers', 'resource'], 'lifetime_points'],
  ])('%j', (part, at, resource) => {
    const former = { roles: { [at.join('.')]: { version: 3, resource } } };
    const options = { from: exampleWith(part, undefined), former };
    expect(changesAt(at, 'credits', options)[0]).toMatchObject({
      severity: 'refused',
      path: at.join('.'),
      text: `was in version 3 and must again be "${resource}": players have balances in it, and every balance of "credits" is 0`,
    });
    const same = changes(exampleDocument(), options);
    expect(same.filter(({ severity }) => severity === 'refused')).toEqual([]);
  });
});
