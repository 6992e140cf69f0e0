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
  const ofPlayers = history.rows.limitCounters.filter(({ kind }) => kind === 'player');
  expect(ofPlayers.map(({ name }) => name)).toEqual([
    'transfer:lumees',
    'received:lumees',
    'claims:arena_chest',
    'shared:supplies',
    'shared:supplies',
    'exchange:buy_tokens',
  ]);
  expect(history.rows.pendingRewards.map(({ key }) => key)).toEqual(['still-pending']);
});

const TAMPERED: Tampering = [
  [
    'I4',
    'a transfer does not reach the recipient',
    (history) => {
      const { counterparty } = claimOf(history, 'transferResource');
      const { rows } = history;
      rows.entries = rows.entries.filter(
        ({ number, player }) => number !== counterparty?.number || player !== other,
      );
    },
  ],
  [
    'I4',
    'receiving a transfer raises the version',
    (history) => {
      const { counterparty } = claimOf(history, 'transferResource');
      (counterparty as { version: number }).version += 1;
    },
  ],
  [
    'I4',
    'an announcement raises the version',
    (history) => {
      claimOf(history, 'announceReward').version += 1;
    },
  ],
  [
    'I13',
    'a claim has no outbox row',
    ({ rows }) => {
      rows.outbox.pop();
    },
  ],
  [
    'I13',
    'an outbox row has no claim',
    ({ rows }) => {
      rows.outbox.push({ player: hot, number: 1_000, at: '7-1000', writtenBy: '7' });
    },
  ],
  [
    'I15',
    'more was reversed than the claim had',
    ({ rows }) => {
      for (const row of rows.reversed) row.reversed = 2;
    },
  ],
  [
    'I15',
    'a reversal is not recorded with its claim',
    ({ rows }) => {
      rows.reversed = [];
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
      for (const entry of rows.entries) if (entry.resource === 'energy') entry.anchoredAt = 1;
    },
  ],
  [
    'I4',
    'a balance holds a wrong regeneration anchor',
    ({ rows }) => {
      for (const balance of rows.balances) if (balance.resource === 'energy') balance.anchoredAt = 1;
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
      const unused = { subject: hot, name: 'claims:pve_victory', day: '2026-11-22', used: 1 };
      rows.limitCounters.push({ kind: 'player', ...unused });
    },
  ],
  [
    'I11',
    'an exchange exceeds its daily limit, and its counter agrees',
    (history) => {
      const quantity = 1_000;
      for (const { intent } of history.attempts)
        if ((intent.input as { exchange?: string }).exchange === 'buy_tokens')
          Object.assign(intent.input, { quantity });
      for (const counter of history.rows.limitCounters)
        if (counter.name === 'exchange:buy_tokens') counter.used = quantity;
    },
  ],
  [
    'I11',
    'a staff member’s counter misses an award',
    ({ rows }) => {
      for (const counter of rows.limitCounters) if (counter.name === 'staff:awards') counter.used -= 1;
    },
  ],
  [
    'I11',
    'a reversal is counted as an award',
    ({ rows }) => {
      const reversal = rows.audit.find(({ action }) => action === 'reverseClaim');
      for (const counter of rows.limitCounters)
        if (counter.subject === reversal?.actorId && counter.name === 'staff:awards') counter.used += 1;
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
      const { number, player, configVersion } = announced;
      history.rows.pendingRewards.push({
        player,
        type: 'arena_chest',
        key: 'announced',
        number: number ?? 0,
        configVersion,
        expiresAt: null,
        isHeld: false,
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
