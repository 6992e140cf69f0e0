/** Fills a ledger with real claims: each is decided by the domain and committed by the kernel, a hundred in a call. */
import type pg from 'pg';
import { withClient } from '../../cli/connect.ts';
import { decideAdvanceProgress } from '../../src/domain/advance-progress.ts';
import { decideClaimReward } from '../../src/domain/claim-reward.ts';
import { decideApplyDamage, decideHeal } from '../../src/domain/combat.ts';
import type { Decision, Intent } from '../../src/domain/decide.ts';
import { decideExchange } from '../../src/domain/exchange.ts';
import type { BalanceRules, Facts } from '../../src/domain/rules.ts';
import { decideTransferResource } from '../../src/domain/transfer-resource.ts';
import { constrained } from '../../src/domain/values.ts';
import { encodeOperation } from '../../src/ledger/encode-operation.ts';
import { CONTRACT_VERSION, type KernelAnswer, MAX_OPERATIONS } from '../../src/ledger/kernel-contract.ts';
import { Random } from '../random.ts';

const CONNECTIONS = 3;
export const CLAIMS_PER_PLAYER = 20;

/** What the claims need of the config. */
const CLAIM_TYPES = ['weekly_chest', 'rating_slip', 'tournament_reward', 'pve_victory', 'matron_victory'];
const EXCHANGES = ['summon', 'drop'];

interface Filling {
  /** With the role of the Worker, or the owner's. */
  readonly databaseUrl: string;
  /** What the names of the players begin with. */
  readonly prefix: string;
  readonly rules: BalanceRules;
  readonly claims: number;
  /** How many claims each player makes: a divisor of 100. */
  readonly perPlayer?: number;
  readonly seed: string;
  readonly log: (line: string) => void;
}

/** Returns how many claims there are then. Throws where the kernel grants less than it is asked for. */
export async function fillWithClaims({
  databaseUrl,
  prefix,
  rules,
  claims,
  perPlayer = CLAIMS_PER_PLAYER,
  seed,
  log,
}: Filling) {
  const missing = [
    ...CLAIM_TYPES.filter((name) => !rules.claimTypes.has(name)),
    ...EXCHANGES.filter((name) => !rules.exchanges.has(name)),
  ];
  if (missing.length > 0)
    throw new Error(
      `The current config has no ${missing.join(', ')}. Publish config/balance.example.json first.`,
    );
  const calls = Math.ceil(claims / MAX_OPERATIONS);
  let next = 0;
  const work = async (client: pg.Client) => {
    for (let call = next++; call < calls; call = next++) {
      if (call % 500 === 0) log(`${call * MAX_OPERATIONS} of ${claims} claims`);
      await commitCall(client, rules, { call, prefix, perPlayer, random: new Random(`${seed}/${call}`) });
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, () => withClient(databaseUrl, work)));
  return calls * MAX_OPERATIONS;
}

interface Call {
  readonly call: number;
  readonly prefix: string;
  readonly perPlayer: number;
  readonly random: Random;
}

async function commitCall(client: pg.Client, rules: BalanceRules, { call, prefix, perPlayer, random }: Call) {
  const players = Array.from(
    { length: MAX_OPERATIONS / perPlayer },
    (_, place) => `${prefix}-${call}-${place}`,
  );
  const decisions = players.flatMap((playerId, place) => {
    const friend = players[(place + 1) % players.length] as string;
    return claimsOf({ playerId, friend, rules, perPlayer, random });
  });
  // A transfer needs a player who exists: the rounds of all players take turns.
  const inRounds = decisions.toSorted((a, b) => a.round - b.round).map(({ decision }) => decision);
  const operations = inRounds.map(({ operation }) => encodeOperation(operation));
  const { rows } = await client.query<{ answer: KernelAnswer }>({
    name: 'fill',
    text: 'SELECT onceward.commit_operations($1, $2, $3) AS answer',
    values: [CONTRACT_VERSION, JSON.stringify(operations), [rules.sha256]],
  });
  const outcomes = rows[0]?.answer.outcomes ?? [];
  const refused = outcomes.find(({ kind }) => kind !== 'granted');
  if (refused || outcomes.length !== MAX_OPERATIONS)
    throw new Error(`the kernel did not grant all of call ${call}: ${JSON.stringify(refused)}`);
}

interface Player {
  readonly playerId: string;
  readonly friend: string;
  readonly rules: BalanceRules;
  readonly perPlayer: number;
  readonly random: Random;
}

type Decide = (intent: Intent) => Decision;

function claimsOf({ playerId, friend, rules, perPlayer, random }: Player) {
  const roll = (sides: number) => random.int(0, sides - 1);
  const claim =
    (type: string, key: string | null, facts: Facts | null): Decide =>
    (intent) =>
      decideClaimReward(intent, { type, key, facts, ticket: null, terms: null }, roll);
  const exchange =
    (name: string): Decide =>
    (intent) =>
      decideExchange(
        intent,
        { exchange: name, quantity: constrained('Quantity', 1), payWith: null, choose: null, terms: null },
        roll,
      );
  const amount = (most: number) => constrained('PositiveInt', random.int(1, most));
  const fight = (key: string): Decide =>
    random.chance(0.6)
      ? claim('pve_victory', key, {
          difficulty: random.pick(['normal', 'hard', 'nightmare']),
          enemy_level: random.int(1, 200),
        })
      : claim('matron_victory', key, {
          element: random.pick(['fire', 'water', 'shadow']),
          flawless: random.chance(0.3),
        });
  const health = { source: null, reason: null };
  const requests: Decide[] = [
    claim('weekly_chest', null, null),
    exchange('summon'),
    exchange('drop'),
    (intent) =>
      decideTransferResource(intent, { toPlayerId: friend, resource: 'lumees', amount: amount(400) }),
    claim('rating_slip', 'slip', { minutes: random.int(0, 1_440), average_bet: random.int(0, 1_000_000) }),
    claim('tournament_reward', 'cup', { rank: random.int(1, 16), participants: 16 }),
    (intent) => decideApplyDamage(intent, { ...health, amount: amount(900), type: null }),
    (intent) => decideHeal(intent, { ...health, amount: amount(900) }),
    (intent) => {
      const counters = [{ counter: 'matches_today', by: amount(3) }];
      return decideAdvanceProgress(intent, { key: 'match-1', counters, facts: null });
    },
  ];
  while (requests.length < perPlayer) requests.push(fight(`fight-${requests.length}`));
  return requests.slice(0, perPlayer).map((decide, round) => {
    const decision = decide(intentOf(playerId, `${playerId}-key-of-claim-${round}`, rules));
    if (decision.fault) throw new Error(`${decision.operation.name}: ${decision.fault.message}`);
    return { round, decision };
  });
}

function intentOf(playerId: string, idempotencyKey: string, rules: BalanceRules): Intent {
  return {
    ...{ actor: { kind: 'server', id: 'filler' }, playerId, idempotencyKey, rules, now: new Date() },
    ...{ expectedVersion: null, clientCorrelationId: null, player: null, zones: null },
    correlationId: crypto.randomUUID(),
  };
}
