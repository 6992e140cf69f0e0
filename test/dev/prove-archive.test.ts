// The proof of the archive in its short form: `npm run prove:archive` archives a million claims. Planted bugs show what it finds.
import { expect, test } from 'vitest';
import { proveArchive } from '../../simulation/archive/prove.ts';

const PLANTED: Readonly<Record<string, readonly [statement: string, fault: RegExp]>> = {
  'a wrong digest of keys': [
    'UPDATE onceward.archived_claims SET key_digest = gen_random_uuid()',
    /^claim \d+ of player \d+ is not in the index$/m,
  ],
  'a forgotten entry': [
    'UPDATE onceward.archived_claims SET entries = entries - 1',
    /^claim \d+ of player \d+ is answered with \[\[\d+,\d+\],\[\d+,\d+\]\]$/m,
  ],
  'a forgotten claim': [
    'DELETE FROM onceward.archived_claims WHERE number = 7',
    /^claims up to 20 are archived; the index has 19 of them$/m,
  ],
  'a wrong checkpoint': ['UPDATE onceward.checkpoints SET balance = balance + 1', /checkpoint|balance/m],
  'a lost key': ['DELETE FROM onceward.archive_keys', /^the key of its archived claims is lost$/m],
  'another key': [
    `UPDATE onceward.archive_keys SET key = sha256('another')`,
    /^claim \d+ of player \d+ is answered with undefined$/m,
  ],
  'a wrong sum of a part': [
    `UPDATE onceward.archive_parts SET sums = '{"20101": "1"}'`,
    /^the parts add up to \{ "20101" : "\d+" \}, not /m,
  ],
};

test('1,000 claims are archived and put back, answered in between, and what is wrong is found', async () => {
  const proof = await proveArchive({
    claims: 1_000,
    replays: 20,
    seed: 'short',
    log: () => {},
    planted: Object.fromEntries(Object.entries(PLANTED).map(([name, [statement]]) => [name, statement])),
  });
  expect(proof).toMatchObject({ claims: 1_000, entries: 3_000, faults: [] });
  expect(proof.bytes.after).toBeLessThan(proof.bytes.before);
  for (const [name, [, fault]] of Object.entries(PLANTED))
    expect(proof.found[name]?.join('\n'), name).toMatch(fault);
}, 180_000);
