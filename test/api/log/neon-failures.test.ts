/** A failure of Neon or of the way to it: the log line has its class, and neither the line nor the answer has Neon's sentence. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type NeonFailureName, neonFailure } from '../../../dev/neon/failures.ts';
import { serveExample } from '../../support/worker/balance.ts';
import { catchLines, lineOf } from '../../support/worker/log-lines.ts';
import { breakRequests } from '../../support/worker/neon-control.ts';
import { freshKey } from '../../support/worker/service.ts';
import { award, createWorld, type World } from './failures.ts';

let world: World;
beforeAll(async () => {
  await serveExample();
  world = await createWorld();
  catchLines();
});

describe('a failure', () => {
  it.each<[NeonFailureName, string, string]>([
    ['wrong_password', 'refused', 'refused'],
    ['password_refused_by_postgres', '28P01', 'refused'],
    ['address_not_allowed', 'refused', 'refused'],
    ['endpoint_disabled', 'suspended', 'suspended'],
    ['compute_time_quota', 'quota', 'quota'],
    ['rate_limited', 'rate_limited', 'rate_limited'],
    ['too_many_connections', '53300', 'rate_limited'],
    ['control_plane', 'http_500', 'http_500'],
    ['pooler_after_crash', '08P01', 'connection'],
    ['connection_closed', 'connection', 'connection'],
  ])('of Neon (%s) is logged with its class, and without the sentence of Neon', async (failure, why, logged) => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'neon', failure });
    const answer = await world.staff.manualReward(award(world, 9), { key });
    const line = lineOf(answer);
    expect(line).toMatchObject({
      success: false,
      code: 'UNAVAILABLE',
      error: `the outcome is unknown (${why})`,
      failure: logged,
    });
    const { message } = neonFailure(failure);
    expect(JSON.stringify(line)).not.toContain(message.slice(0, 20));
    expect(JSON.stringify(answer)).not.toContain(message.slice(0, 20));
  });

  it('of a query is logged with its class', async () => {
    await breakRequests({ match: world.playerId, kind: 'neon', failure: 'compute_time_quota' });
    expect(lineOf(await world.player.player({ id: world.playerId }))).toMatchObject({
      operation: 'player',
      code: 'UNAVAILABLE',
      failure: 'quota',
    });
  });

  it('without an answer for ten seconds is logged as a time-out', async () => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'delay', delayMs: 11_000 });
    const line = lineOf(await world.staff.manualReward(award(world, 9), { key }));
    expect(line).toMatchObject({ code: 'UNAVAILABLE', failure: 'timeout' });
    expect(line.databaseMs).toBeGreaterThanOrEqual(9_900);
  });

  it('of a conflict has no class: the SQLSTATE says it', async () => {
    const key = freshKey();
    await breakRequests({ match: key, kind: 'error', errorCode: '40001' });
    expect(lineOf(await world.staff.manualReward(award(world, 9), { key }))).not.toHaveProperty('failure');
  });
});
