/** Parts of the kernel's answers, for tests of decoding without a database. */
import type { KernelChange, KernelConfigs } from '../../src/ledger/kernel-contract.ts';

export const AT = Date.parse('2026-11-01T23:30:00.123Z');
export const REQUEST_ID = '01a201d2-9e85-780d-9e07-8cd1c2c6ba5c';

export const change = (overrides: Partial<KernelChange> = {}): KernelChange => ({
  resource: 'gold',
  before: 10,
  delta: 5,
  requested: 5,
  sequence: 3,
  cause: 1,
  anchored_at: null,
  ...overrides,
});

export const NO_CONFIGS: KernelConfigs = { current: null, configs: [] };
