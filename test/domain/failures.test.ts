import { NeonDbError } from '@neondatabase/serverless';
import { DrizzleQueryError } from 'drizzle-orm/errors';
import { describe, expect, test } from 'vitest';
import { type NeonFailureName, neonFailure } from '../../dev/neon/failures.ts';
import {
  asLedgerFailure,
  LedgerDefect,
  LedgerUnavailable,
  mayBeOfOneOperation,
  NO_ARCHIVE,
} from '../../src/ledger/failures.ts';

/** Of every failure of Neon. */
const CLASSES: Readonly<Record<NeonFailureName, string>> = {
  wrong_password: 'refused',
  password_refused_by_postgres: 'refused',
  unknown_database: 'refused',
  address_not_allowed: 'refused',
  endpoint_not_found: 'refused',
  endpoint_disabled: 'suspended',
  endpoint_disabled_by_owner: 'suspended',
  maintenance: 'suspended',
  compute_time_quota: 'quota',
  data_transfer_quota: 'quota',
  active_endpoints: 'quota',
  project_size: 'quota',
  rate_limited: 'rate_limited',
  connection_attempts: 'rate_limited',
  too_many_connections: 'rate_limited',
  starting_up: 'connection',
  pooler_after_crash: 'connection',
  control_plane: 'http_500',
  postgres_unreachable: 'http_500',
  connection_closed: 'connection',
  connection_lost: 'connection',
};

const SECRET = 'player-of-the-parameters';

function refusal(code: string, constraint?: string): NeonDbError {
  return Object.assign(new NeonDbError(`duplicate key (${SECRET})`), { code, constraint });
}
/** What the driver makes of an answer of Neon's proxy. */
function answered(status: number, body: object | string): NeonDbError {
  if (status === 400) return Object.assign(new NeonDbError(''), { code: '', ...Object(body) });
  const text = typeof body === 'string' ? body : JSON.stringify({ code: '', ...body });
  return new NeonDbError(`Server error (HTTP status ${status}): ${text}`);
}
const neonError = (name: NeonFailureName) => {
  const { status, ...body } = neonFailure(name);
  return answered(status, body);
};
/** As the driver wraps it. */
const fetchFailed = (source: Error) =>
  Object.assign(new NeonDbError(`Error connecting to database: ${source}`), { sourceError: source });
const timedOut = () => new DOMException('The operation was aborted due to timeout', 'TimeoutError');
const inDrizzle = (cause: Error) => new DrizzleQueryError(`SELECT '${SECRET}'`, [SECRET], cause);

describe.each([
  ['of the driver', (error: Error) => error],
  ['that Drizzle wrapped', inDrizzle],
])('an error %s', (_, wrap) => {
  test('a database whose owner allows no connections is suspended, and another 55000 is a defect', () => {
    const closed = new NeonDbError('database "neondb" is not currently accepting connections');
    const failure = asLedgerFailure(Object.assign(closed, { code: '55000' }));
    expect(failure).toBeInstanceOf(LedgerUnavailable);
    expect(failure).toMatchObject({ why: 'suspended', failure: 'suspended' });
    expect(asLedgerFailure(refusal('55000'))).toBeInstanceOf(LedgerDefect);
  });

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

  test.each(
    Object.entries(CLASSES) as [NeonFailureName, string][],
  )('of Neon, %s, has the class %s, an unknown outcome, and nothing of the sentence', (name, failure) => {
    const unavailable = asLedgerFailure(wrap(neonError(name)));
    expect(unavailable).toBeInstanceOf(LedgerUnavailable);
    expect(unavailable).toMatchObject({ failure });
    expect(unavailable.message).toMatch(/^the outcome is unknown \(\w+\)$/);
    expect(mayBeOfOneOperation(unavailable)).toBe(false);
  });

  test.each<[string, Error, string]>([
    ['that no fetch could send', fetchFailed(new TypeError('fetch failed')), 'connection'],
    ['whose answer broke off', new SyntaxError('Unexpected end of JSON input'), 'connection'],
    ['without an answer in time', fetchFailed(timedOut()), 'timeout'],
    ['whose answer did not end in time', timedOut(), 'timeout'],
    ['that a gateway answered', answered(502, '<html>Bad gateway</html>'), 'http_500'],
    ['that a gateway answered with JSON that is no object', answered(503, 'null'), 'http_500'],
    ['that Neon limits with 429', answered(429, {}), 'rate_limited'],
    ['that Neon refuses with 402', answered(402, { message: 'Pay first' }), 'quota'],
    ['that Neon refuses with 403', answered(403, {}), 'refused'],
  ])('%s has an unknown outcome and a class', (_, error, failure) => {
    expect(asLedgerFailure(wrap(error))).toMatchObject({ why: failure, failure });
  });

  test('with a conflict or a time limit has no class: its SQLSTATE says it', () => {
    for (const code of ['40001', '55P03', '57014', 'XX000'])
      expect(asLedgerFailure(wrap(refusal(code)))).toMatchObject({ why: code, failure: null });
  });

  test('that Neon cannot read is a defect, and may be that of one operation', () => {
    const message = 'could not parse the HTTP request body: lone leading surrogate in hex escape';
    for (const error of [answered(400, { message }), answered(413, { message: 'request is too large' })]) {
      const defect = asLedgerFailure(wrap(error));
      expect(defect).toBeInstanceOf(LedgerDefect);
      expect(defect.message).toMatch(/^the database refused it \(HTTP 4(00|13)\)$/);
      expect(mayBeOfOneOperation(defect)).toBe(true);
    }
  });

  test('with a code that is no SQLSTATE keeps nothing of that', () => {
    const failure = asLedgerFailure(wrap(answered(400, { code: SECRET, message: SECRET })));
    expect(failure).toEqual(new LedgerUnavailable('connection'));
  });

  test('whose answer was too large for Neon says so', () => {
    const error = new NeonDbError('Server error (HTTP status 507): {"message":"response is too large"}');
    expect(asLedgerFailure(wrap(error))).toEqual(new LedgerUnavailable('an answer too large for Neon'));
  });

  test('leaves no parameter, statement or row in the failure', () => {
    const causes = [
      refusal('23505', 'names_one_per_name'),
      refusal('57014'),
      new Error(SECRET),
      answered(400, { message: `password authentication failed for user '${SECRET}'` }),
      answered(500, { message: SECRET }),
    ];
    for (const cause of causes) {
      const failure = asLedgerFailure(wrap(cause));
      expect(`${failure.message} ${failure.stack} ${JSON.stringify(failure)}`).not.toContain(SECRET);
      expect(failure.cause).toBeUndefined();
    }
  });
});

test('a claim that the archive does not give has a class of its own, and is that of one operation', () => {
  for (const why of [NO_ARCHIVE, 'the archive cannot be read', 'the archive has another claim']) {
    const unavailable = new LedgerUnavailable(why);
    expect([unavailable.failure, mayBeOfOneOperation(unavailable)]).toEqual(['archive', true]);
  }
});
