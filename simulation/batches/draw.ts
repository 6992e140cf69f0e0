/** Draws the operations of batches: fresh ones, repeated ones, and some that must fail. */
import { asBulk } from './bulks.ts';
import { type BatchDraft, type BatchDraw, gift, purchase, quest, shop, summon } from './drafts.ts';
import { PERMISSION } from './game.ts';
import { type BatchIntent, type BatchOperation, isOwn, uuidOf } from './operation.ts';
import { announcement, award, byStaff, notice, payment, reversal } from './staff-drafts.ts';

export function drawIntent(draw: BatchDraw): BatchIntent {
  const { random } = draw;
  const make = random.weighted<(draw: BatchDraw) => BatchIntent>([
    [24, (one) => fresh(one, quest(one))],
    [16, (one) => fresh(one, shop(one))],
    [8, (one) => fresh(one, summon(one))],
    [14, (one) => fresh(one, gift(one))],
    [9, (one) => fresh(one, award(one))],
    [6, (one) => fresh(one, notice(one))],
    [7, (one) => fresh(one, announcement(one))],
    [6, (one) => fresh(one, payment(one))],
    [12, (one) => fresh(one, reversal(one))],
    [2, (one) => fresh(one, rejected(one))],
    [9, repeated],
    [4, remade],
    [2, reused],
    [1, poison],
    [1, forbidden],
    [2, stale],
  ]);
  return make(draw);
}

function fresh({ random, world, number, versionOf }: BatchDraw, draft: BatchDraft): BatchIntent {
  const isByPlayer = draft.actor_kind === undefined && random.chance(0.5);
  const operation: BatchOperation = {
    mode: 'commit',
    creates_player: true,
    actor_kind: isByPlayer ? 'player' : 'server',
    actor_id: isByPlayer ? draft.player : world.server,
    permission: PERMISSION.play,
    idempotency_key: `${world.seed}-${number}-key-of-a-batch`,
    fingerprint: uuidOf(`${world.seed}/${number}`),
    input: { number },
    correlation_id: uuidOf(`${world.seed}/${number}/correlation`),
    client_correlation_id: null,
    reason: null,
    config_version: null,
    config_sha256: null,
    holds_from: '-infinity',
    holds_until: 'infinity',
    source_keys: [],
    expected_version: random.chance(0.05) ? versionOf(draft.player) : null,
    rejection: null,
    source: 'postings',
    resources: [],
    postings: [],
    requires: [],
    advances: [],
    choices: [],
    milestones: false,
    counterparty: null,
    counterparty_postings: [],
    limits: [],
    staff: null,
    units: 1,
    announces: null,
    reverses: null,
    shown: ['xp', 'points'],
    occurred_at: null,
    ...draft,
  };
  return { number, operation, isPoison: false, isForbidden: false, isStale: false };
}

/** The items of a call of the server, for a few players. */
export function drawBulk(draws: readonly BatchDraw[]): BatchIntent[] {
  const [{ world, number }] = draws as [BatchDraw];
  const items = draws.map((draw) =>
    fresh(draw, { ...quest(draw), actor_kind: 'server', actor_id: world.server, expected_version: null }),
  );
  return asBulk(`${world.seed}-${number}-key-of-a-bulk`, items);
}

/** Purchases of one stock, by each player one. */
export function drawRush(draws: readonly BatchDraw[]): BatchIntent[] {
  const [{ random, world }] = draws as [BatchDraw];
  const season = random.pick(world.seasons);
  return draws.map((draw, index) => {
    const player = world.players[index] as string;
    return fresh(draw, purchase(draw, { player, units: random.int(1, 2), season }));
  });
}

/** Under a key that nobody announces: an announced reward is paid, whatever the claim states. */
function poison(draw: BatchDraw): BatchIntent {
  const draft = { ...quest(draw), claim_key: `poison-${draw.number}`, resources: [] };
  return { ...fresh(draw, draft), isPoison: true };
}

function rejected(draw: BatchDraw): BatchDraft {
  return { ...quest(draw), mode: 'reject', rejection: { kind: 'not_eligible', why: 'BATCH' } };
}

/** The same operation under the same key; or the same claim under a new one. */
function repeated(draw: BatchDraw): BatchIntent {
  const { random, earlier } = draw;
  const hot = earlier
    .slice(-40)
    .filter(({ isPoison, isForbidden, isStale, bulk }) => !isPoison && !isForbidden && !isStale && !bulk);
  if (hot.length === 0) return fresh(draw, quest(draw));
  const intent = random.pick(hot);
  if (random.chance(0.7)) return intent;
  return fresh(draw, draftOf(intent.operation));
}

/** A claim that may have been reopened a moment ago, under a new key. */
function remade(draw: BatchDraw): BatchIntent {
  const { random, earlier, claims } = draw;
  const reopened = earlier.slice(-120).filter(({ operation: { reverses } }) => reverses?.reopen);
  const { player, reverses } = reopened.length > 0 ? random.pick(reopened).operation : {};
  const target = claims.find((claim) => claim.player === player && claim.number === reverses?.number);
  return target ? fresh(draw, draftOf(target.operation)) : fresh(draw, quest(draw));
}

/** An operation without what belongs to its key. */
function draftOf({
  idempotency_key: _key,
  fingerprint: _,
  correlation_id: _id,
  input: _input,
  ...draft
}: BatchOperation): BatchDraft {
  return draft;
}

/** A key that was used before, with another input. */
function reused(draw: BatchDraw): BatchIntent {
  const { random, earlier } = draw;
  const single = earlier.slice(-40).filter(({ bulk }) => !bulk);
  if (single.length === 0) return fresh(draw, quest(draw));
  const { operation } = random.pick(single);
  const { player, idempotency_key } = operation;
  if (isOwn(operation)) {
    const { fingerprint: _, input: _input, ...draft } = operation;
    return fresh(draw, {
      ...draft,
      input: { number: -draw.number },
      fingerprint: uuidOf(`${draw.world.seed}/${draw.number}`),
    });
  }
  return fresh(draw, { ...quest(draw), player, idempotency_key });
}

function forbidden(draw: BatchDraw): BatchIntent {
  const { former, seed } = draw.world;
  const actor = draw.random.pick([former, `b${seed}-nobody`]);
  return { ...fresh(draw, { ...award(draw), ...byStaff(actor) }), isForbidden: true };
}

/** Names a config that never was current, or a time that is over. */
function stale(draw: BatchDraw): BatchIntent {
  const isConfig = draw.random.chance(0.5);
  const draft: BatchDraft = isConfig
    ? { ...quest(draw), config_version: 0, config_sha256: 'none' }
    : { ...quest(draw), holds_until: '2020-01-01T00:00:00Z' };
  return { ...fresh(draw, draft), isStale: true };
}
