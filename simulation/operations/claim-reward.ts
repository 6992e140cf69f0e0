/** claimReward: fights that a ticket proves, the daily quest, and claim types that only a server may claim. */
import {
  calendarKey,
  claimLimits,
  claimOffer,
  drawClaimTypes,
  drawSource,
  drawTransaction,
  ELEMENTS,
  type Facts,
  MAX_ENEMY,
  PROOF,
  rewardFor,
  tablesOfClaim,
} from '../game/claim-types.ts';
import { claimProgress } from '../game/progress.ts';
import { changedTerms } from '../game/terms.ts';
import { notAvailable } from '../game/windows.ts';
import { type Effect, type EffectContext, type LedgerView, reject } from '../model/effect.ts';
import {
  type Draw,
  drawExpectedVersion,
  drawTerms,
  type Operation,
  recentIntents,
  subjectOf,
  termsToSend,
} from '../operation.ts';
import type { Random } from '../random.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOtherPlayer, drawStaff } from '../schedule/world.ts';

interface ClaimInput {
  readonly type: string;
  /** Null: the server derives it from the date. */
  readonly key: string | null;
  readonly facts: Facts;
}

function drawFacts(type: string, { random, world, number }: Draw): Facts {
  switch (type) {
    case 'pve_victory':
      return { enemy_level: random.int(1, MAX_ENEMY) };
    case 'matron_victory':
      return { element: random.pick(ELEMENTS) };
    case 'skill_session':
      return {
        source_id: drawSource(random, number),
        passing: random.int(0, 3),
        shooting: random.int(0, 3),
      };
    case 'rating_slip':
      return { minutes: random.int(0, 60) };
    case 'store_purchase':
      return { transaction: drawTransaction(random, world.seed, number), paid: random.int(1, 90) };
    default:
      return {};
  }
}

/** Players claim what a ticket or the calendar proves; servers and staff claim everything. */
function drawClaimant(type: string, player: string, { random, world }: Draw): Actor {
  const kind = random.weighted<Actor['kind']>(
    PROOF[type] === 'server'
      ? [
          [20, 'server'],
          [1, 'player'],
          [2, 'staff'],
        ]
      : [
          [14, 'player'],
          [7, 'server'],
          [2, 'staff'],
        ],
  );
  if (kind === 'player') return { kind, id: player };
  return { kind, id: kind === 'server' ? random.pick(world.servers) : drawStaff(world, random) };
}

function drawClaim(type: string, draw: Draw): Draft<ClaimInput> {
  const { world, number } = draw;
  const player = subjectOf(draw);
  const key = PROOF[type] === 'calendar' ? null : `${type.slice(0, 3)}-${world.seed}-${number}`;
  return {
    actor: drawClaimant(type, player, draw),
    player,
    input: { type, key, facts: drawFacts(type, draw) },
    ...drawExpectedVersion(draw),
    ...drawTerms(draw),
  };
}

/** Claims a reward that was announced a moment ago and may be recovered at the same time. */
function drawAnnounced(draw: Draw): Draft<ClaimInput> | null {
  const { random, player } = draw;
  if (!random.chance(0.1)) return null;
  const announced = recentIntents(draw, 'announceReward');
  if (announced.length === 0 || player !== undefined) return null;
  const { player: recipient, input } = random.pick(announced);
  const claim = input as ClaimInput;
  const actor = drawClaimant(claim.type, recipient, draw);
  return { actor, player: recipient, input: claim, ...drawTerms(draw) };
}

/** Makes a claim again that a reversal may have reopened a moment ago, perhaps with other facts: the corrected claim. */
function drawReopened(draw: Draw): Draft<ClaimInput> | null {
  const { random, earlier, player } = draw;
  if (player !== undefined || !random.chance(0.08)) return null;
  const targets = recentIntents(draw, 'reverseClaim').flatMap(({ input }) => {
    const { target, reopen } = input as { readonly target: number | null; readonly reopen: boolean };
    return reopen ? earlier.filter(({ number }) => number === target) : [];
  });
  const claims = targets.filter(({ operation }) => operation === 'claimReward');
  if (claims.length === 0) return null;
  const { player: owner, input } = random.pick(claims);
  const claim = input as ClaimInput;
  const facts = random.chance(0.5) ? drawFacts(claim.type, draw) : claim.facts;
  return { actor: drawClaimant(claim.type, owner, draw), player: owner, input: { ...claim, facts } };
}

function drawType(random: Random): string {
  return random.weighted([
    [40, 'pve_victory'],
    [16, 'matron_victory'],
    [16, 'pvp_victory'],
    [4, 'daily_quest'],
    [12, 'festival_gift'],
    [12, 'errand'],
    [14, 'skill_session'],
    [12, 'rating_slip'],
    [14, 'arena_chest'],
    [8, 'store_purchase'],
    [1, 'no_such_claim'],
  ]);
}

