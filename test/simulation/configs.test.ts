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
