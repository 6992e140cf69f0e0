/** One request to Neon for each operation: counted at the endpoint, by what only this request's body contains. */
import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import { startIsolate } from '../../support/worker/isolate.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { resultOf } from '../../support/worker/mutations.ts';
import { countRequests } from '../../support/worker/neon-control.ts';
import { REFUSALS } from '../../support/worker/refusals.ts';
import { SCENES, seasonedPlayer } from '../../support/worker/scenes.ts';
import { fresh, freshKey, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

beforeAll(serveExample);

describe('a mutation makes one request to the database', () => {
  it.each(SCENES)('$name: a grant, a replay, a reused key, a replay after a config change', async ({
    prepare,
  }) => {
    const { playerId, send: ask } = await prepare();
    const counted = async (run: () => Promise<unknown>) => countRequests(playerId, run);
    expect(await counted(() => ask())).toBe(1);
    expect(await counted(() => ask())).toBe(1);
    expect(await counted(() => ask({ expectedVersion: 99 }))).toBe(1);
    await publish(
      changedExample(({ levels }) =>
        Object.assign(levels, { maxLevel: 50 + Math.floor(Math.random() * 40) }),
      ),
    );
    expect(await counted(() => ask())).toBe(1);
    // A cold isolate as well: the old config travels with the replay.
    expect(await counted(() => ask({}, { door: startIsolate() }))).toBe(1);
    expect(resultOf(await ask()).replayed).toBe(true);
  });

  it.each(REFUSALS)('a rejection and its replay ($name)', async ({ prepare, told }) => {
    const { playerId, ask } = await prepare();
    const idempotencyKey = freshKey();
    for (let attempt = 1; attempt <= 2; attempt++) {
      const count = await countRequests(playerId, async () =>
        expect(resultOf(await ask(idempotencyKey))).toMatchObject(told),
      );
      expect(count).toBe(1);
    }
    await publish(changedExample(() => {}));
  });
});

const CLAIM = '{ claim { id } changes { resource } }';

interface Asker {
  readonly who: string;
  readonly token: (playerId: string) => Promise<string>;
}
const ASKERS: readonly Asker[] = [
  { who: 'a player', token: (playerId) => playerToken(playerId) },
  { who: 'a server', token: () => serverToken() },
  { who: 'staff', token: async () => staffToken(await addStaffMember(fresh('staff'), { role: 'auditor' })) },
];
interface Query {
  readonly name: string;
  readonly query: string;
  readonly variables?: (playerId: string) => object;
}
const QUERIES: readonly Query[] = [
  {
    name: 'player',
    query: 'query($id: PlayerId!) { player(id: $id) { id level balances { resource amount } } }',
    variables: (id) => ({ id }),
  },
  {
    name: 'ledger',
    query:
      'query($id: PlayerId!) { ledger(playerId: $id) { edges { node { claim { id } } } pageInfo { hasNextPage } } }',
    variables: (id) => ({ id }),
  },
  {
    name: 'ledger of a resource, in a span of time',
    query:
      'query($id: PlayerId!) { ledger(playerId: $id, filter: { resource: "experience", from: "2020-01-01T00:00:00Z", to: "2090-01-01T00:00:00Z" }) { edges { node { claim { id } } } } }',
    variables: (id) => ({ id }),
  },
  {
    name: 'claims',
    query: `query($id: PlayerId!) { claims(playerId: $id, first: 5) { edges { node ${CLAIM} } pageInfo { endCursor } } }`,
    variables: (id) => ({ id }),
  },
  {
    name: 'claim by type and key',
    query: `query($id: PlayerId!) { claim(playerId: $id, type: "tournament_reward", key: "cup-0") ${CLAIM} }`,
    variables: (id) => ({ id }),
  },
  {
    name: 'pendingRewards of a player',
    query:
      'query($id: PlayerId!) { pendingRewards(filter: { playerId: $id }) { edges { node { type } } pageInfo { hasNextPage } } }',
    variables: (id) => ({ id }),
  },
];

describe('a query makes one request to the database', () => {
  it.each(
    ASKERS.flatMap((asker) => QUERIES.map((query) => ({ ...asker, ...query }))),
  )('$name, asked by $who', async ({ token, query, variables }) => {
    const playerId = await seasonedPlayer();
    const options = { token: await token(playerId) };
    const count = await countRequests(playerId, async () => {
      const { data, errors } = await send(query, variables?.(playerId), options);
      expect(errors).toBeUndefined();
      expect(JSON.stringify(data)).toMatch(/claim|resource|level/i);
    });
    expect(count).toBe(1);
  });

  it('me', async () => {
    const playerId = await seasonedPlayer();
    const token = await playerToken(playerId);
    const count = await countRequests(playerId, async () => {
      const { data } = await send(
        '{ me { id version level tier { name } balances { resource amount } } }',
        {},
        { token },
      );
      expect(data.me).toMatchObject({ id: playerId, version: 1 });
    });
    expect(count).toBe(1);
  });

  it.each(ASKERS)('claim by its ID, asked by $who', async ({ token }) => {
    const { playerId, send: ask } = await (SCENES[1] as (typeof SCENES)[number]).prepare();
    const { claim } = resultOf(await ask());
    const options = { token: await token(playerId) };
    const count = await countRequests(claim.id, async () => {
      const { data } = await send(`query($id: ID!) { claim(id: $id) ${CLAIM} }`, { id: claim.id }, options);
      expect(data.claim.claim.id).toBe(claim.id);
    });
    expect(count).toBe(1);
  });

  it.each(ASKERS)('trace, asked by $who', async ({ token }) => {
    const { playerId, send: ask } = await (SCENES[3] as (typeof SCENES)[number]).prepare();
    const { correlationId } = resultOf(await ask());
    const query =
      'query($id: CorrelationId!) { trace(correlationId: $id) { attempts { claim { id } } audit { id } } }';
    const options = { token: await token(playerId) };
    const count = await countRequests(correlationId, async () => {
      const { data } = await send(query, { id: correlationId }, options);
      expect(data.trace.attempts).toHaveLength(1);
    });
    expect(count).toBe(1);
  });

  it('balanceConfig, asked by staff and by a server', async () => {
    const staffId = await addStaffMember(fresh('staff'), { role: 'economist' });
    const current = '{ balanceConfig { version sha256 document } }';
    const token = await staffToken(staffId);
    expect(await countRequests(staffId, () => send(current, {}, { token }))).toBe(1);
    // A server leaves no name in the request; a version that nobody else asks for does.
    const version = 8 * 10 ** 15 + Math.floor(Math.random() * 10 ** 15);
    const server = await serverToken();
    const byVersion = 'query($version: SafeInt) { balanceConfig(version: $version) { version } }';
    const count = await countRequests(String(version), async () => {
      const { data } = await send(byVersion, { version }, { token: server });
      expect(data).toEqual({ balanceConfig: null });
    });
    expect(count).toBe(1);
  });

  it('none, where the answer is FORBIDDEN before the ledger is asked', async () => {
    const [playerId, other] = [fresh('player'), fresh('player')];
    const token = await playerToken(playerId);
    const count = await countRequests(other, async () => {
      const { errors } = await send(
        'query($id: PlayerId!) { player(id: $id) { id } }',
        { id: other },
        { token },
      );
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    });
    expect(count).toBe(0);
  });
});
