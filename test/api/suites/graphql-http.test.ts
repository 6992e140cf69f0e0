import { type Audit, serverAudits } from 'graphql-http';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { type Door, serverToken, worker } from '../../support/worker/service.ts';

const auditsThrough = (door: Door): Audit[] =>
  serverAudits({
    url: 'http://onceward.test/graphql',
    fetchFn: (url: string, init: RequestInit = {}) => door(url, init),
  });

/** The audits as published. One of them reads `__type`, which is for servers and staff, so they use a server's token. */
const AUDITS = auditsThrough(async (url, init) =>
  worker(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${await serverToken()}` } }),
);

/** Features that the specification leaves to the server and this one refuses, each with the reason. All three use GET. */
const REFUSED: Record<string, string> = {
  '5A70': 'GET is off: a link or an image could send a query, and shared caches could store the answer',
  D6D5: 'variables in the URL: GET is off, and every proxy logs URLs',
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

  it('58 of 61 audits pass, every MUST and SHOULD among them, and 3 optional features are refused', () => {
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

  it('the audits pass without a token as well, except the one that reads `__type`', async () => {
    const failed: string[] = [];
    for (const { id, fn } of auditsThrough(worker)) {
      const { status } = await fn();
      if (status !== 'ok' && !(id in REFUSED)) failed.push(id);
    }
    expect(failed).toEqual(['28B9']);
  });
});
