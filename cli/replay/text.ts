/** The report of a replay for people. */
import type { Changes } from '../../src/domain/replay-changes.ts';
import type {
  Apart,
  Compared,
  Refused,
  ReplayedVersion,
  ReplayReport,
} from '../../src/domain/replay-report.ts';
import { NOT_REPLAYED } from '../../src/domain/replay-rows.ts';

/** What the command prints. */
export interface ReplayResult extends ReplayReport {
  /** ISO 8601, UTC. */
  readonly from: string;
  readonly until: string;
  /** False: it was ended before, after this share of all players. */
  readonly isComplete: boolean;
  readonly progress: number;
}

const MAX_TYPES = 20;

export function replayText(result: ReplayResult): string {
  const { from, until, claims, players, versions, apart, isComplete, progress } = result;
  const partial = isComplete ? '' : `\nPARTIAL: ended after ${percent(progress)} of the players.`;
  const title = `${count(claims, 'claim')} of ${count(players, 'player')} from ${from} until ${until}${partial}`;
  return [title, ...versions.map(versionText), ...(apart.length > 0 ? [apartText(apart)] : [])].join('\n\n');
}

function versionText({ version, claims, players, refused, resources, types }: ReplayedVersion): string {
  const shown = resources.filter(({ isCounter }) => !isCounter);
  const changed = types
    .flatMap(({ type, resources, refused }) => {
      const differing = resources.filter(({ isCounter, paid, would }) => !isCounter && paid !== would);
      return differing.map((one) => [type, ...comparedCells(one), refusedText(refused)]);
    })
    .slice(0, MAX_TYPES);
  return [
    `Paid under config version ${version}: ${count(claims, 'claim')} of ${count(players, 'player')}${refusedText(refused, ', of which the draft refuses ')}`,
    table([
      ['resource', 'paid then', 'would pay', 'difference', ...PLAYERS],
      ...shown.map(({ players: changes, ...one }) => [...comparedCells(one), ...playerCells(changes)]),
    ]),
    changed.length === 0
      ? 'No claim type pays differently.'
      : table([['claim type', 'resource', 'paid then', 'would pay', 'difference', 'refused'], ...changed]),
  ].join('\n');
}

const PLAYERS = ['players: more', 'less', 'lowest', 'p10', 'p50', 'p90', 'p99', 'highest'];

function playerCells({ more, less, lowest, p10, p50, p90, p99, highest }: Changes): string[] {
  return [number(more), number(less), ...[lowest, p10, p50, p90, p99, highest].map(signed)];
}

function comparedCells({ resource, paid, would }: Compared): string[] {
  const share =
    paid === 0 || paid === would
      ? ''
      : ` (${signed(Math.round((1000 * (would - paid)) / Math.abs(paid)) / 10)} %)`;
  return [resource, number(paid), number(would), `${signed(would - paid)}${share}`];
}

function refusedText(refused: readonly Refused[], before = ''): string {
  if (refused.length === 0) return '';
  return `${before}${refused.map(({ why, claims }) => `${number(claims)} ${why}`).join(', ')}`;
}

function apartText(apart: readonly Apart[]): string {
  const rows = apart.map(({ why, claims, example, moved }) => [
    number(claims),
    example === null ? NOT_REPLAYED[why] : `${NOT_REPLAYED[why]}: ${example}`,
    moved.map(({ resource, amount }) => `${resource} ${signed(amount)}`).join(', '),
  ]);
  return `Not replayed:\n${table([['claims', 'because', 'moved then'], ...rows], 'end')}`;
}

/** Numbers are aligned to the right; `first`: how the first column is. */
function table(rows: readonly (readonly string[])[], first: 'start' | 'end' = 'start'): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isText = (column: number) =>
    rows.slice(1).some((row) => /[a-z]/.test(row[column] ?? '')) || (column === 0 && first === 'start');
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `  ${line}`)
    .join('\n');
}

const number = (value: number) => value.toLocaleString('en');
const signed = (value: number) => (value > 0 ? `+${number(value)}` : number(value));
const percent = (share: number) => `${Math.floor(share * 100)} %`;
const count = (amount: number, noun: string) => `${number(amount)} ${noun}${amount === 1 ? '' : 's'}`;
