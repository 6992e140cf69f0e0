/**
 * The order of checks is part of the contract: limits → token → permission → input → config → plan → key → claim →
 * version → staff limits → balances. Each case fails two checks at once, and the earlier one answers.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { serveExample } from '../../support/worker/balance.ts';
import { startWithoutConfig } from '../../support/worker/isolate.ts';
import { addStaffMember, owner } from '../../support/worker/ledger-state.ts';
import {
  claimReward,
  faultOf,
  manualReward,
  resultOf,
  spendStatPoints,
} from '../../support/worker/mutations.ts';
import { victory } from '../../support/worker/scenes.ts';
import { fresh, freshKey, post, send, staffToken, ticket } from '../../support/worker/service.ts';
import { movingNothing, writingNothing } from '../../support/worker/stillness.ts';
import { type Clash, createWorld, theEarlierAnswers } from './clashes.ts';

beforeAll(serveExample);

const door = startWithoutConfig();
const award = { grants: [{ resource: 'lumees', amount: 5 }], reason: 'for the tests' };
const lumees = (amount: number) => ({ ...award, grants: [{ resource: 'lumees', amount }] });

describe('limits come before the token', () => {
  const query = '{ me { id } }';
  const rubbish = { authorization: 'Bearer rubbish' };

  it('HTTP: method, media type and size are refused whoever asks', async () => {
    const big = JSON.stringify({ query, variables: { x: 'a'.repeat(70_000) } });
    expect((await post(big, rubbish)).status).toBe(413);
    expect((await post(JSON.stringify({ query }), { ...rubbish, 'content-type': 'text/plain' })).status).toBe(
      415,
    );
  });

  it.each([
    ['depth', `{ me { ${'tier { next { '.repeat(6)} name ${'} }'.repeat(6)} } }`],
    ['aliases', `{ ${Array.from({ length: 9 }, (_, i) => `a${i}: me { id }`).join(' ')} }`],
    ['directives', `{ me { id ${'@include(if: true) '.repeat(20)} } }`],
    ['tokens', `{ me { ${'id '.repeat(2_000)} } }`],
    ['validation', '{ me { noSuchField } }'],
  ])('GraphQL: %s', async (_, document) => {
    const { errors } = await send(document, {}, { token: 'rubbish' });
    expect(errors?.map(({ extensions }) => extensions.code)).toContain('BAD_USER_INPUT');
    expect(errors?.map(({ extensions }) => extensions.code)).not.toContain('UNAUTHENTICATED');
  });
});

const FAULTS: readonly Clash[] = [
  {
    clash: 'token before permission: an expired player gives an award',
    told: 'UNAUTHENTICATED',
    ask: ({ playerId, expired }) => manualReward({ playerId, ...award }, { token: expired }),
  },
  {
    clash: 'token before input: an expired player spends nothing',
    told: 'UNAUTHENTICATED',
    ask: ({ expired }) => spendStatPoints({ energy: 0 }, { token: expired }),
  },
  {
    clash: 'token before config: an expired player, and no config',
    told: 'UNAUTHENTICATED',
    ask: ({ expired }) => spendStatPoints({ energy: 1 }, { token: expired, door }),
  },
  {
    clash: 'permission before input: a player gives an award of nothing',
    told: 'FORBIDDEN',
    ask: ({ playerId, player }) => manualReward({ playerId, ...award, grants: [] }, { token: player }),
  },
  {
    clash: 'permission before input: staff spend a negative number of points',
    told: 'FORBIDDEN',
    ask: ({ staff }) => spendStatPoints({ energy: -1 }, { token: staff }),
  },
  {
    clash: 'permission before input: a player claims for another, with a ticket for another type',
    told: 'FORBIDDEN',
    ask: async ({ playerId, player }) => {
      const other = await ticket({ playerId, type: 'daily_quest_bonus', key: 'x' });
      return claimReward(
        { type: 'pve_victory', playerId: fresh('player'), ticket: other },
        { token: player },
      );
    },
  },
  {
    // What a variable's type allows is GraphQL's own check: it comes with the document, ahead of every operation.
    clash: 'the type of a variable before permission: a server spends half a point',
    told: 'BAD_USER_INPUT',
    ask: ({ server }) => spendStatPoints({ energy: 0.5 }, { token: server }),
  },
  {
    clash: 'permission before config: a server spends, and no config',
    told: 'FORBIDDEN',
    ask: ({ server }) => spendStatPoints({ energy: 1 }, { token: server, door }),
  },
  {
    clash: 'input before config: an award of nothing, and no config',
    told: 'BAD_USER_INPUT',
    ask: ({ playerId, staff }) => manualReward({ playerId, ...award, grants: [] }, { token: staff, door }),
  },
  {
    clash: 'input before config: nothing to spend, and no config',
    told: 'BAD_USER_INPUT',
    ask: ({ player }) => spendStatPoints({}, { token: player, door }),
  },
  {
    clash: 'input before key: a known key with nothing to spend',
    told: 'BAD_USER_INPUT',
    ask: async ({ player }, idempotencyKey) => {
      const input = { idempotencyKey, energy: 9, expectedVersion: 9 };
      expect(resultOf(await spendStatPoints(input, { token: player })).__typename).toBe('VersionConflict');
      return spendStatPoints({ idempotencyKey, energy: 0 }, { token: player });
    },
  },
  {
    clash: 'config before plan: an unknown claim type, and no config',
    told: 'CONFIG_UNAVAILABLE',
    ask: ({ player }) => claimReward({ type: 'no_such_type' }, { token: player, door }),
  },
  {
    clash: 'permission of the staff row before key: a known key of somebody who was disabled',
    told: 'FORBIDDEN',
    ask: async ({ playerId, staffId, staff }, idempotencyKey) => {
      const input = { playerId, ...award, idempotencyKey, expectedVersion: 9 };
      expect(resultOf(await manualReward(input, { token: staff })).__typename).toBe('VersionConflict');
      await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
      return manualReward(input, { token: staff });
    },
  },
];

const REJECTIONS: readonly Clash[] = [
  {
    clash: 'key before plan: a reused key, now for an unknown claim type',
    told: 'IdempotencyKeyReused',
    ask: async ({ playerId, server }, idempotencyKey) => {
      await claimReward({ ...victory, playerId, key: 'cup-0', idempotencyKey }, { token: server });
      return claimReward({ type: 'no_such_type', playerId, idempotencyKey }, { token: server });
    },
  },
  {
    clash: 'key before config: a reused key, and no config',
    told: 'IdempotencyKeyReused',
    ask: async ({ playerId, server }, idempotencyKey) => {
      await claimReward({ ...victory, playerId, key: 'cup-0', idempotencyKey }, { token: server });
      return claimReward({ ...victory, playerId, key: 'cup-1', idempotencyKey }, { token: server, door });
    },
  },
  {
    clash: 'key before claim: a reused key, for a claim that was paid',
    told: 'IdempotencyKeyReused',
    ask: async ({ playerId, server }, idempotencyKey) => {
      await claimReward({ type: 'no_such_type', playerId, idempotencyKey }, { token: server });
      return claimReward({ ...victory, playerId, key: 'cup-0', idempotencyKey }, { token: server });
    },
  },
  {
    clash: 'plan before version: not eligible, and the wrong version',
    told: 'NotEligible',
    ask: ({ player }) => claimReward({ type: 'tournament_reward', expectedVersion: 9 }, { token: player }),
  },
  {
    clash: 'plan before player: an unknown claim type for an unknown player',
    told: 'UnknownClaimType',
    ask: ({ staff }) => claimReward({ type: 'no_such_type', playerId: fresh('nobody') }, { token: staff }),
  },
  {
    clash: 'player before version and limits: an unknown player, the wrong version, beyond the limit',
    told: 'UnknownPlayer',
    ask: ({ staff }) =>
      manualReward({ playerId: fresh('nobody'), ...lumees(101), expectedVersion: 9 }, { token: staff }),
  },
  {
    clash: 'claim before version: paid before, and the wrong version',
    told: 'AlreadyClaimed',
    ask: ({ playerId, server }) =>
      claimReward({ ...victory, playerId, key: 'cup-0', expectedVersion: 9 }, { token: server }),
  },
  {
    clash: 'claim before staff limits: paid before, and beyond the limit',
    told: 'AlreadyClaimed',
    ask: ({ playerId, staff }) => claimReward({ ...victory, playerId, key: 'cup-0' }, { token: staff }),
  },
  {
    clash: 'version before staff limits: the wrong version, and beyond the limit',
    told: 'VersionConflict',
    ask: ({ playerId, staff }) =>
      manualReward({ playerId, ...lumees(101), expectedVersion: 9 }, { token: staff }),
  },
  {
    clash: 'version before balances: the wrong version, and too few points',
    told: 'VersionConflict',
    ask: ({ player }) => spendStatPoints({ energy: 100, expectedVersion: 9 }, { token: player }),
  },
];

describe('the earlier check answers', () => {
  theEarlierAnswers(FAULTS);
  theEarlierAnswers(REJECTIONS);

  it('limit of one award before the budget of the day, and both before balances', async () => {
    const { playerId, staff } = await createWorld();
    const limitOf = async (amount: number) => {
      // More than a balance may hold, once added to the 500 that are there.
      const grants = [{ resource: 'experience', amount }];
      const ask = () => manualReward({ playerId, ...award, grants }, { token: staff });
      return resultOf(await movingNothing(playerId, ask)).limit;
    };
    expect(await limitOf(Number.MAX_SAFE_INTEGER)).toBe('STAFF_REWARD');
    resultOf(await manualReward({ playerId, ...lumees(100) }, { token: staff }));
    expect(await limitOf(101)).toBe('STAFF_REWARD');
    expect(await limitOf(51)).toBe('STAFF_DAILY_BUDGET');
    const generous = await staffToken(
      await addStaffMember(fresh('staff'), {
        limit: Number.MAX_SAFE_INTEGER,
        budget: Number.MAX_SAFE_INTEGER,
      }),
    );
    const overflow = {
      playerId,
      ...award,
      grants: [{ resource: 'experience', amount: Number.MAX_SAFE_INTEGER }],
    };
    const answer = await movingNothing(playerId, () => manualReward(overflow, { token: generous }));
    expect(resultOf(answer)).toMatchObject({ limit: 'RESOURCE_CEILING', ceilingOf: 'experience' });
  });

  it('a forbidden or malformed retry of a known key leaves its outcome as it was', async () => {
    const { playerId, staffId, staff, player } = await createWorld();
    const input = { playerId, ...award, idempotencyKey: freshKey() };
    const receipt = resultOf(await manualReward(input, { token: staff }));
    await owner`UPDATE onceward.staff SET disabled_at = now() WHERE id = ${staffId}`;
    for (const ask of [
      () => manualReward(input, { token: staff }),
      () => manualReward(input, { token: player }),
      () => manualReward({ ...input, reason: '' }, { token: staff }),
    ]) {
      expect(faultOf(await writingNothing(playerId, ask)).retryable).toBe(false);
    }
    await owner`UPDATE onceward.staff SET disabled_at = NULL WHERE id = ${staffId}`;
    expect(resultOf(await manualReward(input, { token: staff }))).toEqual({ ...receipt, replayed: true });
  });
});
