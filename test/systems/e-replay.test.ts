import { expect, it } from 'vitest';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { type ReplayReport, ReplayReporter } from '../../src/domain/replay-report.ts';
import { type ReplayRows, storedClaims } from '../../src/domain/replay-rows.ts';
import { changedExample, type Document, publish } from '../support/worker/balance.ts';
import { asPlayer, asServer, asStaff, receiptOf, resultOf } from '../support/worker/client.ts';
import { addStaffMember, owner } from '../support/worker/ledger-state.ts';
import { playerWith } from '../support/worker/players.ts';
import { BULKS, SCENES } from '../support/worker/scenes.ts';
import { fresh } from '../support/worker/service.ts';

/** What the scenes of the mutations do not have: draws with guarantees, streaks, several prices, options, formulas that read the player. */
function richer(document: Document): void {
  const { resources, claimTypes, exchanges, drawTables } = document;
  for (const counter of ['pity:big', 'pity:inner']) resources[counter] = {};
  drawTables.inner = {
    outcomes: { few: { weight: 3, gives: { lumees: 5 } }, many: { weight: 1, gives: { lumees: 50 } } },
    guarantees: [{ counter: 'pity:inner', after: 2, outcomes: ['many'] }],
  };
  drawTables.outer = {
    outcomes: { none: { weight: 7, gives: { lumees: 1 } }, big: { weight: 2, table: 'inner' } },
    guarantees: [{ counter: 'pity:big', after: 3, outcomes: ['big'] }],
  };
  claimTypes.loot = { proof: 'server', rewards: { experience: 'min(level * 30, 500)' }, draws: { outer: 4 } };
  claimTypes.rich = {
    proof: 'server',
    requires: [{ when: 'balance("lumees") >= 50', text: 'not_rich' }],
    rewards: { auric_coins: 'balance("lumees") / 50' },
  };
  exchanges.either = {
    costs: [{ auric_coins: 3 }, { lumees: 10 }],
    gives: { experience: 'quantity * 5 + level' },
    chooseOne: { fire: { gives: { 'shards:fire': 1 } }, water: { gives: { 'shards:water': 2 } } },
    maxQuantity: 5,
  };
}

/** All pages of a window, through the API. */
async function pagesOf(from: string): Promise<{ rows: ReplayRows[]; until: string }> {
  const staff = asStaff(await addStaffMember(fresh('economist'), { role: 'economist' }));
  const rows: ReplayRows[] = [];
  let until = '';
  for (let after: string | null = ''; after !== null; ) {
    const page: Awaited<ReturnType<typeof staff.replayClaims>> = await staff.replayClaims(
      after === '' ? { from, first: 50 } : { after, first: 50 },
    );
    const { claims, names, next, until: ends } = resultOf(page);
    rows.push({ claims, names } as ReplayRows);
    until = ends;
    after = next;
  }
  return { rows, until };
}

function reportOf(rows: readonly ReplayRows[], document: Document): ReplayReport {
  const compiled = compileBalanceConfig(document, { version: 1, sha256: '' });
  if (compiled.kind === 'invalid') throw new Error(JSON.stringify(compiled.problems));
  const reporter = new ReplayReporter(compiled.rules);
  for (const page of rows) for (const claim of storedClaims(page)) reporter.add(claim);
  return reporter.report();
}

/** What the ledger has of the claims of this version, in all. */
async function totalsOf(version: number): Promise<Record<string, number>> {
  // The claims first: other tests have made many, and what Postgres knows of them is old.
  const rows = await owner`
    WITH claims AS MATERIALIZED (
      SELECT player, number FROM onceward.reward_claims
       WHERE coalesce(amounts_version, config_version) = ${version})
    SELECT n.name AS resource, sum(coalesce(e.requested, e.delta))::float8 AS requested
      FROM claims c CROSS JOIN LATERAL (
             SELECT * FROM onceward.ledger_entries e WHERE (e.player, e.number) = (c.player, c.number) OFFSET 0) AS e
      JOIN onceward.names n ON n.kind = 1 AND n.no = e.resource
     WHERE e.cause = 1 GROUP BY 1`;
  return Object.fromEntries(rows.map(({ resource, requested }) => [resource, requested]));
}

