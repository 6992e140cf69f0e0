// The pure parts of the pages of live-ops: files of players, forms, the pace of what runs, and exports. No browser.
import { describe, expect, test } from 'vitest';
import { campaignInputOf, EMPTY, nameOfFile, queryInputOf } from '../../admin/src/campaigns/draft.ts';
import { Collected, chunksOf, jsonLines } from '../../admin/src/campaigns/file-rows.ts';
import { csvRows } from '../../admin/src/campaigns/read-csv.ts';
import { readPlayers } from '../../admin/src/campaigns/read-file.ts';
import { announceable, factOf, messagesOf } from '../../admin/src/messages/claim-types.ts';
import { describeSeconds, paceOf } from '../../admin/src/records/pace.ts';
import { wordsOf } from '../../admin/src/records/why.ts';

const GIVEABLE = ['lumees', 'shards:fire'];

async function read(text: string, pieces = 1) {
  const found = new Collected(GIVEABLE);
  const reader = csvRows(found);
  const size = Math.ceil(text.length / pieces);
  for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
  await reader.end();
  return found.result();
}

describe('a CSV file of players', () => {
  test.each([1, 7, 40])('is read in %i pieces as in one', async (pieces) => {
    const text =
      '\uFEFFplayer,item,lumees,shards:fire\r\nplayer-1,rank-1,500,3\r\n\r\n"player,2", ,250,\r\nplayer-é,,1,1\r\nplayer-3,,1,2\r\n';
    const { rows, problems, totals, givenRows } = await read(text, pieces);
    expect(rows).toEqual([
      {
        playerId: 'player-1',
        item: 'rank-1',
        gives: [
          { resource: 'lumees', amount: 500 },
          { resource: 'shards:fire', amount: 3 },
        ],
      },
      { playerId: 'player,2', gives: [{ resource: 'lumees', amount: 250 }] },
      {
        playerId: 'player-3',
        gives: [
          { resource: 'lumees', amount: 1 },
          { resource: 'shards:fire', amount: 2 },
        ],
      },
    ]);
    expect(problems).toEqual([{ line: 5, problem: expect.stringContaining('player must be') }]);
    expect([totals, givenRows]).toEqual([
      [
        { resource: 'lumees', amount: 751 },
        { resource: 'shards:fire', amount: 5 },
      ],
      3,
    ]);
  });

  test('has every wrong row named by its line, and the right ones read', async () => {
    const { rows, problems, problemCount } = await read(
      'player,lumees\nplayer-1,5\nplayer-1,6\nplayer-2,-1\nplayer-3,many\nplayer-4,1,2\nplayer-5,1.5\nplayer-6,7\n',
    );
    expect(rows.map(({ playerId }) => playerId)).toEqual(['player-1', 'player-6']);
    expect(problems).toEqual([
      { line: 3, problem: 'names the player of line 2' },
      { line: 4, problem: 'lumees must be a whole number from 1' },
      { line: 5, problem: 'lumees must be a whole number from 1' },
      { line: 6, problem: expect.stringMatching(/column/i) },
      { line: 7, problem: 'lumees must be a whole number from 1' },
    ]);
    expect(problemCount).toBe(5);
  });

  test.each([
    ['name,lumees\nplayer-1,5\n', 'The first line must name the columns'],
    ['player,gold\nplayer-1,5\n', 'The column “gold” is no resource that staff can give'],
    ['player\n', 'The file names no players'],
    ['player,lumees\nplayer-1,5\nplayer-2,\n', '1 rows say no amount'],
  ])('%j is refused as a whole', async (text, problem) => {
    const { problems, problemCount } = await read(text);
    expect(problemCount).toBe(1);
    expect(problems[0]?.problem).toContain(problem);
  });

  test('has the same digest under another name, and another one with another row', async () => {
    const digestOf = async (name: string, text: string) => {
      const options = { giveable: GIVEABLE, onProgress: () => {}, signal: new AbortController().signal };
      return (await readPlayers(new File([text], name), options)).digest;
    };
    const first = await digestOf('a.csv', 'player\nplayer-1\n');
    expect(await digestOf('b.csv', 'player\nplayer-1\n')).toBe(first);
    expect(await digestOf('a.jsonl', '{"player": "player-1"}')).toBe(first);
    expect(await digestOf('a.csv', 'player\nplayer-2\n')).not.toBe(first);
  });
});

test('JSON lines are read in pieces, and a wrong line is named', async () => {
  const found = new Collected(GIVEABLE);
  const reader = jsonLines(found);
  for (const piece of [
    '{"player": "pla',
    'yer-1"}\nnothing\n{"player": "player-2", "gives": {"gold": 1}}',
    '\n',
  ])
    reader.push(piece);
  await reader.end();
  const { rows, problems } = await found.result();
  expect(rows).toEqual([{ playerId: 'player-1' }]);
  expect(problems).toEqual([
    { line: 2, problem: 'is not a JSON object' },
    { line: 3, problem: 'staff cannot give gold' },
  ]);
});

test('rows are uploaded in chunks of a thousand, in their order', () => {
  const rows = Array.from({ length: 2_001 }, (_, row) => row);
  expect(chunksOf(rows).map((chunk) => [chunk.length, chunk[0]])).toEqual([
    [1_000, 0],
    [1_000, 1_000],
    [1, 2_000],
  ]);
});

