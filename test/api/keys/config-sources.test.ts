/** Where the balance config comes from when KV fails: queries read Postgres, and operations get it with the kernel's answer. */
import { beforeAll, describe, expect, it } from 'vitest';
import { documentKey, POINTER_KEY } from '../../../src/config/published.ts';
import { changedExample, kv, publish, serveExample } from '../../support/worker/balance.ts';
import {
  asPlayer,
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultOf,
} from '../../support/worker/client.ts';
import { type Sources, startIsolate, startWithoutConfig } from '../../support/worker/isolate.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import { sampleOf } from '../../support/worker/sample.ts';
import { SCENES, seasonedPlayer, victory } from '../../support/worker/scenes.ts';
import type { QueryLedgerConnection } from '../../support/worker/schema-types.ts';
import { type Door, fresh, freshKey, playerToken, send } from '../../support/worker/service.ts';
import { writingNothing } from '../../support/worker/stillness.ts';

beforeAll(serveExample);

type Kv = NonNullable<Sources['kv']>;
const kvWith = (pointer: string | null, document: string | null): Kv => ({
  get: async (key) => (key === POINTER_KEY ? pointer : document),
});
const SHA = 'a'.repeat(64);
const POINTER = JSON.stringify({ version: 1, sha256: SHA });

const BROKEN: readonly { readonly state: string; readonly brokenKv: Kv | undefined }[] = [
  { state: 'is not bound', brokenKv: undefined },
  { state: 'is empty', brokenKv: kvWith(null, null) },
  { state: 'fails', brokenKv: { get: () => Promise.reject(new Error('KV fails')) } },
  { state: 'does not answer', brokenKv: { get: () => new Promise(() => {}) } },
  { state: 'has a pointer that is not JSON', brokenKv: kvWith('{"version', null) },
  { state: 'has a pointer of another shape', brokenKv: kvWith('{"version":"1"}', null) },
  { state: 'has a pointer without its document', brokenKv: kvWith(POINTER, null) },
  { state: 'has a document that is not JSON', brokenKv: kvWith(POINTER, '{"timeZone"') },
  {
    state: 'has a document with another hash',
    brokenKv: kvWith(POINTER, JSON.stringify(changedExample(() => {}))),
  },
];

