// Claim types that draw: who rolls, when, and what is shown before.
import { describe, expect, test } from 'vitest';
import { decideAnnounceReward } from '../../src/domain/announce-reward.ts';
import { type ClaimReward, decideClaimReward } from '../../src/domain/claim-reward.ts';
import type { Intent } from '../../src/domain/decide.ts';
import type { BalanceRules, ClaimTypeRule } from '../../src/domain/rules.ts';
import { type Alternatives, termsOf } from '../../src/domain/terms.ts';
import { announcementOf } from './announcements.ts';
import { CHEST, COIN, intentOf, RULES, SERVER, STAFF } from './rules.ts';

const loot: ClaimTypeRule = {
  ...(RULES.claimTypes.get('ascension') as ClaimTypeRule),
  name: 'loot',
  proof: 'server',
  facts: new Map(),
  rewards: [],
  draws: [
    { table: CHEST, times: 2 },
    { table: COIN, times: 1 },
  ],
};
const rules: BalanceRules = { ...RULES, claimTypes: new Map([['loot', loot]]) };
const intent = (actor: Intent['actor'] = SERVER) => intentOf(actor, { rules });
const request: ClaimReward = { type: 'loot', key: 'boss-1', facts: null, ticket: null, terms: null };
const tablesOf = (
  choices: readonly { readonly oneOf: readonly { readonly draws: readonly { table: string }[] }[] }[],
) => choices.map(({ oneOf }) => oneOf[0]?.draws[0]?.table);

describe('a claim with draws', () => {
  test('rolls each draw, and names the balances that decide between its alternatives', () => {
    const { operation } = decideClaimReward(intent(), request, () => 0);
    expect(tablesOf(operation.choices)).toEqual(['chest', 'chest', 'coin']);
    expect(operation).toMatchObject({ mode: 'commit', postings: [], source: { kind: 'postings' } });
    expect(operation.resources).toEqual(expect.arrayContaining(['gold', 'hero:dragon', 'pity:chest']));
  });

  test('has the odds among its terms', () => {
    const { alternatives } = decideClaimReward(intent(), request, () => 0);
    const other = { ...loot, draws: [{ table: COIN, times: 1 }] };
    const changed = { ...rules, claimTypes: new Map([['loot', other]]) };
    const after = decideClaimReward(intentOf(SERVER, { rules: changed }), request, () => 0).alternatives;
    expect(termsOf(after as Alternatives)).not.toBe(termsOf(alternatives as Alternatives));
  });

  test('is previewed without a roll, with the counters of its guarantees', () => {
    const { operation } = decideClaimReward(intent(), request);
    expect(operation.choices).toEqual([]);
    expect(operation.resources).toContain('pity:chest');
  });

  test('is not made by staff, who pay what was announced', () => {
    const { operation } = decideClaimReward(intent(STAFF), request, () => {
      throw new Error('no die may be rolled');
    });
    expect(operation).toMatchObject({
      mode: 'reject',
      source: { kind: 'pending' },
      choices: [],
      rejection: { kind: 'not_eligible', why: 'not_by_staff', claimType: 'loot' },
    });
  });
});

test('an announcement by staff of a claim type that draws is rejected', () => {
  const announced = announcementOf({ type: 'loot', key: 'boss-1', facts: null });
  const { operation } = decideAnnounceReward({ ...intent(), actor: STAFF }, announced, () => 0);
  expect(operation).toMatchObject({
    mode: 'reject',
    claimType: 'announcement',
    rejection: { kind: 'not_eligible', why: 'not_by_staff', claimType: 'loot' },
  });
});

test('an announcement rolls the draws, and stores them with every balance that they may move', () => {
  const announced = announcementOf({ type: 'loot', key: 'boss-1', facts: null });
  const { source, choices } = decideAnnounceReward(intent(), announced, (sides) => sides - 1).operation;
  expect(choices).toEqual([]);
  const plan = source.kind === 'announcement' ? source.announces.plan : null;
  expect(tablesOf(plan?.choices ?? [])).toEqual(['chest', 'chest', 'coin']);
  expect(plan?.choices[0]?.oneOf.map(({ draws: [draw] }) => draw?.outcome)).toEqual(['epic', 'rare']);
  expect(plan?.resources).toEqual(expect.arrayContaining(['gold', 'gems', 'hero:dragon', 'pity:chest']));
});
