import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import { asPlayer, asServer, call, resultOf } from '../../support/worker/client.ts';
import { onlyError } from '../../support/worker/fault-answers.ts';
import { fresh, serverToken } from '../../support/worker/service.ts';

beforeAll(serveExample);

describe('the query balanceConfig', () => {
  it('shows the newest config or the one of a version, and null for a version that does not exist', async () => {
    const server = asServer();
    const document = changedExample((next) => {
      next.description = fresh('config');
    });
    const version = await publish(document);
    expect(resultOf(await server.balanceConfig({ version }))).toMatchObject({
      version,
      document,
      publishedBy: 'tests',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // Other tests publish as well: the newest version is this one or a later one.
    expect(resultOf(await server.balanceConfig())?.version).toBeGreaterThanOrEqual(version);
    for (const unknown of [999_999_999, Number.MAX_SAFE_INTEGER])
      expect(resultOf(await server.balanceConfig({ version: unknown }))).toBeNull();
  });

  it.each([0, -1, 1.5, '1'])('refuses the version %o as BAD_USER_INPUT', async (version) => {
    const error = onlyError(await call('balanceConfig', { version }, { token: await serverToken() }));
    expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'version' });
    expect(error.message).toMatch(/an integer from 1 to/);
  });

  it('is forbidden to players, because a config shows what is to come', async () => {
    const answer = await asPlayer(fresh('player')).balanceConfig();
    expect(onlyError(answer).extensions.code).toBe('FORBIDDEN');
  });
});
