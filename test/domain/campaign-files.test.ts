import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readList } from '../../cli/campaign/read-list.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'onceward-lists-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function read(name: string, text: string) {
  const file = join(dir, name);
  await writeFile(file, text);
  return readList(file);
}

test('a CSV has a column for each resource, and empty cells give nothing', async () => {
  expect(await read('a.csv', 'player,item,gold,gems\np-1,rank-1,5,2\np-2,,7,\n')).toEqual({
    problems: [],
    rows: [
      {
        playerId: 'p-1',
        item: 'rank-1',
        gives: [
          { resource: 'gold', amount: 5 },
          { resource: 'gems', amount: 2 },
        ],
      },
      { playerId: 'p-2', gives: [{ resource: 'gold', amount: 7 }] },
    ],
  });
});

test('JSON lines name what each player gets, or nothing', async () => {
  expect(await read('a.jsonl', '{"player":"p-1","gives":{"gold":5}}\n\n{"player":"p-2"}\n')).toEqual({
    problems: [],
    rows: [{ playerId: 'p-1', gives: [{ resource: 'gold', amount: 5 }] }, { playerId: 'p-2' }],
  });
});

test('each wrong row is named by its line', async () => {
  const { problems, rows } = await read('b.csv', 'player,gold\np-1,5\np 2,5\np-3,1.5\np-1,5\n');
  expect(rows).toEqual([{ playerId: 'p-1', gives: [{ resource: 'gold', amount: 5 }] }]);
  expect(problems).toEqual([
    'line 3: player must be 1 to 255 printable ASCII characters without space',
    'line 4: gold must be a whole number from 1',
    'line 5: names the player of line 2',
  ]);
  expect((await read('b.jsonl', '{"player":"p-1"}\nnot JSON\n')).problems).toEqual([
    'line 2: is not a JSON object',
  ]);
});