describe('a new campaign', () => {
  const draft = { ...EMPTY, name: 'gift', reason: 'for you', gives: [{ resource: 'lumees', amount: '5' }] };
  const base = { name: 'gift', listId: 3, reason: 'for you' };
  const gives = [{ resource: 'lumees', amount: 5 }];
  const list = { listId: 3, saysGives: false };

  test('gives what the form says, or what the rows say', () => {
    expect(campaignInputOf(draft, list)).toEqual({ ...base, gives });
    expect(campaignInputOf(draft, { ...list, saysGives: true })).toEqual({ ...base, gives: null });
  });

  test('announces, or keeps in the inbox what does not fit, with the words of the form', () => {
    const words = { title: 'Sorry', text: '' };
    expect(campaignInputOf({ ...draft, ...words, how: 'announce' }, list)).toEqual({
      ...base,
      gives,
      announce: { title: 'Sorry', text: null, expiresAt: null },
    });
    expect(campaignInputOf({ ...draft, ...words, how: 'pending' }, list)).toEqual({
      ...base,
      gives,
      onFull: 'PENDING',
      title: 'Sorry',
      text: null,
    });
    expect(campaignInputOf({ ...draft, how: 'pending' }, list)).toEqual({
      ...base,
      gives,
      onFull: 'PENDING',
    });
  });

  test('asks of players what is filled in, and nothing else', () => {
    const { query } = EMPTY;
    expect(queryInputOf(query)).toBeNull();
    const balance = { resource: 'lumees', atLeast: '10', atMost: '' };
    expect(queryInputOf({ ...query, levelAtLeast: '5', balance, createdFrom: '2026-11-01T00:00' })).toEqual({
      levelAtLeast: 5,
      balances: [{ resource: 'lumees', atLeast: 10, atMost: null }],
      createdFrom: new Date('2026-11-01T00:00').toISOString(),
    });
  });

  test.each([
    ['Winners of November.csv', 'winners_of_november'],
    ['2026-11 prizes!.csv', 'prizes'],
    ['ünïcode.jsonl', 'n_code'],
  ])('from the file %s is called %s', (file, name) => {
    expect(nameOfFile(file)).toBe(name);
  });
});

describe('a message', () => {
  const document = {
    claimTypes: {
      cup: {
        proof: 'server',
        title: 'Cup',
        rewards: { lumees: 5 },
        facts: { rank: { kind: 'int', min: 1, max: 9 }, mode: { kind: 'string', values: ['a', 'b'] } },
      },
      note: { proof: 'server', rewards: {} },
      daily: { proof: 'calendar', rewards: { lumees: 1 } },
      drop: { proof: 'server', draws: [{ table: 'x' }] },
    },
    messages: { hello: { title: 'Hello', text: 'Again' } },
  };

  test('carries the reward of a claim type that staff can announce, or none', () => {
    expect(announceable(document).map(({ type, gives }) => [type, gives])).toEqual([
      ['cup', ['lumees']],
      ['note', []],
    ]);
    expect(announceable(document)[0]?.facts).toEqual([
      { name: 'rank', kind: 'int', description: null, min: 1, max: 9, values: [] },
      { name: 'mode', kind: 'string', description: null, min: null, max: null, values: ['a', 'b'] },
    ]);
    expect(messagesOf(document)).toEqual([{ name: 'hello', title: 'Hello', text: 'Again' }]);
    expect(announceable(null)).toEqual([]);
  });

  test.each([
    ['int', '12', 12],
    ['bool', 'true', true],
    ['bool', 'false', false],
    ['string', 'a', 'a'],
    ['id', '7', '7'],
  ] as const)('has the %s %s as %j', (kind, text, value) => {
    const field = { name: 'f', kind, description: null, min: null, max: null, values: [] };
    expect(factOf(field, text)).toBe(value);
  });
});

describe('the pace', () => {
  test.each([
    [[], null],
    [[[0, 10]], null],
    [
      [
        [0, 10],
        [1_000, 20],
      ],
      null,
    ],
    [
      [
        [0, 10],
        [5_000, 10],
      ],
      null,
    ],
    [
      [
        [0, 0],
        [4_000, 400],
      ],
      { perSecond: 100, secondsLeft: 6 },
    ],
    [
      [
        [0, 0],
        [4_000, 1_000],
      ],
      { perSecond: 250, secondsLeft: 0 },
    ],
  ] as const)('of %j until 1,000 is %j', (samples, pace) => {
    expect(
      paceOf(
        samples.map(([at, done]) => ({ at, done })),
        1_000,
      ),
    ).toEqual(pace);
  });

  test.each([
    [0.2, 'about 1 s'],
    [89, 'about 89 s'],
    [120, 'about 2 min'],
    [7_200, 'about 2 h'],
  ])('leaves %d seconds as %s', (seconds, text) => {
    expect(describeSeconds(seconds)).toBe(text);
  });
});

test('a reason is shown in words, and an unknown one as it is stored', () => {
  expect([wordsOf('unknown_player'), wordsOf('some_new_reason')]).toEqual([
    'there is no such player',
    'some new reason',
  ]);
});
