import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { describe, expect, test } from 'vitest';
import { asLedgerFailure, LedgerDefect, LedgerUnavailable } from '../../src/ledger/failures.ts';

const SECRET = 'player-of-the-parameters';

function refusal(code: string, constraint?: string): NeonDbError {
  return Object.assign(new NeonDbError(`duplicate key (${SECRET})`), { code, constraint });
}
const inDrizzle = (cause: Error) => new DrizzleQueryError(`SELECT '${SECRET}'`, [SECRET], cause);

describe.each([
  ['of the driver', (error: Error) => error],
  ['that Drizzle wrapped', inDrizzle],
])('an error %s', (_, wrap) => {
  test.each(['08006', '40001', '53300', '55P03', '57014', 'XX000'])('with SQLSTATE %s may pass', (code) => {
    const failure = asLedgerFailure(wrap(refusal(code)));
    expect(failure).toBeInstanceOf(LedgerUnavailable);
    expect(failure).toMatchObject({ why: code });
  });

  test.each(['22023', '42501', '23505'])('with SQLSTATE %s is a defect', (code) => {
    const failure = asLedgerFailure(wrap(refusal(code, 'names_one_per_name')));
    expect(failure).toBeInstanceOf(LedgerDefect);
    expect(failure.message).toBe(`the database refused it (${code}, names_one_per_name)`);
  });

  test('without an answer has an unknown outcome', () => {
    for (const cause of [new TypeError('fetch failed'), new NeonDbError('Server error (HTTP status 502)')]) {
      expect(asLedgerFailure(wrap(cause))).toMatchObject({ why: 'no answer' });
    }
  });

  test('whose answer was too large for Neon says so', () => {
    const error = new NeonDbError('Server error (HTTP status 507): {"message":"response is too large"}');
    expect(asLedgerFailure(wrap(error))).toEqual(new LedgerUnavailable('an answer too large for Neon'));
  });

  test('leaves no parameter, statement or row in the failure', () => {
    for (const cause of [refusal('23505', 'names_one_per_name'), refusal('57014'), new Error(SECRET)]) {
      const failure = asLedgerFailure(wrap(cause));
      expect(`${failure.message} ${failure.stack} ${JSON.stringify(failure)}`).not.toContain(SECRET);
      expect(failure.cause).toBeUndefined();
    }
  });
});
