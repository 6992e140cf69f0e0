import { expect, test } from 'vitest';
import { combatDetailOf } from '../../src/domain/claim-detail.ts';
import { APPLY_DAMAGE, decideApplyDamage, decideHeal, HEAL } from '../../src/domain/combat.ts';
import { intentOf, MAX_HEALTH, positiveInt, RULES, reasonOf, SERVER, STAFF } from './rules.ts';

const amount = positiveInt(30);
const change = { amount, source: null, reason: null, type: null };

test('damage takes health down to 0, from the opening balance of a new player', () => {
  const { operation, fault } = decideApplyDamage(intentOf(SERVER), change);
  expect(fault).toBeNull();
  expect(operation).toMatchObject({
    name: 'applyDamage',
    mode: 'commit',
    claimType: 'damage',
    claimKey: operation.idempotencyKey,
    milestones: false,
  });
  expect(operation.postings).toEqual([
    {
      resource: 'health',
      delta: -30,
      floor: 0,
      ceiling: null,
      atLimit: 'clamp',
    },
  ]);
  // The opening balance follows from the stat points in the ledger.
  expect(operation.resources).toEqual(expect.arrayContaining(['health', 'stat:health']));
});

test('healing gives health up to the maximum that follows from the stat points in the ledger', () => {
  const { operation } = decideHeal(intentOf(SERVER), change);
  expect(operation).toMatchObject({ name: 'heal', claimType: 'healing' });
  expect(operation.postings).toEqual([
    {
      resource: 'health',
      delta: 30,
      floor: null,
      ceiling: MAX_HEALTH,
      atLimit: 'clamp',
    },
  ]);
});

test('damage and healing in a game without combat only look the key up', () => {
  for (const decide of [decideApplyDamage, decideHeal]) {
    const { operation, fault } = decide(intentOf(SERVER, { rules: { ...RULES, combat: null } }), change);
    expect([operation.mode, operation.postings, fault?.code]).toEqual(['lookup', [], 'BAD_USER_INPUT']);
  }
});

test('the source is part of the input and of the fingerprint', () => {
  const fingerprint = (source: string | null, decide = decideApplyDamage) =>
    decide(intentOf(SERVER), { ...change, source }).operation.fingerprint;
  const fingerprints = [
    fingerprint(null),
    fingerprint('trap-1'),
    fingerprint('trap-2'),
    fingerprint(null, decideHeal),
  ];
  expect(new Set(fingerprints).size).toBe(4);
  expect(decideApplyDamage(intentOf(SERVER), { ...change, source: 'trap-1' }).operation.input).toEqual({
    amount: 30,
    source: 'trap-1',
  });
});

test('staff correct health with a reason, under a permission of its own', () => {
  for (const decide of [decideApplyDamage, decideHeal]) {
    const { operation } = decide(intentOf(STAFF), {
      ...change,
      reason: reasonOf('a hit that was not counted'),
    });
    expect(operation).toMatchObject({
      mode: 'commit',
      permission: 'combat:correct',
      reason: 'a hit that was not counted',
      staff: { day: '2026-11-02' },
      createsPlayer: false,
    });
  }
});

const TYPED = { ...RULES, combat: { health: 'health', damageTypes: ['fire', 'ice'] } };

test('damage has one of the types of the config, which its fingerprint contains', () => {
  const damage = (type: string | null) =>
    decideApplyDamage(intentOf(SERVER, { rules: TYPED }), { ...change, type });
  expect(damage('fire').operation).toMatchObject({ mode: 'commit', input: { amount: 30, type: 'fire' } });
  expect(damage('ice').operation.fingerprint).not.toBe(damage('fire').operation.fingerprint);
  for (const [type, message] of [
    [null, 'type: required; the balance config allows: fire, ice'],
    ['poison', 'type: is no damage type; the balance config allows: fire, ice'],
  ] as const) {
    const { operation, fault } = damage(type);
    expect(operation.mode).toBe('lookup');
    expect(fault).toMatchObject({ code: 'BAD_USER_INPUT', field: 'type', message });
  }
  const untyped = decideApplyDamage(intentOf(SERVER), { ...change, type: 'fire' });
  expect(untyped.fault).toMatchObject({ field: 'type', message: expect.stringContaining('no damageTypes') });
});

test('the detail of a claim is read from its stored input, of damage and healing alone', () => {
  expect(combatDetailOf(APPLY_DAMAGE.name, { amount: 5, type: 'fire', source: 'trap-1' })).toEqual({
    type: 'fire',
    source: 'trap-1',
  });
  expect(combatDetailOf(HEAL.name, { amount: 5 })).toEqual({ type: null, source: null });
  expect(combatDetailOf('claimReward', { type: 'quest' })).toBeNull();
});