describe('KV missing or corrupt', () => {
  it.each(BROKEN)('uses the newest config of Postgres when KV $state', async ({ brokenKv }) => {
    const options = { door: startIsolate({ kv: brokenKv }) };
    const player = asPlayer(fresh('player'));
    const { claim, changes } = receiptOf(await player.claimReward({ type: 'daily_quest' }, options));
    // Other test files publish too, so the newest version varies. The claim names the version that was read.
    const [published] =
      await owner`SELECT document FROM onceward.balance_configs WHERE version = ${claim.configVersion}`;
    const { lumees } = published?.document.claimTypes.daily_quest.rewards ?? {};
    expect(changes.find(({ resource }) => resource === 'lumees')?.delta).toBe(lumees);
  });

  it.each(BROKEN)('replays the whole receipt of a known key when KV $state', async ({ brokenKv }) => {
    const playerId = fresh('player');
    const player = asPlayer(playerId);
    const input = { type: 'daily_quest', idempotencyKey: freshKey() };
    const receipt = receiptOf(await player.claimReward(input));
    const retry = () => player.claimReward(input, { door: startIsolate({ kv: brokenKv }) });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('keeps a running isolate working when KV is emptied or its pointer is corrupted', async () => {
    const play = async () => {
      const answer = await asServer().claimReward({ type: 'weekly_chest', playerId: fresh('player') });
      return receiptOf(answer).claim.configVersion;
    };
    const version = await play();
    for (const corrupted of [
      'nonsense',
      '{"version":-1,"sha256":"x"}',
      JSON.stringify({ version: 10 ** 9, sha256: SHA }),
    ]) {
      await kv.put(POINTER_KEY, corrupted);
      expect(await play()).toBeGreaterThanOrEqual(version);
    }
    await kv.delete(POINTER_KEY);
    expect(await play()).toBeGreaterThanOrEqual(version);
    await publish(changedExample(() => {}));
  });

  it('orders the changes of a receipt alike whether the config is read from KV or from Postgres', async () => {
    const resourcesVia = async (door: Door) => {
      const input = { ...victory, playerId: fresh('player'), key: 'cup-1' };
      return receiptOf(await asServer().claimReward(input, { door })).changes.map(({ resource }) => resource);
    };
    const version = await publish(changedExample(() => {}));
    const [row] =
      await owner`SELECT version::int, sha256, document FROM onceward.balance_configs WHERE version = ${version}`;
    const viaPostgres = startIsolate({ kv: undefined, readPublished: async () => row as never });
    expect(await resourcesVia(viaPostgres)).toEqual(await resourcesVia(startIsolate()));
    expect(await kv.get(documentKey(row?.sha256))).not.toBeNull();
  });
});

const LEDGER = 'query($playerId: PlayerId!) { ledger(playerId: $playerId) { edges { node { resource } } } }';

describe('no config in memory, and none in KV', () => {
  it.each(sampleOf(SCENES, 2))('$name: is decided under the config that the kernel answers with', async ({
    prepare,
  }) => {
    const { version, send } = await prepare();
    const receipt = receiptOf(await send({}, { door: startWithoutConfig() }));
    expect(receipt).toMatchObject({ replayed: false, claim: { playerVersion: version } });
    expect(resultOf(await send())).toEqual({ ...receipt, replayed: true });
  });

  it.each(sampleOf(SCENES, 2, 1))('$name: replays the receipt of a known key without a config', async ({
    prepare,
  }) => {
    const { playerId, send } = await prepare();
    const receipt = receiptOf(await send());
    const retry = () => send({}, { door: startWithoutConfig() });
    expect(resultOf(await writingNothing(playerId, retry))).toEqual({ ...receipt, replayed: true });
  });

  it('replays a rejection without a config and still detects a reused key', async () => {
    const playerId = await seasonedPlayer();
    const input = { ...victory, playerId, key: 'cup-1', expectedVersion: 9, idempotencyKey: freshKey() };
    const rejection = rejectionOf(await asServer().claimReward(input), 'VersionConflict');
    const options = { door: startWithoutConfig() };
    const retry = () => asServer().claimReward(input, options);
    expect(resultOf(await writingNothing(playerId, retry))).toEqual(rejection);
    const other = () => asServer().claimReward({ ...input, key: 'cup-2' }, options);
    const { fields } = rejectionOf(await writingNothing(playerId, other), 'IdempotencyKeyReused');
    expect(fields).toEqual(['key']);
  });

  it('refuses staff of a role that may not do it, as with a config', async () => {
    const playerId = await seasonedPlayer();
    const auditor = asStaff(await addStaffMember(fresh('staff'), { role: 'auditor' }));
    const award = { playerId, grants: [{ resource: 'lumees', amount: 1 }], reason: 'not mine to give' };
    const give = () => auditor.manualReward(award, { door: startWithoutConfig() });
    expect(faultOf(await writingNothing(playerId, give)).code).toBe('FORBIDDEN');
  });

  it('answers ledger queries without a config and CONFIG_UNAVAILABLE to queries that need one', async () => {
    const playerId = await seasonedPlayer();
    const player = asPlayer(playerId);
    const options = { door: startWithoutConfig() };
    expect(faultOf(await player.me({}, options))).toEqual({ code: 'CONFIG_UNAVAILABLE', retryable: true });
    // The client's document selects the tiers of an entry, which need a config.
    const token = await playerToken(playerId);
    const { data } = await send<{ ledger: QueryLedgerConnection }>(
      LEDGER,
      { playerId },
      { token, ...options },
    );
    expect(data.ledger.edges).toHaveLength(4);
    expect(resultOf(await player.claims({ playerId }, options)).edges).toHaveLength(1);
  });
});
