/** claimReward: fights that a ticket proves, the quest of the day, and what only a server may claim. */
import { mutationDocument } from '../clients/document.ts';
import {
  claimQuota,
  drawClaimTypes,
  ELEMENTS,
  type Facts,
  MAX_ENEMY,
  numbersOf,
  PROOF,
  rewardMoves,
  rewardsOf,
} from '../model/claim-types.ts';
import type { Effect, Step } from '../model/effect.ts';
import { type Draw, drawExpectation, type Operation, subjectOf } from '../operation.ts';
import type { Random } from '../random.ts';
import type { Actor, Draft } from '../schedule/intent.ts';
import { drawOther, drawStaff } from '../schedule/world.ts';

export interface ClaimInput {
  readonly type: string;
  /** Null: the server derives it from the date. */
  readonly key: string | null;
  readonly facts: Facts;
}

function drawFacts(type: string, { random, number }: Draw): Facts {
  switch (type) {
    case 'pve_victory':
      return { enemy_level: random.int(1, MAX_ENEMY) };
    case 'matron_victory':
      return { element: random.pick(ELEMENTS) };
    case 'skill_session':
      // Sources repeat across claims: each skill counts once for each.
      return {
        source_id: `match-${random.int(0, 12 + number / 100)}`,
        passing: random.int(0, 3),
        shooting: random.int(0, 3),
      };
    case 'rating_slip':
      return { minutes: random.int(0, 60) };
    default:
      return {};
  }
}

/** Whoever may claim it: players what a ticket or the calendar proves, servers and staff all. */
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
    ...drawExpectation(draw),
  };
}

/** What a server has announced a moment ago, claimed by whoever may; recoveries of the same are on their way too. */
function drawAnnounced(draw: Draw): Draft<ClaimInput> | null {
  const { random, earlier, player } = draw;
  if (!random.chance(0.1)) return null;
  const announced = earlier.slice(-RECENT).filter(({ operation }) => operation === 'announceReward');
  if (announced.length === 0 || player !== undefined) return null;
  const { player: owedTo, input } = random.pick(announced);
  const claim = input as ClaimInput;
  return { actor: drawClaimant(claim.type, owedTo, draw), player: owedTo, input: claim };
}

const RECENT = 120;

function drawType(random: Random): string {
  return random.weighted([
    [40, 'pve_victory'],
    [16, 'matron_victory'],
    [16, 'pvp_victory'],
    [2, 'daily_quest'],
    [14, 'skill_session'],
    [12, 'rating_slip'],
    [7, 'arena_chest'],
    [1, 'no_such_claim'],
  ]);
}

function effect({ intent, rules, claim, days }: Step<ClaimInput>): Effect {
  const { type, facts } = intent.input;
  const given = rewardsOf(type, facts, numbersOf(rules));
  if (given === null)
    return { kind: 'refuse', rejection: { kind: 'UnknownClaimType', details: { claimType: type } } };
  if (intent.actor.kind === 'player' && PROOF[type] === 'server') {
    return {
      kind: 'refuse',
      rejection: { kind: 'NotEligible', details: { why: 'SERVER_ONLY', claimType: type } },
    };
  }
  // A calendar claim is named after the day, which is the Worker's.
  const key = intent.input.key ?? (days.includes(claim.key) ? claim.key : 'another day');
  const quota = claimQuota(type, rules);
  return { kind: 'claim', type, key, quota, ...rewardMoves(given, { type, facts, rules }) };
}

const claimReward: Operation<ClaimInput> = {
  name: 'claimReward',
  shares: { fresh: 8 },
  document: mutationDocument({
    field: 'claimReward',
    inputType: 'ClaimRewardInput',
    refusals: [
      'AlreadyClaimed',
      'IdempotencyKeyReused',
      'LimitExceeded',
      'NotEligible',
      'UnknownClaimType',
      'UnknownPlayer',
      'VersionConflict',
    ],
  }),
  balance: drawClaimTypes,
  draw: (draw) => drawAnnounced(draw) ?? drawClaim(drawType(draw.random), draw),
  alter: (input, { number }) => ({
    ...input,
    type: 'pve_victory',
    key: `other-${number}`,
    facts: { enemy_level: 1 },
  }),
  again: (original, draw) => ({
    ...original,
    actor: drawClaimant(original.input.type, original.player, draw),
  }),
  trespass: (draw) => {
    const claim = drawClaim('pve_victory', draw);
    const player: Actor = { kind: 'player', id: claim.player };
    const { random, world } = draw;
    return random.pick<Draft<ClaimInput>>([
      { ...claim, actor: player, ticketFlaw: 'forged', refusal: 'FORBIDDEN' },
      { ...claim, actor: player, ticketFlaw: 'other_player', refusal: 'FORBIDDEN' },
      {
        ...claim,
        actor: { kind: 'player', id: drawOther(world, random, claim.player) },
        refusal: 'FORBIDDEN',
      },
      { ...claim, actor: { kind: 'staff', id: world.staff.auditor.id }, refusal: 'FORBIDDEN' },
      { ...claim, actor: { kind: 'staff', id: world.stranger }, refusal: 'FORBIDDEN' },
    ]);
  },
  boundary: (draw) => {
    const { random, world } = draw;
    const claim = drawClaim('pve_victory', draw);
    const actor: Actor = { kind: 'server', id: random.pick(world.servers) };
    const wrong = (facts: Facts): Draft<ClaimInput> => ({
      ...claim,
      actor,
      input: { ...claim.input, facts },
      refusal: 'BAD_USER_INPUT',
    });
    // Next to nothing fits on top of what the whale has.
    if (random.chance(0.3)) return { ...claim, actor, player: world.whale };
    return random.pick<Draft<ClaimInput>>([
      wrong({ enemy_level: 0 }),
      wrong({ enemy_level: -1 }),
      wrong({ enemy_level: 1.5 }),
      wrong({ enemy_level: 2 ** 53 }),
      wrong({ enemy_level: MAX_ENEMY + 1 }),
      wrong({}),
      wrong({ enemy_level: 1, unheard_of: 1 }),
      { ...claim, actor, input: { ...claim.input, facts: { enemy_level: MAX_ENEMY } } },
    ]);
  },
  variables: ({ actor, player, input: { type, key, facts } }) => ({
    type,
    ...(key !== null && { key }),
    ...(actor.kind !== 'player' && { playerId: player, facts }),
    // Somebody else's token.
    ...(actor.kind === 'player' && actor.id !== player && { playerId: player }),
  }),
  ticket: ({ actor, input: { type, key, facts } }) =>
    actor.kind === 'player' && PROOF[type] === 'ticket' ? { type, key: key ?? '', facts } : null,
  effect,
};

export default claimReward;
