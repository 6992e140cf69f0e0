// Numbers that a game designer may want to change belong in the balance config. Every number above 1 in the rules and the
// resolvers is therefore listed here, with the reason why it is not a setting.
import { expect, test } from 'vitest';
import { readFiles, type SourceFile } from './source-tree.ts';
import { lineOf, nameOf, nodesOf, walk } from './syntax.ts';

interface Allowance {
  readonly path: string;
  readonly values: readonly number[];
  readonly why: string;
}

const ALLOWED: readonly Allowance[] = [
  {
    path: 'src/domain/advance-progress.ts',
    values: [20],
    why: 'the counters of one call: a bound of the API, stated in the SDL',
  },
  {
    path: 'src/domain/endpoint-url.ts',
    values: [
      ...[2, 3, 8, 10, 12, 15, 16, 24, 32, 256, 2_048],
      ...[512, 3_512, 4_096, 8_192, 8_193, 8_194, 16_383],
    ],
    why: 'the contract: the length of a URL; and the special ranges of IP addresses',
  },
  {
    path: 'src/domain/endpoints.ts',
    values: [100, 168],
    why: 'the contract: the dead letters that one call names, and the hours in which two secrets sign',
  },
  {
    path: 'src/resolvers/endpoints.ts',
    values: [24],
    why: 'the contract: the default of the hours in which two secrets sign',
  },
  {
    path: 'src/domain/calendar.ts',
    values: [2, 3, 7, 10],
    why: 'the calendar: days of a week, and the length of a date',
  },
  {
    path: 'src/domain/day-clock.ts',
    values: [2, 13, 15, 24, 600, 1_000, 3_600_000],
    why: 'the clock: hours of a day and of the widest offset, milliseconds of an hour and a second; about how many zones there are',
  },
  {
    path: 'src/domain/player-zones.ts',
    values: [4, 1_000],
    why: 'the days that a zone may run over into, rounded up; and how many calendars an isolate keeps',
  },
  {
    path: 'src/domain/values.ts',
    values: [3, 16, 100, 500, 1_000, 2_000],
    why: 'the contract: the length of a reason and of a note, and the number of stats and of exchanges in one request',
  },
  {
    path: 'src/domain/staff.ts',
    values: [50],
    why: 'the contract: the own limits of resources of one staff member',
  },
  {
    path: 'src/domain/server-scope.ts',
    values: [100],
    why: 'the contract: the names of a list in a scope',
  },
  {
    path: 'src/domain/configs.ts',
    values: [100, 768, 1_024],
    why: 'the contract: the size of the text of a balance config, and the changes that a publication confirms',
  },
  {
    path: 'src/resolvers/judge-config.ts',
    values: [100, 10_000],
    why: 'the changes that a rejection shows, and how long a preview counts what players hold',
  },
  {
    path: 'src/resolvers/publish-config.ts',
    values: [5_000],
    why: 'how long an answer waits for KV',
  },
  {
    path: 'src/domain/collect-rewards.ts',
    values: [50],
    why: 'the contract: the rewards of one call',
  },
  {
    path: 'src/domain/canonical.ts',
    values: [255],
    why: 'the contract: the length of a claim key',
  },
  {
    path: 'src/domain/claim-id.ts',
    values: [2, 4, 5, 16, 31, 32],
    why: 'the contract: the form of a claim ID, and the highest number of a claim',
  },
  {
    path: 'src/domain/announce-reward.ts',
    values: [3_650, 86_400_000],
    why: 'the contract: how many days ahead a reward may expire; and the milliseconds of a day',
  },
  {
    path: 'src/domain/code-form.ts',
    values: [5, 7, 8, 25, 31, 32, 37],
    why: 'the contract: the length of a code; base32, and the arithmetic of its check character',
  },
  {
    path: 'src/domain/codes.ts',
    values: [10],
    why: 'the contract: random codes have 80 bits, which nobody can guess',
  },
  {
    path: 'src/domain/facts.ts',
    values: [32, 256],
    why: 'the contract: the number of facts of a claim, and the length of a text fact',
  },
  {
    path: 'src/domain/manual-reward.ts',
    values: [10, 32],
    why: 'the contract: the number of grants in one award; and the parts of a date and of a digest in its key',
  },
  {
    path: 'src/domain/regeneration.ts',
    values: [1_000, 8.64e15],
    why: 'milliseconds of a second, and the maximum of a Date',
  },
  {
    path: 'src/domain/release-rewards.ts',
    values: [500],
    why: 'a bound of the API, stated in the SDL: rewards of a request',
  },
  {
    path: 'src/domain/create-codes.ts',
    values: [1_000],
    why: 'a bound of the API, stated in the SDL: codes of a request',
  },
  {
    path: 'src/domain/undo.ts',
    values: [20, 1_000],
    why: 'a bound of the API, stated in the SDL: players of a filter; and the length of a claim’s handle',
  },
  {
    path: 'src/resolvers/codes.ts',
    values: [64],
    why: 'a bound of the API, stated in the SDL: the length of a label',
  },
  {
    path: 'src/domain/erase-player.ts',
    values: [6],
    why: 'the shortest ID that is looked for inside a text',
  },
  { path: 'src/resolvers/drive-erasures.ts', values: [200], why: 'how long it waits for older transactions' },
  {
    path: 'src/resolvers/drive-undo.ts',
    values: [5, 60, 200, 20_000],
    why: 'how long a Worker drives an undo, waits for a busy player, and leaves one alone that stands still',
  },
  {
    path: 'src/domain/lists.ts',
    values: [10, 200, 1_000],
    why: 'bounds of the API, stated in the SDL: rows of a chunk, chunks of a list; and how many lines an error names',
  },
  {
    path: 'src/domain/player-query.ts',
    values: [2, 10],
    why: 'the first threshold is that of level 2; conditions of a query, stated in its error',
  },
  {
    path: 'src/domain/draw.ts',
    values: [10_000],
    why: 'the maximum of a setting: draws until a guarantee applies',
  },
  {
    path: 'src/domain/import.ts',
    values: [32],
    why: 'the part of a digest in the key of an imported row',
  },
  {
    path: 'src/domain/payout-rule.ts',
    values: [10_000],
    why: 'the contract: the positions of a ranking, and the maximum of a setting',
  },
  {
    path: 'src/domain/replay-dice.ts',
    values: [2, 13, 16, 32, 0x811c9dc5, 0x01000193, 0x85ebca6b, 0xc2b2ae35],
    why: 'the constants of two published hash functions',
  },
  {
    path: 'src/domain/replay-changes.ts',
    values: [3, 30, 20_000],
    why: 'how many different changes a report counts exactly, the digits of what it counts beyond, and the bars of its chart',
  },
  {
    path: 'src/domain/screen.ts',
    values: [50, 200],
    why: 'the contract: the number of entries of a page, and of IDs in a request',
  },
  {
    path: 'src/domain/terms.ts',
    values: [32],
    why: 'the contract: the length of terms, which are a part of a digest',
  },
  {
    path: 'src/resolvers/integrity.ts',
    values: [100, 500],
    why: 'the number of players that one statement can check within its time limit',
  },
  {
    path: 'src/resolvers/define-query.ts',
    values: [20, 100],
    why: 'the contract: the default and the maximum number of rows of a page',
  },
  {
    path: 'src/resolvers/define-bulk.ts',
    values: [10, 500],
    why: 'the contract: the items of one call, and how many of them count as an operation of the caller’s rate',
  },
  {
    path: 'src/resolvers/send-bulk.ts',
    values: [2, 7, 40, 20_000],
    why: 'how often, how long and in how many requests the items of a call are sent before they count as failed',
  },
  {
    path: 'src/resolvers/define-mutation.ts',
    values: [1_000],
    why: 'milliseconds of a second',
  },
  {
    path: 'src/resolvers/send-operation.ts',
    values: [3, 4],
    why: 'how often an operation is decided before the ledger counts as unavailable or the player as busy',
  },
  {
    path: 'src/domain/economy.ts',
    values: [2, 10, 16, 25, 50, 75, 90, 99, 99.9, 100, 366, 86_400_000],
    why: 'the days of one answer, the buckets of the database, and which percentiles staff see',
  },
  {
    path: 'src/domain/fair-odds.ts',
    values: [
      ...[2, 4, 60, 1_000, 100_000, 2.515517, 1.432788],
      ...[676.5203681218851, 1259.1392167224028, 771.3234287776531, 176.6150291621406, 12.507343278686905],
    ],
    why: 'the formulas of statistics, and how exactly they are computed',
  },
  {
    path: 'src/resolvers/economy.ts',
    values: [50],
    why: 'the contract: the resources of one answer',
  },
  {
    path: 'src/resolvers/roll.ts',
    values: [2, 32],
    why: 'rolls are made of words of 32 bits',
  },
];