async function play(): Promise<void> {
  for (const { prepare } of [...SCENES, ...BULKS]) {
    const scene = await prepare();
    await scene.send();
  }
  for (let nth = 0; nth < 3; nth++) {
    const { playerId } = await playerWith({ lumees: 100 * nth + 40, auric_coins: 3 * nth + 3 });
    const server = asServer();
    for (let cup = 0; cup < 4; cup++)
      receiptOf(await server.claimReward({ playerId, type: 'loot', key: `loot-${cup}` }));
    await server.claimReward({ playerId, type: 'rich', key: 'rich' });
    await server.announceReward({ playerId, type: 'loot', key: 'announced' });
    receiptOf(await server.recoverReward({ playerId, type: 'loot', key: 'announced' }));
    for (const choose of ['fire', 'water'])
      await asPlayer(playerId).exchange({ exchange: 'either', quantity: nth + 1, choose });
    const loot = receiptOf(await server.claimReward({ playerId, type: 'loot', key: 'taken-back' }));
    const staff = asStaff(await addStaffMember(fresh('staff')));
    const { id: claimId } = loot.claim;
    receiptOf(await staff.reverseClaim({ playerId, claimId, reason: 'a test', ifInsufficient: 'DEBT' }));
    receiptOf(await server.claimReward({ playerId, type: 'loot', key: 'afterwards' }));
  }
}

it('E20 replays claims under the config that was current to exactly what the ledger has, and shows what a draft would have paid', async () => {
  const from = new Date(Date.now() - 1_000).toISOString();
  const document = changedExample(richer);
  const version = await publish(document);
  await play();
  const played = Date.now();
  const first = await pagesOf(from);
  // What was claimed in the last seconds waits for the next replay.
  expect(Date.parse(first.until)).toBeLessThan(Date.now() - 9_000);
  await new Promise((resolve) => setTimeout(resolve, Math.max(played + 11_000 - Date.now(), 0)));
  const { rows, until } = await pagesOf(from);
  expect(Date.parse(until)).toBeGreaterThan(played);

  const report = reportOf(rows, document);
  const ofVersion = report.versions.find((one) => one.version === version);
  expect(ofVersion?.refused).toEqual([]);
  expect(ofVersion?.claims).toBeGreaterThan(80);
  const amounts = Object.fromEntries(
    ofVersion?.resources.map(({ resource, would }) => [resource, would]) ?? [],
  );
  const paid = Object.fromEntries(ofVersion?.resources.map(({ resource, paid }) => [resource, paid]) ?? []);
  expect(amounts).toEqual(paid);
  for (const type of ofVersion?.types ?? [])
    for (const { resource, paid, would } of type.resources)
      expect({ type: type.type, resource, would }).toEqual({ type: type.type, resource, would: paid });
  // With those apart, that is all that the ledger has.
  const all = await totalsOf(version);
  const others = reportOf(rows.map(onlyOf(version)), document).apart;
  expect(others.map(({ why }) => why).toSorted()).toEqual(['code', 'merge', 'reversal']);
  for (const { resource, amount } of others.flatMap((one) => one.moved))
    amounts[resource] = (amounts[resource] ?? 0) + amount;
  expect(nonZero(amounts)).toEqual(nonZero(all));

  // 25 experience more for each loot, at any level.
  const draft = changedExample(richer);
  draft.claimTypes.loot.rewards.experience = 'min(level * 30, 500) + 25';
  const drafted = reportOf(rows, draft).versions.find((one) => one.version === version);
  const loot = drafted?.types.find(({ type }) => type === 'loot');
  const experience = loot?.resources.find(({ resource }) => resource === 'experience');
  expect((experience?.would ?? 0) - (experience?.paid ?? 0)).toBe(25 * (loot?.claims ?? 0));
  expect(loot?.claims).toBe(3 * 7);
});

const nonZero = (amounts: Record<string, number>) =>
  Object.fromEntries(Object.entries(amounts).filter(([, amount]) => amount !== 0));

/** The claims whose amounts come from this version. */
const onlyOf =
  (version: number) =>
  ({ claims, names }: ReplayRows): ReplayRows => ({
    names,
    claims: claims.filter((row) => row[6] === version),
  });
