import { expect, test } from 'vitest';
import { decideApplyDamage, decideHeal } from '../../src/domain/combat.ts';
import { intentOf, MAX_HEALTH, positiveInt, RULES, SERVER } from './rules.ts';

const amount = positiveInt(30);
const change = { amount, source: null };

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
    decide(intentOf(SERVER), { amount, source }).operation.fingerprint;
  const fingerprints = [
    fingerprint(null),
    fingerprint('trap-1'),
    fingerprint('trap-2'),
    fingerprint(null, decideHeal),
  ];
  expect(new Set(fingerprints).size).toBe(4);
  expect(decideApplyDamage(intentOf(SERVER), { amount, source: 'trap-1' }).operation.input).toEqual({
    amount: 30,
    source: 'trap-1',
  });
});
