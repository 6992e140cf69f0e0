// The pure parts of the console: formulas with facts, pasted IDs, and which role sees which page. No browser.
import { describe, expect, test } from 'vitest';
import { csvOfEvents } from '../../admin/src/audit/csv.ts';
import { ceilingsOf, levelUpsOf } from '../../admin/src/players/bounds.ts';
import { valueAt } from '../../admin/src/players/evaluate.ts';
import { explain, fill } from '../../admin/src/players/explain.ts';
import { mayOpen, PAGES } from '../../admin/src/shell/pages.ts';
import { relatedTo, togetherOf } from '../../admin/src/trace/related.ts';
import { readPasted } from '../../admin/src/trace/resolve-id.ts';
import { STAFF_PERMISSIONS, STAFF_ROLES } from '../../src/domain/actor.ts';
import { derivedKey } from '../../src/domain/canonical.ts';

describe('a formula', () => {
  test.each([
    ['100 + floor * 25', { floor: 12 }, '100 + 12 * 25'],
    ['difficulty == "hard" ? 2 : 1', { difficulty: 'hard', hard: 3 }, '"hard" == "hard" ? 2 : 1'],
    ["balance('lumees') / 2 + level", { 'balance("lumees")': 7, level: 3 }, '7 / 2 + 3'],
    ['floors + floor_2', { floor: 1 }, 'floors + floor_2'],
    ['min(150, participants * 4)', { participants: 16 }, 'min(150, 16 * 4)'],
  ])('%s with %j reads %s', (formula, facts, filled) => {
    expect(fill(formula, facts)).toBe(filled);
  });
});

describe('an explanation', () => {
  const document = {
    claimTypes: {
      tower: { rewards: { lumees: { amount: '100 + floor * 25', cap: 'level * 100' }, coins: 5 } },
    },
    exchanges: { summon: { costs: { tokens: 1 }, gives: { hero: 1 } } },
  };
  const attempt = (type: string, input: object, factsRead: object | null = null) =>
    ({ claim: { type, factsRead }, input }) as unknown as Parameters<typeof explain>[0];

  test('has the facts of a ticket and what was read of the player', () => {
    const { lines, facts, read } = explain(
      attempt('tower', { ticket: { facts: { floor: 3 } } }, { level: 2 }),
      document,
    );
    expect({ facts, read }).toEqual({ facts: { floor: 3 }, read: { level: 2 } });
    expect(lines).toEqual([
      {
        resource: 'lumees',
        kind: 'gives',
        formula: '100 + floor * 25',
        filled: '100 + 3 * 25',
        cap: 'level * 100',
        filledCap: '2 * 100',
      },
      { resource: 'coins', kind: 'gives', formula: '5', filled: null, cap: null, filledCap: null },
    ]);
  });

  test('shows both sides of an exchange', () => {
    const kinds = explain(attempt('summon', {}), document).lines.map(({ kind, resource }) => [
      kind,
      resource,
    ]);
    expect(kinds).toEqual([
      ['costs', 'tokens'],
      ['gives', 'hero'],
    ]);
  });

  test.each([null, undefined, [], 'text', { claimTypes: null }])('is empty for the document %j', (broken) => {
    expect(explain(attempt('tower', { facts: { floor: 3 } }), broken).lines).toEqual([]);
  });
});

describe('what bounds a claim', () => {
  const document = {
    resources: {
      energy: { ceiling: { stat: 'energy' }, atCeiling: 'clamp' },
      queen: { ceiling: 1, atCeiling: 'convert', convertTo: { resource: 'shards', rate: 30 } },
      charges: { ceiling: 10 },
      coins: {},
    },
    statPoints: { stats: { energy: { resource: 'stat:energy', base: 100, perPoint: 10 } } },
    levels: {
      paidResource: 'levels_paid',
      experienceForLevel: '50 * level * (level - 1)',
      grants: { points: 'level % 10 == 0 ? 5 : 3' },
    },
  };
  const change = (resource: string, requested: number, before = 0) =>
    ({ resource, requested, delta: requested, before }) as Parameters<typeof ceilingsOf>[0][number];

  test('are the ceilings of what it gave, and what becomes of the rest', () => {
    const changes = [change('energy', 5), change('queen', 1), change('charges', 2), change('coins', 3)];
    expect(ceilingsOf(changes, document)).toEqual([
      { resource: 'energy', ceiling: '100, and 10 for each stat:energy', rest: 'the rest is cut off' },
      { resource: 'queen', ceiling: '1', rest: 'the rest becomes shards, 30 for each' },
      { resource: 'charges', ceiling: '10', rest: 'more is rejected' },
    ]);
    expect(ceilingsOf([change('energy', -5)], document)).toEqual([]);
    expect(ceilingsOf(changes, null)).toEqual([]);
  });

  test('are the levels that it reached, which begin and give what their formulas say', () => {
    const levels = levelUpsOf([change('levels_paid', 2, 7)], document);
    expect(levels.map(({ level, begins }) => [level, begins.filled])).toEqual([
      [9, '50 * 9 * (9 - 1)'],
      [10, '50 * 10 * (10 - 1)'],
    ]);
    expect(levels.map(({ begins, level }) => valueAt(begins.formula, level))).toEqual([3_600, 4_500]);
    expect(levels.map(({ grants, level }) => valueAt(grants[0]?.formula ?? '', level))).toEqual([3, 5]);
    expect([valueAt('7', 2), valueAt('unknown + 1', 2)]).toEqual([7, null]);
    expect(levelUpsOf([change('levels_paid', -2, 7)], document)).toEqual([]);
  });
});

