/** One valid history that uses every part of the model, and functions to find the parts that a test tampers with. */
import type { Attempt, Receipt } from '../../simulation/clients/journal.ts';
import { LOOT } from '../../simulation/game/claim-types.ts';
import { exchangeNumbers, stockOf } from '../../simulation/game/exchanges.ts';
import { sumsOf } from '../../simulation/invariants/economy.ts';
import type { Invariant } from '../../simulation/invariants/tally.ts';
import type { Actor } from '../../simulation/schedule/intent.ts';
import { type Mutable, type MutableHistory, ReferenceService, rules, world } from './reference-service.ts';
import { runChecks } from './run-checks.ts';

export const [hot = '', other = ''] = world.hot;
const server: Actor = { kind: 'server', id: world.servers[0] ?? '' };
const player: Actor = { kind: 'player', id: hot };
const support: Actor = { kind: 'staff', id: world.staff.support.id };

/** Claims, level-ups, spending, awards, a reversal, a transfer, a recovery, draws, damage, and one of each important rejection. */
export function validHistory(): MutableHistory {
  const service = new ReferenceService();
  const send = (operation: string, actor: Actor, input: object) =>
    service.send(service.intent(operation, { actor, player: hot, input }));
  const fight = (key: string, claimant = hot) =>
    service.intent('claimReward', {
      actor: server,
      player: claimant,
      input: { type: 'pve_victory', key, facts: { enemy_level: 40 } },
    });
  const spend = (energy: number) =>
    send('spendStatPoints', player, { points: [{ stat: 'energy', points: energy }] });
  const award = (amount: number, rewardId: string) =>
    send('manualReward', support, {
      grants: [{ resource: 'credits', amount }],
      reason: 'a test',
      rewardId,
    });
  const first = fight('first');
  service.send(first);
  service.send(first);
  service.send(fight('first'));
  service.send(fight('second'));
  service.send(fight('elsewhere', other));
  const reused = { actor: player, player: hot, input: { points: [{ stat: 'health', points: 9 }] } };
  service.send(service.intent('spendStatPoints', reused, first.key));
  spend(1);
  spend(1_000);
  award(100, 'promo-1');
  award(50, 'promo-2');
  award(301, 'promo-3');
  service.send({ ...fight('never'), token: 'forged', expectedFault: 'UNAUTHENTICATED' });
  reverse(service, service.send(fight('mistake')));
  const transfer = { to: other, resource: 'lumees', amount: 5 };
  service.send(
    service.intent('transferResource', { actor: server, player: hot, others: [other], input: transfer }),
  );
  const reward = { type: 'arena_chest', key: 'announced', facts: {} };
  send('announceReward', server, reward);
  send('announceReward', server, { ...reward, key: 'still-pending' });
  const recovery = { type: 'arena_chest', key: 'announced', reason: null };
  service.send(
    service.intent('recoverReward', { actor: server, player: hot, input: recovery }),
    {},
    possibleDraws(LOOT.times),
  );
  const exchange = (name: string) =>
    service.intent('exchange', { actor: server, player: hot, input: { exchange: name, quantity: 1 } });
  service.send(exchange('buy_tokens'));
  service.send(exchange('summon'), {}, possibleDraws(exchangeNumbers(rules).exchanges.summon?.draws?.times));
  service.send(exchange('training'));
  service.send(exchange(stockOf(world.seed).exchange));
  const gift = { grants: [{ resource: 'credits', amount: 5 }], reason: 'a test', rewardId: 'promo-4' };
  send('manualReward', server, gift);
  send('applyDamage', server, { amount: 1, source: null, reason: null });
  service.read(hot);
  const history = service.history();
  return { ...history, sums: Object.fromEntries(sumsOf(history.rows)) as MutableHistory['sums'] };
}

function reverse(service: ReferenceService, { answer }: Attempt): void {
  const claimId = answer?.kind === 'receipt' ? answer.receipt.claim.id : '';
  const input = { target: 0, ifInsufficient: 'REFUSE', reopen: false, quantity: null, reason: 'a mistake' };
  service.send(service.intent('reverseClaim', { actor: support, player: hot, input }), { claimId });
}

/** Draws that the table allows, whatever was drawn before: a rare outcome is within every guarantee but that of the legends. */
function possibleDraws(times = 0): object[] {
  const outcomes = exchangeNumbers(rules).tables.summons?.outcomes ?? [];
  const sum = (list: typeof outcomes) => list.reduce((total, { weight }) => total + weight, 0);
  const roll = sum(
    outcomes.slice(
      0,
      outcomes.findIndex(({ name }) => name === 'rare'),
    ),
  );
  const draw = { table: 'summons', outcome: 'rare', roll, of: sum(outcomes), guaranteed: false };
  return Array.from({ length: times }, () => draw);
}

export const receipts = ({ attempts }: MutableHistory) =>
  attempts.flatMap((attempt) =>
    attempt.answer?.kind === 'receipt'
      ? [{ attempt, receipt: attempt.answer.receipt as Mutable<Receipt> }]
      : [],
  );
export const rejections = ({ attempts }: MutableHistory, kind: string) =>
  attempts.filter(({ answer }) => answer?.kind === 'rejected' && answer.rejection.kind === kind) as [
    Mutable<Attempt>,
  ];
export const granted = ({ rows }: MutableHistory, operation: string) =>
  rows.claims.filter((claim) => claim.outcome === 'granted' && claim.operation === operation) as [
    MutableHistory['rows']['claims'][0],
  ];
export function last<T>(list: readonly T[]): T {
  return list.at(-1) as T;
}

/** The invariants that are violated after the history was tampered with. */
export function violatedAfter(tamper: (history: MutableHistory) => void): Invariant[] {
  const history = validHistory();
  tamper(history);
  return runChecks(history).findings.map(({ invariant }) => invariant);
}

/** The invariant that is violated, what is wrong with the history, and the code that makes it wrong. */
export type Tampering = readonly (readonly [Invariant, string, (history: MutableHistory) => void])[];
