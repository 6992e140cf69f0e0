/** redeemCode: players compete for the last uses of codes, and one of them guesses. */
import {
  type CodeNumbers,
  codesOf,
  drawCodes,
  drawCodeText,
  guesserOf,
  type SimulatedCode,
} from '../game/codes.ts';
import { type Effect, type EffectContext, give, reject } from '../model/effect.ts';
import { type Draw, drawExpectedVersion, type Operation, recentIntents, subjectOf } from '../operation.ts';
import type { Draft } from '../schedule/intent.ts';

interface Redemption {
  readonly code: string;
}

function drawRedemption(draw: Draw): Draft<Redemption> {
  const { random, world } = draw;
  const isGuess = draw.player === undefined && random.chance(0.25);
  const player = isGuess ? guesserOf(world) : subjectOf(draw);
  return {
    actor: { kind: 'player', id: player },
    player,
    input: { code: isGuess ? drawCodeText(random) : drawCode(draw) },
    ...drawExpectedVersion(draw),
  };
}

/** Often one that another player tries at the same time. */
function drawCode(draw: Draw): string {
  const { random, world } = draw;
  const codes = codesOf(world.seed).map(({ text }) => text);
  const recent = recentIntents(draw, 'redeemCode')
    .map(({ input }) => (input as Redemption).code)
    .filter((code) => codes.includes(code));
  return random.pick(recent.length > 0 && random.chance(0.4) ? recent.slice(-3) : codes);
}

/** Other players want the same code. */
function drawRival({ input }: Draft<Redemption>, draw: Draw): Draft<Redemption> {
  const player = subjectOf(draw);
  return { actor: { kind: 'player', id: player }, player, input };
}

function windowOf({ opensAfter, closesAfter }: SimulatedCode, began: number) {
  const at = (after: number | null) => (after === null ? null : began + after);
  return { opens: at(opensAfter), closes: at(closesAfter) };
}

function effectOf({ intent, rules, claim }: EffectContext<Redemption>): Effect {
  const { codes, began, batches } = rules.own.redeemCode as CodeNumbers;
  const code = codes.find(({ text }) => text === intent.input.code);
  if (!code) return reject('UnknownCode', {});
  const { uses, perPlayer, text } = code;
  const { opens, closes } = windowOf(code, began);
  const iso = (moment: number) => new Date(moment).toISOString();
  const isEarly = opens !== null && claim.claimedAt < opens;
  const isLate = closes !== null && claim.claimedAt >= closes;
  const place = `${batches[text]}/1`;
  const keys = Array.from({ length: perPlayer }, (_, index) =>
    index === 0 ? place : `${place}/${index + 1}`,
  );
  return {
    kind: 'claim',
    type: 'code_redemption',
    // The first that the player does not have; the last where they have all.
    key: (ledger) => keys.find((key) => !ledger.isTaken('code_redemption', key)) ?? (keys.at(-1) as string),
    afterClaim:
      isEarly || isLate
        ? {
            kind: 'CodeNotValid',
            details: { opensAt: isEarly ? iso(opens) : null, closedAt: isLate ? iso(closes) : null },
          }
        : null,
    usedUp: {
      rejection: { kind: 'CodeUsedUp', details: {} },
      use: {
        ...{ subject: 'game', name: `code:${batches[text]}`, period: 'ever' },
        ...{ amount: 1, bound: uses, kind: 'CODE', about: {} },
      },
    },
    // By name, as the posting of amounts is.
    postings: Object.entries(code.gives)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([resource, amount]) => give(rules, resource, amount)),
  };
}

const redeemCode: Operation<Redemption> = {
  name: 'redeemCode',
  // For the last uses.
  stampedes: 0.12,
  weights: { fresh: 2.5 },
  drawConfig: (_, facts) => ({ document: {}, numbers: drawCodes(facts) }),
  draw: drawRedemption,
  alterInput: (_, { random }) => ({ code: drawCodeText(random) }),
  drawSameClaim: (original) => original,
  drawRival,
  drawForbidden: (draw) => {
    const { random, world } = draw;
    const redemption = drawRedemption(draw);
    const actor = random.pick([
      { kind: 'server', id: world.servers[0] as string } as const,
      { kind: 'staff', id: world.staff.chief.id } as const,
    ]);
    return { ...redemption, actor, expectedFault: 'FORBIDDEN' };
  },
  drawBoundary: (draw) => {
    const { random } = draw;
    const redemption = drawRedemption({ ...draw, player: subjectOf(draw) });
    const wrong = (code: string): Draft<Redemption> => ({
      ...redemption,
      input: { code },
      expectedFault: 'BAD_USER_INPUT',
    });
    const { code } = redemption.input;
    return random.pick<Draft<Redemption>>([
      wrong(''),
      // Without a check character 0 the rest is a code.
      wrong(code.endsWith('0') ? code.slice(0, 4) : code.slice(0, -1)),
      wrong(`${code}U`),
      wrong('x'.repeat(40)),
      // As players write it.
      { ...redemption, input: { code: `${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase() } },
    ]);
  },
  toInput: ({ input: { code } }) => ({ code }),
  effect: (context) => effectOf({ ...context, intent: { ...context.intent, input: asPrinted(context) } }),
};

function asPrinted({ intent: { input } }: EffectContext<Redemption>): Redemption {
  return { code: input.code.replaceAll('-', '').toUpperCase() };
}

export default redeemCode;
