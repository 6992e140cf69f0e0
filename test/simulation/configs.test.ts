import { expect, test } from 'vitest';
import { checkConfigs, type Publication } from '../../simulation/invariants/configs.ts';
import type { Rows } from '../../simulation/invariants/rows.ts';
import { Tally } from '../../simulation/invariants/tally.ts';
import { validHistory } from './valid-history.ts';

const [claim] = validHistory().rows.claims;

/** The violations of a claim at 1,000 under version 1, if version 2 began at 900. */
function violations(scheduled: boolean, publications: readonly Publication[] = []): number {
  const config = { sha256: '', scheduled: false };
  const rows = {
    claims: [{ ...claim, configVersion: 1, claimedAt: 1_000 }],
    configs: [
      { ...config, version: 1, effectiveFrom: 0 },
      { ...config, version: 2, effectiveFrom: 900, scheduled },
    ],
  };
  const tally = new Tally();
  checkConfigs(tally, rows as unknown as Rows, publications);
  return tally.findings.length;
}

test('a claim may not be made under an older version than the scheduled one whose moment has come', () => {
  expect(violations(true)).toBe(1);
  expect(violations(true, [{ began: 300, ended: 899 }])).toBe(1);
});

test('a version may be in force later than its moment if that came before its publication had ended', () => {
  expect(violations(true, [{ began: 700, ended: 950 }])).toBe(0);
  expect(violations(false)).toBe(0);
});

/** The invariants that a publication of staff on version 1 violates, where 1 was published at 0 and others as given. */
function broken(by: string, others: readonly { version: number; at: number; by?: string }[]): string[] {
  const configs = [{ version: 1, at: 0 }, ...others].map(({ version, at, ...config }) => ({
    ...{ version, sha256: '', scheduled: false, effectiveFrom: at, publishedAt: at },
    publishedBy: 'by' in config ? config.by : 'owner',
  }));
  const tally = new Tally();
  const staff = { by, base: 1, kind: 'ConfigPublicationReceipt', version: 3 };
  checkConfigs(tally, { claims: [], configs } as unknown as Rows, [{ began: 0, ended: 9, staff }]);
  return tally.findings.map(({ invariant }) => invariant);
}

test('what staff publish replaces the version that they saw, and has their name', () => {
  expect(broken('ada', [{ version: 3, at: 900, by: 'ada' }])).toEqual([]);
  expect(broken('ada', [{ version: 3, at: 900, by: 'eve' }])).toEqual(['I10']);
  const meanwhile = { version: 2, at: 500 };
  expect(broken('ada', [meanwhile, { version: 3, at: 900, by: 'ada' }])).toEqual(['I12']);
  expect(
    broken('ada', [
      { version: 2, at: 950 },
      { version: 3, at: 900, by: 'ada' },
    ]),
  ).toEqual([]);
  expect(broken('ada', [])).toEqual([]);
});
