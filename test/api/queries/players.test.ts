import { beforeAll, describe, expect, it } from 'vitest';
import { changedExample, publish, serveExample } from '../../support/worker/balance.ts';
import { askingNobody, onlyError } from '../../support/worker/fault-answers.ts';
import { addStaffMember } from '../../support/worker/ledger-state.ts';
import { claimReward, manualReward, resultOf, spendStatPoints } from '../../support/worker/mutations.ts';
import { seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import { fresh, playerToken, send, serverToken, staffToken } from '../../support/worker/service.ts';

beforeAll(serveExample);

const PLAYER = `id version level experience { current levelBeganAt nextLevelAt } tier { name lifetimePoints next { name from missing } }
  unspentStatPoints stats { name points maximum } balances { resource amount regeneration { upTo nextUnitAt fullAt } }`;

const full = (upTo: number) => ({ upTo, nextUnitAt: null, fullAt: null });

describe('me', () => {
  it('is a player at version 0 and level 1, who holds what everybody begins with, before anything was done, and writes nothing', async () => {
    const id = fresh('player');
    const { data } = await send(
      `{ me { ${PLAYER} lumees: balance(resource: "lumees") } }`,
      {},
      { token: await playerToken(id) },
    );
    expect(data.me).toEqual({
      id,
      version: 0,
      level: 1,
      experience: { current: 0, levelBeganAt: 0, nextLevelAt: 100 },
      tier: { name: 'Bronze', lifetimePoints: 0, next: { name: 'Silver', from: 1000, missing: 1000 } },
      unspentStatPoints: 0,
      stats: [
        { name: 'ENERGY', points: 0, maximum: 100 },
        { name: 'STAMINA', points: 0, maximum: 100 },
        { name: 'HEALTH', points: 0, maximum: 500 },
      ],
      balances: [
        { resource: 'drop_charges', amount: 5, regeneration: full(5) },
        { resource: 'energy', amount: 100, regeneration: full(100) },
        { resource: 'health', amount: 500, regeneration: null },
        { resource: 'stamina', amount: 100, regeneration: full(100) },
      ],
      lumees: 0,
    });
    const asked = await send(
      'query($id: PlayerId!) { player(id: $id) { id } }',
      { id },
      { token: await serverToken() },
    );
    expect(asked.data).toEqual({ player: null });
  });
});

describe('player', () => {
  it('is null for an ID that nothing was ever done for, not an error', async () => {
    const { data, errors } = await send(
      '{ player(id: "nobody-at-all") { id } }',
      {},
      { token: await serverToken() },
    );
    expect([data, errors]).toEqual([{ player: null }, undefined]);
  });

  it('shows players themselves alone, before the ledger is asked', async () => {
    const other = await seasonedPlayer();
    const token = await playerToken(fresh('player'));
    const answer = await askingNobody(other, () =>
      send('query($id: PlayerId!) { player(id: $id) { id } }', { id: other }, { token }),
    );
    expect(answer.data).toEqual({ player: null });
    expect(onlyError(answer).extensions).toMatchObject({ code: 'FORBIDDEN', field: 'playerId' });
  });
});

describe('after an acknowledged write', () => {
  it('every read shows it, twenty times in a row', async () => {
    const id = fresh('player');
    const server = await serverToken();
    const token = await playerToken(id);
    const query = `query($id: PlayerId!) { me { version } player(id: $id) { ${PLAYER} }
      ledger(playerId: $id, first: 1) { edges { node { playerVersion } } } claims(playerId: $id, first: 1) { edges { node { claim { id } } } } }`;
    for (let version = 1; version <= 20; version += 1) {
      const receipt = resultOf(
        await claimReward({ ...victory, playerId: id, key: `cup-${version}` }, { token: server }),
      );
      const { data } = await send(query, { id }, { token });
      expect(data.me.version).toBe(version);
      expect(data.player).toEqual(receipt.player);
      expect(data.ledger.edges[0].node.playerVersion).toBe(version);
      expect(data.claims.edges[0].node.claim.id).toBe(receipt.claim.id);
    }
  });

  it('reads show spending and awards by others as well', async () => {
    const id = await seasonedPlayer();
    const token = await playerToken(id);
    resultOf(await spendStatPoints({ energy: 2 }, { token }));
    const staff = await staffToken(await addStaffMember(fresh('staff')));
    const grants = [{ resource: 'lifetime_points', amount: 1200 }];
    resultOf(await manualReward({ playerId: id, grants, reason: 'for loyalty' }, { token: staff }));
    const { data } = await send(`{ me { ${PLAYER} } }`, {}, { token });
    expect(data.me).toMatchObject({ version: 3, unspentStatPoints: 4, tier: { name: 'Silver' } });
    expect(data.me.stats[0]).toEqual({ name: 'ENERGY', points: 2, maximum: 120 });
  });
});

describe('balanceConfig', () => {
  const CONFIG = 'version sha256 document publishedBy publishedAt reason';
  const ask = (version: number | null, token: string) =>
    send(
      `query($version: SafeInt) { balanceConfig(version: $version) { ${CONFIG} } }`,
      { version },
      { token },
    );

  it('shows the newest, or the one of that version; null where there is none', async () => {
    const token = await serverToken();
    const document = changedExample((next) => {
      next.description = fresh('config');
    });
    const version = await publish(document);
    const asked = (await ask(version, token)).data.balanceConfig;
    expect(asked).toMatchObject({
      version,
      document,
      publishedBy: 'tests',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // Other tests publish too: the newest is this one or a later one.
    expect((await ask(null, token)).data.balanceConfig.version).toBeGreaterThanOrEqual(version);
    for (const unknown of [0, -1, 999_999_999, Number.MAX_SAFE_INTEGER])
      expect((await ask(unknown, token)).data).toEqual({ balanceConfig: null });
  });

  it('is not for players: it tells what is to come', async () => {
    expect(onlyError(await ask(null, await playerToken(fresh('player')))).extensions.code).toBe('FORBIDDEN');
  });
});
