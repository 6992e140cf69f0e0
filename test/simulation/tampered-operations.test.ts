import { expect, test } from 'vitest';
import type { MutableHistory } from './reference-service.ts';
import {
  granted,
  hot,
  other,
  receipts,
  type Tampering,
  validHistory,
  violatedAfter,
} from './valid-history.ts';

/** The granted claim of an operation. */
const claimOf = (history: MutableHistory, operation: string) => granted(history, operation)[0];
const drawing = (history: MutableHistory) =>
  granted(history, 'exchange').find(({ draws }) => draws.length > 0) as MutableHistory['rows']['claims'][0];

test('the valid history contains every record that these tests tamper with', () => {
  const history = validHistory();
  const operations = new Set(history.rows.claims.map(({ operation, outcome }) => `${operation} ${outcome}`));
  for (const operation of ['transferResource', 'exchange', 'applyDamage', 'announceReward', 'recoverReward'])
    expect(operations).toContain(`${operation} granted`);
  expect(history.rows.limitCounters.map(({ name }) => name)).toEqual([
    'transfer:lumees',
    'claims:arena_chest',
    'exchange:buy_tokens',
  ]);
  expect(history.rows.pendingRewards.map(({ key }) => key)).toEqual(['still-pending']);
});

const TAMPERED: Tampering = [
  [
    'I4',
    'a transfer does not reach the recipient',
    (history) => {
      const { id } = claimOf(history, 'transferResource');
      const { rows } = history;
      rows.entries = rows.entries.filter(({ claimId, player }) => claimId !== id || player !== other);
    },
  ],
  [
    'I4',
    'a claim stores wrong balances of the other player',
    (history) => {
      const { counterparty } = claimOf(history, 'transferResource');
      (counterparty as { balancesAfter: Record<string, number> }).balancesAfter.lumees = 1;
    },
  ],
  [
    'I0',
    'a server does not see the other player’s changes',
    (history) => {
      for (const { receipt } of receipts(history)) receipt.counterpartyChanges = null;
    },
  ],
  [
    'I4',
    'a regeneration anchor is wrong',
    ({ rows }) => {
      for (const { anchorsAfter } of rows.claims) if (anchorsAfter.energy === 0) anchorsAfter.energy = 1;
    },
  ],
  [
    'I3',
    'more regenerated than the time allows',
    ({ rows }) => {
      const entry = rows.entries.find(({ resource }) => resource === 'energy') as { cause: string };
      entry.cause = 'regeneration';
    },
  ],
  [
    'I4',
    'a draw’s outcome does not own its roll',
    (history) => {
      const [first] = drawing(history).row.draws as [{ outcome: string }];
      first.outcome = 'legend';
    },
  ],
  [
    'I4',
    'fewer draws were made than were paid for',
    (history) => {
      drawing(history).row.draws = [];
    },
  ],
  [
    'I6',
    'a receipt shows another roll than the claim',
    (history) => {
      const { id } = drawing(history);
      const { receipt } = receipts(history).find(({ receipt: { claim } }) => claim.id === id) as ReturnType<
        typeof receipts
      >[0];
      (receipt.claim.draws[0] as { roll: number }).roll = 1;
    },
  ],
  [
    'I11',
    'the counter of a daily limit is too low',
    ({ rows }) => {
      (rows.limitCounters[0] as { used: number }).used -= 1;
    },
  ],
  [
    'I11',
    'a counter exists for a limit that no claim used',
    ({ rows }) => {
      rows.limitCounters.push({ player: hot, name: 'claims:pve_victory', day: '2026-11-22', used: 1 });
    },
  ],
  [
    'I11',
    'a staff member’s counter misses an award',
    ({ rows }) => {
      (rows.staffCounters[0] as { awards: number }).awards -= 1;
    },
  ],
  [
    'I11',
    'a reversal is counted as an award',
    ({ rows }) => {
      const reversal = rows.audit.find(({ action }) => action === 'reverseClaim');
      const day = rows.staffCounters.find(({ staff }) => staff === reversal?.actorId) as { awards: number };
      day.awards += 1;
    },
  ],
  [
    'I4',
    'an announced reward is not pending',
    ({ rows }) => {
      rows.pendingRewards = [];
    },
  ],
  [
    'I5',
    'a paid reward is still pending',
    (history) => {
      const [announced] = granted(history, 'announceReward');
      const { id: announcedBy, player, configVersion } = announced;
      history.rows.pendingRewards.push({
        player,
        type: 'arena_chest',
        key: 'announced',
        announcedBy,
        configVersion,
      });
    },
  ],
  [
    'I4',
    'an entry of a level-up has the cause operation',
    ({ rows }) => {
      for (const entry of rows.entries) if (entry.cause === 'milestone') entry.cause = 'operation';
    },
  ],
];

test.each(TAMPERED)('finds a violation of %s if %s', (invariant, _, tamper) => {
  expect(violatedAfter(tamper)).toContain(invariant);
});
