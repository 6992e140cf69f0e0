/** Publishing balance configs through the API: what it makes, whose name it has, and everything that is rejected. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { documentKey, POINTER_KEY } from '../../src/config/published.ts';
import { changedExample, kv, serveExample } from '../support/worker/balance.ts';
import { asStaff, faultOf, rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { coldWorker, doorTo } from '../support/worker/cold-worker.ts';
import { auditEvents } from '../support/worker/ledger-state.ts';
import {
  chestOf,
  currentVersion,
  member,
  paidByChest,
  publication,
  publisher,
  publishingNothing,
  whilePublishing,
} from '../support/worker/publications.ts';
import { freshKey } from '../support/worker/service.ts';

beforeEach(serveExample);
afterAll(serveExample);

const RECEIPT = 'ConfigPublicationReceipt';
const reason = 'floors pay more';

describe('publishBalanceConfig', () => {
  it('makes a version under the name of the staff member, which the next claim is decided under', async () => {
    const [id, key] = [await member(), freshKey()];
    const base = await currentVersion();
    const input = await publication(chestOf(77));
    const first = resultAs(await asStaff(id).publishBalanceConfig(input, { key }), RECEIPT);
    const version = await currentVersion();
    expect(version).toBeGreaterThan(base);
    expect(first).toMatchObject({
      replayed: false,
      publication: {
        proposalId: null,
        isInKv: true,
        scheduled: null,
        config: { version, state: 'CURRENT', publishedBy: id, isByOperator: false, reason },
      },
    });
    expect(await paidByChest()).toEqual({ version, lumees: 77 });
    expect(JSON.parse((await kv.get(POINTER_KEY)) ?? '')).toEqual({
      version,
      sha256: first.publication.config?.sha256,
    });
    expect(await kv.get(documentKey(first.publication.config?.sha256 ?? ''))).not.toBeNull();
    const events = (await auditEvents(id)).map(({ action, outcome, reason: why }) => [action, outcome, why]);
    expect(events.toSorted()).toEqual([
      ['config.publish', 'done', reason],
      ['publishBalanceConfig', 'granted', reason],
    ]);

    const again = await publishingNothing(() => asStaff(id).publishBalanceConfig(input, { key }));
    expect(resultOf(again)).toEqual({ ...first, replayed: true });
    const other = { ...input, document: JSON.stringify(chestOf(78)) };
    const reused = await publishingNothing(() => asStaff(id).publishBalanceConfig(other, { key }));
    expect(rejectionOf(reused, 'IdempotencyKeyReused').fields).toEqual(['document']);
  });

  it('is ConfigChanged with the current version on a base that another one has replaced', async () => {
    const [one, other] = [await publisher(), await publisher()];
    const input = await publication(chestOf(11));
    const late = { ...input, document: JSON.stringify(chestOf(12)) };
    resultAs(await one.publishBalanceConfig(input), RECEIPT);
    const answer = await publishingNothing(() => other.publishBalanceConfig(late));
    expect(rejectionOf(answer, 'ConfigChanged')).toMatchObject({
      current: await currentVersion(),
      scheduled: null,
    });
    expect((await paidByChest()).lumees).toBe(11);
  });

  it('is ConfigInvalid with the path of each problem', async () => {
    const broken = changedExample((document) => {
      document.claimTypes.arena_chest.rewards = { lumees: -1, no_such_resource: 5 };
    });
    const staff = await publisher();
    const input = await publication(broken);
    const answer = await publishingNothing(() => staff.publishBalanceConfig(input));
    expect(rejectionOf(answer, 'ConfigInvalid').problems.map(({ path }) => path)).toContain(
      'claimTypes.arena_chest.rewards.lumees',
    );
  });

  it('is ConfigReopens where it pays something again that the request does not name, or names what does not', async () => {
    const path = 'claimTypes.daily_quest.period';
    const weekly = changedExample((document) => {
      document.claimTypes.daily_quest.period = 'week';
    });
    const staff = await publisher();
    const silent = await publication(weekly);
    const refused = await publishingNothing(() => staff.publishBalanceConfig(silent));
    expect(rejectionOf(refused, 'ConfigReopens').changes).toMatchObject([{ path }]);
    const wrong = await publication(chestOf(5), { reopens: [path] });
    const needless = await publishingNothing(() => staff.publishBalanceConfig(wrong));
    expect(rejectionOf(needless, 'ConfigReopens').changes).toMatchObject([{ path }]);
    const named = resultAs(await staff.publishBalanceConfig({ ...silent, reopens: [path] }), RECEIPT);
    expect(named.publication.config?.reason).toBe(`${reason}; reopens ${path}`);
  });

  it('is ConfigRefused for the current document', async () => {
    const staff = await publisher();
    const input = await publication(chestOf(31));
    resultAs(await staff.publishBalanceConfig(input), RECEIPT);
    const same = { ...input, baseVersion: await currentVersion() };
    const answer = await publishingNothing(() => staff.publishBalanceConfig(same));
    expect(rejectionOf(answer, 'ConfigRefused')).toMatchObject({
      why: 'UNCHANGED',
      version: await currentVersion(),
    });
  });

  it.each([
    ['is not JSON', '{"timeZone": ', /document: is not JSON/],
    ['has a key twice', '{"a": 1,\n "a": 2}', /document: line 2: the key "a" occurs twice/],
  ])('is a fault where the document %s', async (_, document, message) => {
    const staff = await publisher();
    const input = { ...(await publication({})), document };
    const answer = await publishingNothing(() => staff.publishBalanceConfig(input));
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'document' });
    expect(answer.errors?.[0]?.message).toMatch(message);
  });

  it.each([
    ['keeps and cancels', { keeps: 1, cancels: 1 }, 'keeps'],
    ['keeps for later', { keeps: 1, publishAt: '2099-01-01T00:00:00Z' }, 'keeps'],
    ['too many paths', { reopens: Array.from({ length: 101 }, (_, at) => `path_${at}`) }, 'reopens'],
  ])('is a fault with %s', async (_, over, field) => {
    const staff = await publisher();
    const input = await publication(chestOf(5), over);
    const answer = await publishingNothing(() => staff.publishBalanceConfig(input));
    expect(faultOf(answer)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it.each(['support', 'auditor'] as const)('is FORBIDDEN to %s, and audited', async (role) => {
    const id = await member(role);
    const input = await publication(chestOf(5));
    const answer = await publishingNothing(() => asStaff(id).publishBalanceConfig(input));
    expect(faultOf(answer)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await auditEvents(id)).toMatchObject([{ action: 'publishBalanceConfig', outcome: 'forbidden' }]);
  });

  it('says that KV was not written, and the schedule or a retry with the key writes it', async () => {
    const brokenKv = Object.create(kv, {
      put: { value: () => Promise.reject(new Error('KV is down')) },
    });
    const door = doorTo(await coldWorker(), { BALANCE_KV: brokenKv });
    const [id, key] = [await member(), freshKey()];
    const input = await publication(chestOf(41));
    const answer = await asStaff(id).publishBalanceConfig(input, { key, door });
    const { config, isInKv } = resultAs(answer, RECEIPT).publication;
    expect([config?.version, isInKv]).toEqual([await currentVersion(), false]);
    expect(JSON.parse((await kv.get(POINTER_KEY)) ?? '').version).toBeLessThan(await currentVersion());
    expect(await paidByChest()).toEqual({ version: await currentVersion(), lumees: 41 });
    const again = resultAs(await asStaff(id).publishBalanceConfig(input, { key }), RECEIPT);
    expect(again).toMatchObject({ replayed: true, publication: { isInKv: true } });
    expect(JSON.parse((await kv.get(POINTER_KEY)) ?? '').version).toBe(await currentVersion());
  });

  it('is refused while the owner has switched it off, also what is scheduled or rolled back', async () => {
    const staff = await publisher();
    const input = await publication(chestOf(5));
    await whilePublishing('off', async () => {
      const rollback = { version: 1, baseVersion: input.baseVersion, reason };
      for (const send of [
        () => staff.publishBalanceConfig(input),
        () => staff.rollBackBalanceConfig(rollback),
        () => staff.cancelScheduledConfig({ version: 1, reason }),
      ]) {
        const answer = await publishingNothing(send);
        expect(rejectionOf(answer, 'ConfigRefused').why).toBe('OFF');
      }
    });
  });
});