/** The example inputs of operation definitions are not rules. */
function exampleNumbers(file: SourceFile): ReadonlySet<unknown> {
  const examples = [...nodesOf(file)].filter(
    ({ type, key }) => type === 'Property' && nameOf(key) === 'example',
  );
  return new Set(examples.flatMap((example) => [...walk(example.value)]));
}

function numbersIn(files: readonly SourceFile[]) {
  return files.flatMap((file) => {
    const examples = exampleNumbers(file);
    return [...nodesOf(file)]
      .filter((node) => !examples.has(node))
      .filter(({ type, value }) => type === 'Literal' && typeof value === 'number' && value > 1)
      .map((node) => ({ path: file.path, value: node.value as number, line: lineOf(file, node.start) }));
  });
}

function unexplained(files: readonly SourceFile[], allowed: readonly Allowance[]): string[] {
  const isAllowed = (path: string, value: number) =>
    allowed.some((allowance) => allowance.path === path && allowance.values.includes(value));
  return numbersIn(files)
    .filter(({ path, value }) => !isAllowed(path, value))
    .map(({ path, line, value }) => `${path}:${line} has ${value}`);
}

const files = readFiles(['src/domain', 'src/resolvers'], /\.ts$/);

test('every number above 1 in the rules and resolvers is listed with a reason', () => {
  expect(unexplained(files, ALLOWED)).toEqual([]);
});

test('the list contains no number that is no longer in the code', () => {
  const found = numbersIn(files);
  const stale = ALLOWED.flatMap(({ path, values }) =>
    values
      .filter((value) => !found.some((number) => number.path === path && number.value === value))
      .map((value) => `${path}: ${value}`),
  );
  expect(stale).toEqual([]);
});

test('a reward, a factor and a limit in code are found, numbers in texts and comments are not', () => {
  const text =
    '// 100 lumees\nexport const give = (n: number) => Math.min(n * 2.5, 1_500) + 1;\nexport const say = "300";\n';
  const path = 'src/domain/claim-reward.ts';
  expect(unexplained([{ path, text }], ALLOWED)).toEqual([`${path}:2 has 2.5`, `${path}:2 has 1500`]);
});
