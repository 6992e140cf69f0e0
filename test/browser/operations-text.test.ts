// The pure parts of the pages about operations: settling what breakers hold, bounds of servers as forms have them, words of alarms and
// of proposals. No browser.
import { describe, expect, test } from 'vitest';
import type { Action, ActionReceipt, ActionResult } from '../../admin/src/actions/action.ts';
import { type Collected, collectEach } from '../../admin/src/actions/collect-each.ts';
import {
  inputOf,
  type Settled,
  type Settling,
  settleAll,
  settledText,
} from '../../admin/src/breakers/settle.ts';
import { boundsOf, isUnbounded, textOfBounds } from '../../admin/src/servers/bounds.ts';
import { changeOf, linesOf, titleOf } from '../../admin/src/staff/proposal-text.ts';
import { exportText } from '../../cli/export-file.ts';

type Answer = ActionResult<ActionReceipt<Settling>>;

const answer = (settled: number, waiting: number, hasMore: boolean): Answer => ({
  kind: 'done',
  receipt: {
    __typename: 'HeldReceipt',
    settlement: { settled, waiting, hasMore },
  } as ActionReceipt<Settling>,
});

const REQUEST = {
  name: 'releaseRewards',
  filter: { breaker: 'lumees', type: null, playerId: null },
  reason: 'the formula was right',
  reopen: false,
} as const;

let made = 0;
const make = () => {
  made += 1;
  return {
    name: 'releaseRewards',
    title: '',
    input: { ...inputOf(REQUEST), idempotencyKey: `key-${made}` },
  } as const;
};

async function settle(answers: readonly Answer[], stopAfter = Number.POSITIVE_INFINITY) {
  const sent: Action<Settling>[] = [];
  const steps: Settled[] = [];
  const end = await settleAll({
    make,
    onStep: (sums) => steps.push(sums),
    isStopped: () => steps.length >= stopAfter,
    send: async (action) => {
      sent.push(action);
      return answers[sent.length - 1] ?? answer(0, 0, false);
    },
  });
  return { end, sent, steps };
}

describe('settling what breakers hold', () => {
  test('goes on until nothing is left, each request with a key of its own, and adds up', async () => {
    const { end, sent, steps } = await settle([
      answer(498, 2, true),
      answer(500, 0, true),
      answer(7, 1, false),
    ]);
    expect(end).toEqual({ kind: 'all' });
    expect(steps.at(-1)).toEqual({ settled: 1_005, waiting: 3 });
    expect(new Set(sent.map(({ input }) => input.idempotencyKey)).size).toBe(3);
    expect(sent[2]?.input).toMatchObject({ breaker: 'lumees', reason: 'the formula was right' });
    expect(sent[0]?.input).not.toHaveProperty('reopen');
  });

  test('ends where a request settles nothing and others are held, and where a person stops it', async () => {
    const busy = await settle([answer(5, 0, true), answer(0, 0, true)]);
    expect([busy.end.kind, busy.sent.length]).toEqual(['busy', 2]);
    const stopped = await settle([answer(500, 0, true), answer(500, 0, true)], 1);
    expect([stopped.end.kind, stopped.sent.length]).toEqual(['stopped', 1]);
  });

  test('keeps the action that has no answer, and sends that again first', async () => {
    const { end } = await settle([answer(500, 0, true), { kind: 'unknown', message: 'no answer' }]);
    if (end.kind !== 'failed') throw new Error(end.kind);
    const sent: string[] = [];
    const sums: Settled[] = [];
    const steps = {
      make,
      onStep: (next: Settled) => sums.push(next),
      isStopped: () => false,
      send: async ({ input }: Action<Settling>) => {
        sent.push(input.idempotencyKey);
        return answer(3, 0, false);
      },
    };
    expect(await settleAll(steps, { settled: 500, waiting: 0 }, end.action)).toEqual({
      kind: 'all',
    });
    expect(sent).toEqual([end.action.input.idempotencyKey]);
    expect(sums).toEqual([{ settled: 503, waiting: 0 }]);
  });

  test.each([
    ['releaseRewards', 1, 0, '1 reward was paid.'],
    ['dropRewards', 12, 0, '12 rewards were dropped, with their claims.'],
    [
      'releaseRewards',
      2,
      1,
      '2 rewards were paid. 1 reward did not fit, such as under a ceiling: its player can collect it when there is room.',
    ],
  ] as const)('%s of %d and %d reads: %s', (name, settled, waiting, text) => {
    expect(settledText(name, { settled, waiting })).toBe(text);
  });
});

