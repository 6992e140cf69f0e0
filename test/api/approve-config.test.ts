/** Balance configs that another member approves, previews of publications, and publications at the same time as everything else. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { changedExample, publishedVersions, serveExample } from '../support/worker/balance.ts';
import {
  asServer,
  asStaff,
  faultOf,
  receiptOf,
  rejectionOf,
  resultAs,
  resultOf,
} from '../support/worker/client.ts';
import { ledgerFaults } from '../support/worker/ledger-state.ts';
import { countRequests } from '../support/worker/neon-control.ts';
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
import { fresh } from '../support/worker/service.ts';
import { writingNothing } from '../support/worker/stillness.ts';
import { atOnce, tally } from '../support/worker/waves.ts';

beforeEach(serveExample);
afterAll(serveExample);

const RECEIPT = 'ConfigPublicationReceipt';
const reason = 'checked the changes';
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

describe('where the owner asks for an approval', () => {
  it('a config is proposed, looked at, approved by another member, and published by the same request with a new key', () =>
    whilePublishing('approved', async () => {
      const [id, other] = [await member(), await member()];
      const input = await publication(chestOf(71));
      const proposed = resultAs(await asStaff(id).publishBalanceConfig(input), RECEIPT).publication;
      expect(proposed).toMatchObject({ config: null, proposalId: expect.any(Number) });
      const proposalId = proposed.proposalId ?? 0;
      expect(await currentVersion()).toBe(input.baseVersion);

      const waiting = resultOf(await asStaff(other).proposals({ waiting: true, first: 100 }));
      expect(waiting.edges.find(({ node }) => node.id === proposalId)?.node).toMatchObject({
        kind: 'config.publish',
        permission: 'config:approve',
        proposedBy: id,
        summary: { base: input.baseVersion, changed: 2 },
      });
      const seen = resultOf(await asStaff(other).previewBalanceConfig({ proposalId }));
      expect(seen).toMatchObject({ document: chestOf(71), isPublishable: true, needsApproval: true });

      for (const staff of [asStaff(id), asStaff(await member('support'))]) {
        const refused = await publishingNothing(() => staff.approveProposal({ proposalId, reason }));
        expect(['OWN', 'ROLE']).toContain(rejectionOf(refused, 'ProposalRefused').why);
      }
      resultAs(await asStaff(other).approveProposal({ proposalId, reason }), 'ProposalReceipt');
      const done = resultAs(await asStaff(id).publishBalanceConfig(input), RECEIPT).publication;
      expect(done.config).toMatchObject({ publishedBy: id, state: 'CURRENT' });
      expect((await paidByChest()).lumees).toBe(71);
      const again = await publishingNothing(() => asStaff(id).publishBalanceConfig(input));
      expect(rejectionOf(again, 'ConfigChanged').current).toBe(done.config?.version);
    }));

  it('an approval holds for no other document, and for no later base', () =>
    whilePublishing('approved', async () => {
      const [staff, other] = [await publisher(), await publisher()];
      const input = await publication(chestOf(72));
      const { proposalId } = resultAs(await staff.publishBalanceConfig(input), RECEIPT).publication;
      resultAs(await other.approveProposal({ proposalId: proposalId ?? 0, reason }), 'ProposalReceipt');
      const swapped = { ...input, document: JSON.stringify(chestOf(7_200)) };
      const answer = resultAs(await staff.publishBalanceConfig(swapped), RECEIPT).publication;
      expect(answer.config).toBeNull();
      expect(answer.proposalId).not.toBe(proposalId);
      expect(await currentVersion()).toBe(input.baseVersion);
    }));

  it('a rollback needs it as well, and cancelling does not', () =>
    whilePublishing('staff', async () => {
      const staff = await publisher();
      const version = await currentVersion();
      resultAs(await staff.publishBalanceConfig(await publication(chestOf(73))), RECEIPT);
      const later = await publication(chestOf(74), { publishAt: inAnHour() });
      const scheduled = resultAs(await staff.publishBalanceConfig(later), RECEIPT).publication.config;
      await whilePublishing('approved', async () => {
        const cancels = scheduled?.version;
        const rollback = { version, baseVersion: await currentVersion(), cancels, reason };
        const answer = resultAs(await staff.rollBackBalanceConfig(rollback), RECEIPT).publication;
        expect(answer).toMatchObject({ config: null, proposalId: expect.any(Number) });
        const cancelled = await staff.cancelScheduledConfig({ version: scheduled?.version ?? 0, reason });
        expect(resultAs(cancelled, RECEIPT).publication.config?.state).toBe('CANCELLED');
      });
    }));
});

describe('previewBalanceConfig', () => {
  const quiet = async <T>(run: () => Promise<T>) => publishingNothing(() => writingNothing('nobody', run));

  it('shows the changes in words and by value, and the current version to publish on', async () => {
    const staff = await publisher();
    const { document } = await publication(chestOf(88));
    const found = resultOf(await quiet(() => staff.previewBalanceConfig({ document })));
    expect(found).toMatchObject({
      isPublishable: true,
      problems: [],
      obstacle: null,
      baseVersion: await currentVersion(),
      scheduledVersion: null,
      needsApproval: false,
      values: expect.arrayContaining([
        { path: 'claimTypes.arena_chest.rewards.lumees', before: '75', after: '88' },
      ]),
    });
    expect(found?.changes).toContainEqual({
      path: 'claimTypes.arena_chest.rewards.lumees',
      severity: 'AMOUNTS',
      // Other files announce such rewards.
      text: expect.stringMatching(/^arena_chest pays 88 lumees instead of 75\./),
      held: { players: 0, sources: 0, pending: expect.any(Number) },
    });
  });

  it('shows each problem with its path, and what is no JSON', async () => {
    const staff = await publisher();
    const { document } = await publication(
      changedExample((example) => {
        example.exchanges.buy_summon_token.costs = { no_such_resource: 5 };
      }),
    );
    const found = resultOf(await quiet(() => staff.previewBalanceConfig({ document })));
    expect(found?.isPublishable).toBe(false);
    expect(found?.problems.map(({ path }) => path)).toContain(
      'exchanges.buy_summon_token.costs.no_such_resource',
    );
    const broken = resultOf(await quiet(() => staff.previewBalanceConfig({ document: '{"a": 1, "a": 2}' })));
    expect(broken).toMatchObject({ document: null, isPublishable: false, problems: [{ path: '' }] });
  });

  it('shows what would be paid again, and what players hold of what ends', async () => {
    const playerId = fresh('player');
    receiptOf(await asServer().claimReward({ type: 'arena_chest', playerId, key: 'chest-1' }));
    const staff = await publisher();
    const { document } = await publication(
      changedExample((example) => {
        example.claimTypes.daily_quest.period = 'week';
        example.tiers = undefined;
      }),
    );
    const found = resultOf(await quiet(() => staff.previewBalanceConfig({ document })));
    expect(found?.reopens).toEqual(['claimTypes.daily_quest.period']);
    const ended = found?.changes.find(({ held }) => held !== null);
    expect(ended?.held?.players).toBeGreaterThanOrEqual(0);
    expect(ended?.text).toMatch(/players? (is|are) holding it/);
  });

  it('shows that a version is scheduled, and that the owner has switched publishing off', async () => {
    const staff = await publisher();
    const later = await publication(chestOf(89), { publishAt: inAnHour() });
    const { config } = resultAs(await staff.publishBalanceConfig(later), RECEIPT).publication;
    const { document } = await publication(chestOf(90));
    const blocked = resultOf(await quiet(() => staff.previewBalanceConfig({ document })));
    expect(blocked).toMatchObject({ isPublishable: false, scheduledVersion: config?.version });
    expect(blocked?.obstacle).toMatch(/is scheduled/);
    const keeps = config?.version;
    const kept = resultOf(await quiet(() => staff.previewBalanceConfig({ document, keeps })));
    expect(kept?.isPublishable).toBe(true);
    expect(kept?.changes.some(({ text }) => text.startsWith(`When version ${keeps} takes effect:`))).toBe(
      true,
    );
    await whilePublishing('off', async () => {
      const off = resultOf(await quiet(() => staff.previewBalanceConfig({ document, keeps })));
      expect(off?.obstacle).toMatch(/switched publishing/);
    });
  });

  it('makes one request where nothing is new, like the list of versions', async () => {
    const id = await member();
    const { document } = await publication(chestOf(92));
    const count = (run: () => Promise<unknown>) => countRequests(id, run);
    expect(await count(() => asStaff(id).previewBalanceConfig({ document }))).toBe(1);
    expect(await count(() => asStaff(id).balanceConfigs({ first: 5 }))).toBe(1);
  });

  it('is null for a version or proposal that does not exist, and a fault for two documents', async () => {
    const staff = await publisher();
    for (const args of [{ version: 2 ** 40 }, { proposalId: 2 ** 40 }])
      expect(resultOf(await quiet(() => staff.previewBalanceConfig(args)))).toBeNull();
    const both = await quiet(() => staff.previewBalanceConfig({ version: 1, proposalId: 1 }));
    expect(faultOf(both)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'document' });
  });
});

describe('at the same time', () => {
  it('one of eight publications on one base wins, and the others name its version', async () => {
    const staff = await Promise.all(Array.from({ length: 8 }, publisher));
    const inputs = await Promise.all(staff.map((_, at) => publication(chestOf(100 + at))));
    const base = await currentVersion();
    const results = await atOnce(8, async (at) =>
      resultOf(await (staff[at] as (typeof staff)[number]).publishBalanceConfig(inputs[at] as never)),
    );
    const version = await currentVersion();
    expect(tally(results as never)).toEqual({ [RECEIPT]: 1, ConfigChanged: 7 });
    expect(version).toBeGreaterThan(base);
    for (const result of results)
      if (result.__typename === 'ConfigChanged') expect(result.current).toBe(version);
  });

  it('each of 64 claims is decided under exactly one version, while configs are published', async () => {
    const players = Array.from({ length: 64 }, () => fresh('player'));
    const paid = new Map([[await currentVersion(), (await paidByChest()).lumees]]);
    const staff = await publisher();
    const publishing = async () => {
      for (const lumees of [111, 222, 333]) {
        const input = await publication(chestOf(lumees));
        const { config } = resultAs(await staff.publishBalanceConfig(input), RECEIPT).publication;
        paid.set(config?.version ?? 0, lumees);
      }
    };
    const claiming = players.map(async (playerId, at) => {
      await new Promise((resolve) => setTimeout(resolve, at * 15));
      const chest = { type: 'arena_chest', playerId, key: 'chest-1' };
      return receiptOf(await asServer().claimReward(chest));
    });
    const [, ...receipts] = await Promise.all([publishing(), ...claiming]);
    for (const { claim, changes } of receipts) {
      expect(paid.has(claim.configVersion ?? 0)).toBe(true);
      const given = changes.find(({ cause }) => cause === 'OPERATION')?.delta;
      expect([claim.configVersion, given]).toEqual([claim.configVersion, paid.get(claim.configVersion ?? 0)]);
    }
    for (const playerId of players) expect(await ledgerFaults(playerId)).toEqual([]);
    expect((await publishedVersions()).scheduled).toBeNull();
  });
});
