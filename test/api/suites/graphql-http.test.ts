import { type Audit, serverAudits } from 'graphql-http';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { type Door, serverToken, worker } from '../../support/worker/service.ts';

const auditsThrough = (door: Door): Audit[] =>
  serverAudits({
    url: 'http://onceward.test/graphql',
    fetchFn: (url: string, init: RequestInit = {}) => door(url, init),
  });

/** The audits as published. They ask for `__type`, which servers and staff alone are shown: a server's token goes along. */
const AUDITS = auditsThrough(async (url, init) =>
  worker(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${await serverToken()}` } }),
);

/** What the specification leaves to the server and this one refuses, each with its reason. All three are GET. */
const REFUSED: Record<string, string> = {
  '5A70': 'GET is off: a link or an image could send a query, and answers could end up in shared caches',
  D6D5: 'variables in the URL: GET is off, and URLs are logged by everything on the way',
  '6A70': 'the same in the older media type',
};

const outcomes = new Map<string, string>();

beforeAll(serveExample);

describe("graphql-http's server audits", () => {
  it.each(AUDITS)('$id $name', async ({ id, name, fn }) => {
    const result = await fn();
    outcomes.set(id, result.status);
    if (id in REFUSED) {
      expect(name).toMatch(/^MAY /);
      expect(result).toMatchObject({ status: 'notice', response: { status: 405 } });
    } else {
      expect(result, 'reason' in result ? result.reason : '').toMatchObject({ status: 'ok' });
    }
  });

  it('were all run: 58 passed, 3 optional ones refused, and every MUST and SHOULD is among those that passed', () => {
    const count = (status: string) => [...outcomes.values()].filter((each) => each === status).length;
    expect({ run: outcomes.size, ok: count('ok'), refused: count('notice') }).toEqual({
      run: 61,
      ok: 58,
      refused: 3,
    });
    const required = AUDITS.filter(({ name }) => /^(MUST|SHOULD) /.test(name));
    expect(required).toHaveLength(36);
    expect(required.filter(({ id }) => outcomes.get(id) !== 'ok')).toEqual([]);
  });

  it('pass without a token as well, but for the one that reads `__type`, which players and strangers are not shown', async () => {
    const failed: string[] = [];
    for (const { id, fn } of auditsThrough(worker)) {
      const { status } = await fn();
      if (status !== 'ok' && !(id in REFUSED)) failed.push(id);
    }
    expect(failed).toEqual(['28B9']);
  });
});