function drawForbidden(draw: Draw): Draft<ClaimInput> {
  const claim = drawClaim('pve_victory', draw);
  const player: Actor = { kind: 'player', id: claim.player };
  const { random, world } = draw;
  const expectedFault = 'FORBIDDEN';
  return random.pick<Draft<ClaimInput>>([
    { ...claim, actor: player, ticketFlaw: 'forged', expectedFault },
    { ...claim, actor: player, ticketFlaw: 'other_player', expectedFault },
    {
      ...claim,
      actor: { kind: 'player', id: drawOtherPlayer(world, random, claim.player) },
      expectedFault,
    },
    { ...claim, actor: { kind: 'staff', id: world.staff.auditor.id }, expectedFault },
    { ...claim, actor: { kind: 'staff', id: world.stranger }, expectedFault },
  ]);
}

function drawBoundary(draw: Draw): Draft<ClaimInput> {
  const { random, world } = draw;
  const claim = drawClaim('pve_victory', draw);
  const actor: Actor = { kind: 'server', id: random.pick(world.servers) };
  const wrong = (facts: Facts): Draft<ClaimInput> => ({
    ...claim,
    actor,
    input: { ...claim.input, facts },
    expectedFault: 'BAD_USER_INPUT',
  });
  // The whale's balances have no room for the reward.
  if (random.chance(0.3)) return { ...claim, actor, player: world.whale };
  return random.pick<Draft<ClaimInput>>([
    wrong({ enemy_level: 0 }),
    wrong({ enemy_level: -1 }),
    wrong({ enemy_level: 1.5 }),
    wrong({ enemy_level: 2 ** 53 }),
    wrong({ enemy_level: MAX_ENEMY + 1 }),
    wrong({}),
    wrong({ enemy_level: 1, unheard_of: 1 }),
    { ...claim, actor, terms: 'not 32 digits', expectedFault: 'BAD_USER_INPUT' },
    { ...claim, actor, input: { ...claim.input, facts: { enemy_level: MAX_ENEMY } } },
  ]);
}

function effect({ intent, sent, rules, day, claim: recorded }: EffectContext<ClaimInput>): Effect {
  const { claimedAt } = recorded;
  const { type, facts } = intent.input;
  const reward = rewardFor(type, facts, rules);
  const offer = claimOffer(type, facts, rules);
  if (reward === null || offer === null) return reject('UnknownClaimType', { claimType: type });
  if (intent.actor.kind === 'player' && PROOF[type] === 'server')
    return reject('NotEligible', { why: 'SERVER_ONLY', claimType: type });
  if (intent.actor.kind === 'staff' && type === 'daily_quest')
    return reject('NotEligible', { why: 'NOT_BY_STAFF', claimType: type });
  const key = intent.input.key ?? calendarKey(type, rules.today?.name ?? day);
  const progress = claimProgress(type, claimedAt, rules);
  const claim = {
    kind: 'claim',
    type,
    key,
    limits: claimLimits(type, claimedAt, rules),
    ...progress,
  } as const;
  const tables = tablesOfClaim(type);
  const refused =
    notAvailable(type, tables, rules, claimedAt) ??
    changedTerms(sent.terms, offer) ??
    (intent.actor.kind === 'staff' && tables.length > 0
      ? reject('NotEligible', { why: 'NOT_BY_STAFF', claimType: type })
      : null);
  // What was announced is paid at any time, whatever it is worth now.
  if (refused) return { ...claim, postings: [], paysPending: 'only', unlessPending: refused.rejection };
  const postings = (ledger: LedgerView) => {
    const drawn = reward.loot(recorded, ledger);
    return 'kind' in drawn ? drawn : [...reward.postings, ...drawn];
  };
  return { ...claim, paysPending: 'first', sourceKeys: reward.sourceKeys, postings };
}

const claimReward: Operation<ClaimInput> = {
  name: 'claimReward',
  weights: { fresh: 8 },
  drawConfig: drawClaimTypes,
  draw: (draw) => drawAnnounced(draw) ?? drawReopened(draw) ?? drawClaim(drawType(draw.random), draw),
  alterInput: (input, { number }) => ({
    ...input,
    type: 'pve_victory',
    key: `other-${number}`,
    facts: { enemy_level: 1 },
  }),
  drawSameClaim: (original, draw) => ({
    ...original,
    actor: drawClaimant(original.input.type, original.player, draw),
  }),
  drawForbidden,
  drawBoundary,
  toInput: (intent, context) => {
    const { actor, player, input } = intent;
    const { type, key, facts } = input;
    return {
      type,
      ...(key !== null && { key }),
      ...(actor.kind !== 'player' && { playerId: player, facts }),
      // A player's token for another player.
      ...(actor.kind === 'player' && actor.id !== player && { playerId: player }),
      ...termsToSend(intent, context, (rules) => claimOffer(type, facts, rules)),
    };
  },
  ticket: ({ actor, input: { type, key, facts } }) =>
    actor.kind === 'player' && PROOF[type] === 'ticket' ? { type, key: key ?? '', facts } : null,
  effect,
};

export default claimReward;
