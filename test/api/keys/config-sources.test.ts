/** Where the balance config comes from when KV fails, and what a key is worth when there is none at all. */
import { beforeAll, describe, expect, it } from 'vitest';
import { documentKey, POINTER_KEY } from '../../../src/config/published.ts';
import { changedExample, kv, publish, serveExample } from '../../support/worker/balance.ts';
import { type Sources, startIsolate, startWithoutConfig } from '../../support/worker/isolate.ts';
import { addStaffMember, ledgerState, owner } from '../../support/worker/ledger-state.ts';
import { claimReward, faultOf, manualReward, resultOf } from '../../support/worker/mutations.ts';
import { SCENES, seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import {
  type Door,
  fresh,
  freshKey,
  playerToken,
  send,
  serverToken,
  staffToken,
} from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

type Kv = NonNullable<Sources['kv']>;
const kvOf = (pointer: string | null, document: string | null): Kv => ({
  get: async (key) => (key === POINTER_KEY ? pointer : document),
});
const SHA = 'a'.repeat(64);
const POINTER = JSON.stringify({ version: 1, sha256: SHA });

const BROKEN: readonly { readonly what: string; readonly kv: Kv | undefined }[] = [
  { what: 'not bound', kv: undefined },
  { what: 'empty', kv: kvOf(null, null) },
  { what: 'down', kv: { get: () => Promise.reject(new Error('down')) } },
  { what: 'hanging', kv: { get: () => new Promise(() => {}) } },
  { what: 'a pointer that is not JSON', kv: kvOf('{"version', null) },
  { what: 'a pointer of another shape', kv: kvOf('{"version":"1"}', null) },
  { what: 'a pointer to nothing', kv: kvOf(POINTER, null) },
  { what: 'a document that is not JSON', kv: kvOf(POINTER, '{"timeZone"') },
  { what: 'a document that was tampered with', kv: kvOf(POINTER, JSON.stringify(changedExample(() => {}))) },
];

describe('KV missing or corrupt', () => {
  it.each(BROKEN)('the newest config of Postgres is used, and nothing else ($what)', async ({
    kv: broken,
  }) => {
    const playerId = fresh('player');
    const options = { token: await playerToken(playerId), door: startIsolate({ kv: broken }) };
    const receipt = resultOf(await claimReward({ type: 'daily_quest' }, options));
    // Other test files publish too: whichever version was the newest, its own numbers were paid.
    const version = receipt.claim.configVersion;
    const [published] = await owner`SELECT document FROM onceward.balance_configs WHERE version = ${version}`;
    const { lumees } = published?.document.claimTypes.daily_quest.rewards ?? {};
    expect(receipt.changes.find(({ resource }: { resource: string }) => resource === 'lumees').delta).toBe(
      lumees,
    );
  });

  it.each(BROKEN)('a known key is replayed, whole ($what)', async ({ kv: broken }) => {
    const playerId = fresh('player');
    const token = await playerToken(playerId);
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const receipt = resultOf(await claimReward(input, { token }));
    const retry = () => claimReward(input, { token, door: startIsolate({ kv: broken }) });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('a running isolate goes on when its KV is emptied, and when its pointer is spoilt', async () => {
    const token = await serverToken();
    const play = async () =>
      resultOf(await claimReward({ type: 'weekly_chest', playerId: fresh('player') }, { token }));
    const { claim } = await play();
    for (const spoilt of [
      'nonsense',
      '{"version":-1,"sha256":"x"}',
      JSON.stringify({ version: 10 ** 9, sha256: SHA }),
    ]) {
      await kv.put(POINTER_KEY, spoilt);
      expect((await play()).claim.configVersion).toBeGreaterThanOrEqual(claim.configVersion);
    }
    await kv.delete(POINTER_KEY);
    expect((await play()).claim.configVersion).toBeGreaterThanOrEqual(claim.configVersion);
    await publish(changedExample(() => {}));
  });

  it('one config gives the same receipt, change by change, whether KV or Postgres told it', async () => {
    const token = await serverToken();
    const resourcesOf = async (door: Door) => {
      const input = { ...victory, playerId: fresh('player'), key: 'cup-1' };
      const { changes } = resultOf(await claimReward(input, { token, door }));
      return changes.map(({ resource }: { resource: string }) => resource);
    };
    const version = await publish(changedExample(() => {}));
    const [told] =
      await owner`SELECT version::int, sha256, document FROM onceward.balance_configs WHERE version = ${version}`;
    const fromPostgres = startIsolate({ kv: undefined, readPublished: async () => told as never });
    expect(await resourcesOf(fromPostgres)).toEqual(await resourcesOf(startIsolate()));
    expect(await kv.get(documentKey(told?.sha256))).not.toBeNull();
  });
});

describe('no config, neither in KV nor in Postgres', () => {
  it.each(
    SCENES,
  )('$name: CONFIG_UNAVAILABLE, retryable, nothing recorded; then the key does its work', async ({
    prepare,
  }) => {
    const { playerId, send: ask } = await prepare();
    const answer = await writingNothing(playerId, () => ask({}, { door: startWithoutConfig() }));
    expect(faultOf(answer)).toEqual({ code: 'CONFIG_UNAVAILABLE', retryable: true });
    expect(resultOf(await ask())).toMatchObject({ __typename: 'Receipt', replayed: false });
  });

  it.each(SCENES)('$name: a known key still replays its receipt', async ({ prepare }) => {
    const { playerId, send: ask } = await prepare();
    const receipt = resultOf(await ask());
    const retry = () => ask({}, { door: startWithoutConfig() });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('a known key still replays its "no", and still tells other input from its own', async () => {
    const playerId = await seasonedPlayer();
    const options = { token: await serverToken() };
    const input = { ...victory, playerId, key: 'cup-1', expectedVersion: 9, idempotencyKey: freshKey() };
    const refusal = resultOf(await claimReward(input, options));
    const door = startWithoutConfig();
    const retry = () => claimReward(input, { ...options, door });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual(refusal);
    const other = () => claimReward({ ...input, key: 'cup-2' }, { ...options, door });
    expect(resultOf(await writingNothing(playerId, other))).toMatchObject({ fields: ['key'] });
  });

  it('creates no player, and still forbids what is forbidden', async () => {
    const playerId = fresh('nobody');
    const door = startWithoutConfig();
    const claim = await claimReward({ type: 'daily_quest' }, { token: await playerToken(playerId), door });
    expect(faultOf(claim).code).toBe('CONFIG_UNAVAILABLE');
    expect((await ledgerState(playerId)).version).toBeNull();
    const auditor = await staffToken(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    const award = { playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: 'not mine to give' };
    expect(faultOf(await manualReward(award, { token: auditor, door })).code).toBe('FORBIDDEN');
  });

  it('queries that need it say so; the ledger is shown all the same', async () => {
    const playerId = await seasonedPlayer();
    const options = { token: await playerToken(playerId), door: startWithoutConfig() };
    const me = await send('{ me { level } }', {}, options);
    expect(me.errors?.[0]?.extensions).toMatchObject({ code: 'CONFIG_UNAVAILABLE', retryable: true });
    const ledger = await send(
      'query($id: PlayerId!) { ledger(playerId: $id) { edges { node { resource } } } }',
      { id: playerId },
      options,
    );
    expect(ledger.data.ledger.edges).toHaveLength(4);
  });
});