describe('a pasted ID', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const ticket = `${encode({})}.${encode({ sub: 'p', type: 't', key: 'k' })}.signature`;
  test.each([
    ['  ', { kind: 'nothing' }],
    [` ${ticket}\n`, { kind: 'ticket', playerId: 'p', type: 't', key: 'k' }],
    ['5snz2rwj3xjjvbnca', { kind: 'claim', id: '5snz2rwj3xjjvbnca' }],
    ['01900000-0000-7000-8000-000000000001', { kind: 'text', text: '01900000-0000-7000-8000-000000000001' }],
    ['cup-1', { kind: 'text', text: 'cup-1' }],
    [
      'player-1  the-key-of-a-request',
      { kind: 'attempt', playerId: 'player-1', idempotencyKey: 'the-key-of-a-request' },
    ],
    ['a.b.c', { kind: 'text', text: 'a.b.c' }],
  ])('%j is recognised by its form', (pasted, id) => {
    expect(readPasted(pasted)).toEqual(id);
  });

  test('with spaces is not usable', () => {
    expect(readPasted('two words')).toMatchObject({ kind: 'unusable' });
  });
});

describe('the story of a claim', () => {
  const cup = { type: 'cup', key: 'k1', id: 'claim-id' };
  const reversal = { type: 'reversal', key: 'claim-id' };
  test.each([
    [cup, [{ type: 'announcement', key: derivedKey('cup', 'k1') }, reversal]],
    [{ ...cup, key: 'k'.repeat(255) }, [reversal]],
    [
      { ...cup, type: 'announcement', key: derivedKey('cup', '5:k1') },
      [{ type: 'cup', key: '5:k1' }, reversal],
    ],
    [{ ...cup, type: 'announcement', key: 'sha256:abc' }, [reversal]],
    [{ ...cup, type: 'reversal', key: 'other-id' }, [{ id: 'other-id' }]],
  ])('of %j looks for what announced it, paid it and took it back', (claim, references) => {
    expect(relatedTo(claim)).toEqual(references);
  });

  test('has of several requests what concerns the player', () => {
    const requests = ['a-1', 'b-2'].map((correlationId) => ({
      correlationId,
      attempts: ['p', 'q'].map((playerId) => ({ claim: { playerId, counterpartyId: null } })),
      audit: [],
      earlier: null,
    })) as unknown as Parameters<typeof togetherOf>[0];
    const { correlationId, attempts } = togetherOf(requests, 'p');
    expect([correlationId, attempts.map(({ claim }) => claim.playerId)]).toEqual(['a-1, b-2', ['p', 'p']]);
    expect(togetherOf(requests.slice(0, 1), 'p')).toBe(requests[0]);
  });
});

describe('an export of the audit', () => {
  const event = {
    id: 'e1',
    action: 'manualReward',
    actorId: 'admin-1',
    actorKind: 'staff',
    amount: -5,
    claimId: null,
    outcome: 'granted',
    playerId: '=HYPERLINK("x")',
    reason: 'a "lost" match,\nagain',
    recordedAt: '2026-11-30T10:00:00.000Z',
  };

  test('quotes what needs it, and holds no formula of a spreadsheet', () => {
    expect(csvOfEvents([event])).toBe(
      [
        'recordedAt,actorKind,actorId,action,outcome,playerId,amount,reason,claimId,id',
        '2026-11-30T10:00:00.000Z,staff,admin-1,manualReward,granted,"\'=HYPERLINK(""x"")",-5,"a ""lost"" match,\nagain",,e1',
        '',
      ].join('\r\n'),
    );
  });
});

/** For each page: the roles that see it. */
const MATRIX: Readonly<Record<string, readonly string[]>> = {
  '/players': ['support', 'economist', 'auditor', 'admin'],
  '/trace': ['support', 'economist', 'auditor', 'admin'],
  '/campaigns': ['support', 'economist', 'auditor', 'admin'],
  '/messages': ['support', 'economist', 'auditor', 'admin'],
  '/codes': ['support', 'economist', 'auditor', 'admin'],
  '/undo': ['support', 'economist', 'auditor', 'admin'],
  '/alarms': ['support', 'economist', 'auditor', 'admin'],
  '/breakers': ['support', 'economist', 'auditor', 'admin'],
  '/endpoints': ['admin'],
  '/servers': ['auditor', 'admin'],
  '/erasures': ['auditor', 'admin'],
  '/approvals': ['support', 'economist', 'admin'],
  '/staff': ['auditor', 'admin'],
  '/economy': ['economist', 'auditor', 'admin'],
  '/config': ['support', 'economist', 'auditor', 'admin'],
  '/audit': ['auditor', 'admin'],
  '/graphiql': ['nobody', 'support', 'economist', 'auditor', 'admin'],
};

test('each page is open to the roles of the matrix and closed to all others', () => {
  const permissionsOf = (role: string) =>
    Object.entries(STAFF_PERMISSIONS).flatMap(([name, roles]) =>
      (roles as readonly string[]).includes(role) ? [name] : [],
    );
  const computed = PAGES.map((page) => [
    page.path,
    ['nobody', ...STAFF_ROLES].filter((role) =>
      mayOpen(page, role === 'nobody' ? null : permissionsOf(role)),
    ),
  ]);
  expect(Object.fromEntries(computed)).toEqual(MATRIX);
});
