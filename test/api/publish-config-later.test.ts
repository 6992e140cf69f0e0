/** Balance configs that are rolled back, scheduled and listed through the API. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { POINTER_KEY } from '../../src/config/published.ts';
import { changedExample, kv, publishedVersions, serveExample } from '../support/worker/balance.ts';
import { asStaff, rejectionOf, resultAs, resultOf } from '../support/worker/client.ts';
import { owner } from '../support/worker/ledger-state.ts';
import {
  chestOf,
  currentVersion,
  described,
  member,
  paidByChest,
  publication,
  publisher,
  publishingNothing,
} from '../support/worker/publications.ts';

beforeEach(serveExample);
afterAll(serveExample);

const RECEIPT = 'ConfigPublicationReceipt';
const reason = 'floors pay more';

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('rollBackBalanceConfig', () => {
  it('publishes the document of an earlier version again, as a new version', async () => {
    const staff = await publisher();
    const first = await currentVersion();
    const before = await paidByChest();
    resultAs(await staff.publishBalanceConfig(await publication(chestOf(99))), RECEIPT);
    const input = { version: first, baseVersion: await currentVersion(), reason };
    const { config } = resultAs(await staff.rollBackBalanceConfig(input), RECEIPT).publication;
    expect(config?.version).toBe(await currentVersion());
    expect(config?.version).toBeGreaterThan(input.baseVersion);
    expect((await paidByChest()).lumees).toBe(before.lumees);
  });

  it('of a version that does not exist is rejected with it', async () => {
    const staff = await publisher();
    const input = { version: 2 ** 40, baseVersion: await currentVersion(), reason };
    const answer = await publishingNothing(() => staff.rollBackBalanceConfig(input));
    expect(rejectionOf(answer, 'UnknownRecord')).toMatchObject({ record: 'config', id: 2 ** 40 });
  });

  it('to the current version, or on a base that was replaced, changes nothing', async () => {
    const staff = await publisher();
    const version = await currentVersion();
    const same = await publishingNothing(() =>
      staff.rollBackBalanceConfig({ version, baseVersion: version, reason }),
    );
    expect(rejectionOf(same, 'ConfigRefused').why).toBe('UNCHANGED');
    const late = await publishingNothing(() =>
      staff.rollBackBalanceConfig({ version, baseVersion: version + 5, reason }),
    );
    expect(rejectionOf(late, 'ConfigChanged').current).toBe(version);
  });
});

describe('a publication for later', () => {
  it('is scheduled, kept by the next publication under a new number, and cancelled', async () => {
    const staff = await publisher();
    const base = await currentVersion();
    const publishAt = inAnHour();
    const later = await publication(chestOf(50), { publishAt });
    const { config } = resultAs(await staff.publishBalanceConfig(later), RECEIPT).publication;
    expect(config).toMatchObject({ state: 'SCHEDULED', effectiveFrom: publishAt });
    expect(await publishedVersions()).toEqual({ current: base, scheduled: config?.version });
    expect(JSON.parse((await kv.get(POINTER_KEY)) ?? '').next.version).toBe(config?.version);

    const silent = await publication(chestOf(51));
    const refused = await publishingNothing(() => staff.publishBalanceConfig(silent));
    expect(rejectionOf(refused, 'ConfigRefused')).toMatchObject({
      why: 'SCHEDULED',
      version: config?.version,
    });
    const keeping = await publication(chestOf(51), { keeps: config?.version });
    const kept = resultAs(await staff.publishBalanceConfig(keeping), RECEIPT).publication;
    expect(kept.scheduled).toMatchObject({ sha256: config?.sha256, effectiveFrom: publishAt });
    expect((await paidByChest()).lumees).toBe(51);

    const outdated = await publishingNothing(() =>
      staff.cancelScheduledConfig({ version: config?.version ?? 0, reason }),
    );
    expect(rejectionOf(outdated, 'ConfigChanged').scheduled).toBe(kept.scheduled?.version);
    const cancelled = await staff.cancelScheduledConfig({ version: kept.scheduled?.version ?? 0, reason });
    expect(resultAs(cancelled, RECEIPT).publication).toMatchObject({
      config: { version: kept.scheduled?.version, state: 'CANCELLED', effectiveFrom: null },
      scheduled: null,
    });
    expect(JSON.parse((await kv.get(POINTER_KEY)) ?? '').next).toBeUndefined();
    const none = await publishingNothing(() =>
      staff.cancelScheduledConfig({ version: kept.scheduled?.version ?? 0, reason }),
    );
    expect(rejectionOf(none, 'ConfigRefused').why).toBe('NOT_SCHEDULED');
  });

  it('is ConfigRefused in the past, and where limits of the whole game would change', async () => {
    const staff = await publisher();
    const past = await publication(chestOf(5), { publishAt: '2020-01-01T00:00:00Z' });
    const late = await publishingNothing(() => staff.publishBalanceConfig(past));
    expect(rejectionOf(late, 'ConfigRefused').why).toBe('PAST');
    const stock = changedExample((document) => {
      document.exchanges.buy_summon_token.total = 5;
    });
    const input = await publication(stock, { publishAt: inAnHour() });
    const refused = await publishingNothing(() => staff.publishBalanceConfig(input));
    expect(rejectionOf(refused, 'ConfigRefused').why).toBe('GAME_LIMITS');
  });

  it('becomes current by the clock, and can then not be cancelled', async () => {
    const staff = await publisher();
    const publishAt = new Date(Date.now() + 1_500).toISOString();
    const input = await publication(chestOf(66), { publishAt });
    const { config } = resultAs(await staff.publishBalanceConfig(input), RECEIPT).publication;
    while ((await currentVersion()) !== config?.version)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await paidByChest()).toEqual({ version: config?.version, lumees: 66 });
    const late = await publishingNothing(() =>
      staff.cancelScheduledConfig({ version: config?.version ?? 0, reason }),
    );
    expect(rejectionOf(late, 'ConfigRefused').why).toBe('NOT_SCHEDULED');
  });
});

describe('balanceConfigs', () => {
  it('lists versions with their author, state and reason, newest first, in pages', async () => {
    const id = await member();
    const staff = asStaff(id);
    const base = await currentVersion();
    resultAs(await staff.publishBalanceConfig(await publication(described('listed'))), RECEIPT);
    const [{ count } = { count: 0 }] =
      await owner`SELECT count(*)::int AS count FROM onceward.balance_configs`;
    const first = resultOf(await staff.balanceConfigs({ first: 1 }));
    expect(first.edges.map(({ node }) => node)).toMatchObject([
      { version: await currentVersion(), state: 'CURRENT', publishedBy: id, isByOperator: false, reason },
    ]);
    const rest = resultOf(await staff.balanceConfigs({ first: 100, after: first.pageInfo.endCursor }));
    expect(rest.edges.length).toBe(Math.min(count - 1, 100));
    expect(rest.edges.map(({ node }) => node.version)).not.toContain(await currentVersion());
    expect(rest.edges.find(({ node }) => node.version === base)?.node).toMatchObject({
      state: 'FORMER',
      isByOperator: true,
      publishedBy: 'tests',
    });
  });
});