describe('collecting all that is owed to a player', () => {
  type Recover = Action<'recoverReward'>;
  const action = (title: string): Recover => ({
    name: 'recoverReward',
    title,
    input: { idempotencyKey: `key-${title}`, playerId: 'p', type: 'cup', key: title, reason: 'lost' },
  });
  const done = { kind: 'done', receipt: {} as ActionReceipt<'recoverReward'> } as const;
  const rejected = { kind: 'rejected', rejection: { message: 'It has expired.' } as never } as const;
  const unknown = { kind: 'unknown', message: 'no answer' } as const;

  test('tries each, names what is rejected, and goes on at what has no answer with the same keys', async () => {
    const actions = ['one', 'two', 'three', 'four'].map(action);
    const sent: string[] = [];
    const seen: Collected[] = [];
    const answers = [done, rejected, unknown, done, done];
    const steps = {
      send: async ({ input }: Recover) => {
        sent.push(input.idempotencyKey);
        return answers[sent.length - 1] ?? unknown;
      },
      onStep: (sums: Collected) => seen.push(sums),
    };
    const end = await collectEach(actions, steps);
    expect(end?.left).toEqual(actions.slice(2));
    expect(await collectEach(end?.left ?? [], steps, seen.at(-1))).toBeNull();
    expect(sent).toEqual(['key-one', 'key-two', 'key-three', 'key-three', 'key-four']);
    expect(seen.at(-1)).toEqual({ count: 3, others: [{ title: 'two', why: 'It has expired.' }] });
  });
});

describe('the bounds of a game server', () => {
  const EMPTY = textOfBounds(null);

  test('are null where a field is empty, and 0 where it says 0', () => {
    expect(Object.values(boundsOf(EMPTY))).toEqual([null, null, null, null, null, null]);
    expect(
      boundsOf({ ...EMPTY, operations: 'claimReward,\n player  ', claimTypes: ' ', largestAmount: '0' }),
    ).toMatchObject({ operations: ['claimReward', 'player'], claimTypes: null, largestAmount: 0 });
  });

  test('come back from the form as they were', () => {
    const bounds = {
      operations: ['claimReward', 'player'],
      claimTypes: null,
      keyIds: ['arena-2026'],
      largestAmount: 500,
      claimsPerHour: 0,
      valuePerHour: null,
    };
    expect(boundsOf(textOfBounds(bounds))).toEqual(bounds);
    expect(isUnbounded(bounds)).toBe(false);
    expect(isUnbounded(boundsOf(EMPTY) as typeof bounds)).toBe(true);
  });
});

describe('a proposal', () => {
  const before = { operations: ['player'], claimTypes: null, keyIds: null, claimsPerHour: 100 };
  const bounds = { ...before, operations: ['claimReward', 'player'], claimsPerHour: null };
  const SET = {
    kind: 'server.set',
    subject: '7',
    summary: { change: { server: 'arena-1', bounds }, before, reason: 'the new arena' },
  };
  const ENABLE = {
    kind: 'server.enable',
    subject: '7',
    summary: { change: { server: 'arena-1' }, before, reason: 'it has a new key' },
  };

  test('of a game server says what changes, and is executed by sending it again', () => {
    expect(titleOf(SET)).toBe('Set the bounds of the game server arena-1');
    expect(linesOf(SET)).toEqual([
      { name: 'May call', value: 'player → claimReward, player' },
      { name: 'Operations in an hour', value: '100 → as its token says' },
    ]);
    expect(changeOf(SET)).toEqual({ name: 'setServer', input: { serverId: 'arena-1', ...bounds } });
    expect(changeOf(ENABLE)).toEqual({ name: 'enableServer', input: { serverId: 'arena-1' } });
    expect(linesOf(ENABLE)).toContainEqual({ name: 'May call', value: 'player' });
  });

  test('of an erasure names the player, who is erased by sending it again', () => {
    const erase = {
      kind: 'player.erase',
      subject: '9',
      summary: { playerId: 'player-9', reason: 'request 1' },
    };
    expect(titleOf(erase)).toBe('Erase the player player-9 for good');
    expect(changeOf(erase)).toEqual({ name: 'erasePlayer', input: { playerId: 'player-9' } });
  });
});

test('an export’s file is one JSON object, also where a section goes on in the next page or has no rows', async () => {
  const pages: Record<string, object> = {
    second: {
      formatVersion: 1,
      sections: [
        { section: 'claims', rows: [{ n: 3 }] },
        { section: 'notes', rows: [] },
      ],
      next: null,
    },
  };
  const first = {
    formatVersion: 1,
    sections: [
      { section: 'profile', rows: [{ n: 1 }] },
      { section: 'claims', rows: [{ n: 2 }] },
    ],
    next: 'second',
  };
  const read = async (after: string) => pages[after] as typeof first & { next: null };
  let text = '';
  let rows = 0;
  for await (const [part, count] of exportText({ playerId: 'p', first, read })) {
    text += part;
    rows = count;
  }
  expect(rows).toBe(3);
  expect(JSON.parse(text)).toMatchObject({
    format: 'onceward-player-export',
    version: 1,
    playerId: 'p',
    tables: { profile: [{ n: 1 }], claims: [{ n: 2 }, { n: 3 }], notes: [] },
    counts: { profile: 1, claims: 2, notes: 0 },
  });
});
