import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfigFile } from '../../cli/config-document.ts';
import { compileBalanceConfig } from '../../src/config/compile.ts';
import { type HistoricRow, importOperation } from '../../src/domain/import.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
import type { KernelClaim } from '../../src/ledger/kernel-contract.ts';
import { brokenInvariants } from '../support/ledger/invariants.ts';
import { commit as commitWith, granted, type Ledger, openLedger } from '../support/ledger/ledger.ts';
import { CURRENT_CONFIG, fresh, give, operation } from '../support/ledger/operations.ts';
import { startOwnDatabase } from '../support/ledger/own-database.ts';
import { POINT_LEVELS, pointLevels } from '../support/ledger/points.ts';
import { publishRules } from '../support/ledger/rules.ts';
import { reversal } from '../support/ledger/systems.ts';

let database: Awaited<ReturnType<typeof startOwnDatabase>>;
let ledger: Ledger;
beforeAll(async () => {
  database = await startOwnDatabase({}, { rules: false });
  ledger = openLedger(database);
  await publishRules(ledger.owner, pointLevels());
});
afterAll(async () => {
  await ledger?.close();
  await database?.stop();
});

/** The rules that the importer reads its resources from. The levels of this file are published without them. */
async function rules() {
  const document = await readConfigFile(new URL('../support/game.json', import.meta.url).pathname);
  const compiled = compileBalanceConfig(document, { version: 1, sha256: '' });
  if (compiled.kind === 'invalid') throw new Error('the example config is not valid');
  return compiled.rules;
}

/** Imports a row as the command does, with the owner's connection. */
async function imported(
  playerId: string,
  resource: string,
  amount: number,
  occurrence = 1,
): Promise<KernelClaim> {
  const row: HistoricRow = {
    playerId,
    resource,
    amount,
    time: '2024-05-01T12:00:00.000Z',
    source: 'old_game',
    key: null,
    type: null,
  };
  const encoded = encodeOperation(
    importOperation(row, occurrence, {
      operator: { kind: 'operator', id: 'migration' },
      correlationId: randomUUID(),
      rules: await rules(),
    }),
  );
  return (await granted(commitWith(ledger.owner, { ...encoded, ...CURRENT_CONFIG }))).claim;
}
const reverse = async (claim: KernelClaim) =>
  granted(
    ledger.commit(reversal(await ledger.addStaff(), claim, { milestones: true, resources: POINT_LEVELS })),
  );
const win = (player: string, amount: number) =>
  granted(
    ledger.commit(
      operation({
        player,
        postings: [give('experience', amount)],
        milestones: true,
        resources: POINT_LEVELS,
      }),
    ),
  );
const balancesOf = async (player: string) => (await ledger.playerLedger(player)).balances;

describe('the reversal of an imported row', () => {
  test('a row that counted levels twice is reversed to the right count: no level is paid again or taken back', async () => {
    const player = fresh('player');
    await imported(player, 'experience', 300);
    await imported(player, 'levels_paid', 2);
    const duplicate = await imported(player, 'levels_paid', 2, 2);

    expect(await reverse(duplicate)).toMatchObject({
      changes: [{ resource: 'levels_paid', before: 4, delta: -2, cause: 1 }],
    });
    expect(await balancesOf(player)).toEqual({ experience: 300, levels_paid: 2 });
    await win(player, 300);
    expect(await balancesOf(player)).toEqual({ experience: 600, levels_paid: 3, points: 100 });
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test('a level that a duplicate kept from being paid is paid by its reversal, and no other', async () => {
    const player = fresh('player');
    await imported(player, 'experience', 300);
    await imported(player, 'levels_paid', 2);
    const duplicate = await imported(player, 'levels_paid', 2, 2);
    await win(player, 300);
    expect(await balancesOf(player)).toEqual({ experience: 600, levels_paid: 4 });
    await reverse(duplicate);
    expect(await balancesOf(player)).toEqual({ experience: 600, levels_paid: 3, points: 100 });
  });

  test('when experience and its counter were imported twice, reversing the counter first moves no other level', async () => {
    const player = fresh('player');
    await imported(player, 'experience', 300);
    await imported(player, 'levels_paid', 2);
    await imported(player, 'points', 11);
    const experience = await imported(player, 'experience', 300, 2);
    const counter = await imported(player, 'levels_paid', 2, 2);
    await reverse(counter);
    await reverse(experience);
    expect(await balancesOf(player)).toEqual({ experience: 300, levels_paid: 2, points: 11 });
    expect(await brokenInvariants(ledger.owner, [player])).toEqual([]);
  });

  test('levels that only a reversed row had counted are paid once', async () => {
    const player = fresh('player');
    await imported(player, 'experience', 300);
    await reverse(await imported(player, 'levels_paid', 2));
    expect(await balancesOf(player)).toEqual({ experience: 300, levels_paid: 2, points: 11 });
    await win(player, 10);
    expect(await balancesOf(player)).toEqual({ experience: 310, levels_paid: 2, points: 11 });
  });
});
