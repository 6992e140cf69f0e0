// Whatever changes, at least one sentence is about it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sentence } from '../../admin/src/config/words/describe.ts';
import { fieldOf, textFieldOf } from '../../admin/src/config/words/fields.ts';
import { stepsOf, valueAt } from '../../admin/src/config/words/text.ts';
import { diffDocuments } from '../../src/config/changes.ts';
import { parseDocument } from '../../src/config/compile.ts';
import { described, set, textsOf, whole } from './described.ts';
import type { Json } from './example.ts';
import { wholeDocument } from './whole-document.ts';

const isWithin = (path: string, other: string) =>
  path === other || path.startsWith(`${other}.`) || path.startsWith(`${other}[`);

interface Compared {
  readonly current: Json;
  readonly next: Json;
  readonly sentences: readonly Sentence[];
}

/** The values that no sentence is about. */
function unsaid({ current, next, sentences }: Compared): string[] {
  for (const { text, path } of sentences) {
    expect(text, path).toMatch(/^\S.*\.$/);
    expect(text, path).not.toMatch(/undefined|NaN|\[object|null/);
  }
  return diffDocuments(current, next)
    .map(({ path }) => path)
    .filter((leaf) => !sentences.some(({ path }) => isWithin(leaf, path) || isWithin(path, leaf)));
}

const LEAVES = diffDocuments({}, wholeDocument()).map(({ path }) => path);

/** One of each kind: the fields of one claim type are those of all. */
const KINDS = [
  ...new Map(
    LEAVES.map((path) => {
      const [section, , ...rest] = stepsOf(path);
      const names = /^(rewards|facts|gives|outcomes|chooseOne|costs|draws|stats)$/;
      const fields = rest.map((step, i) => (names.test(String(rest[i - 1])) ? '*' : step));
      return [rest.length === 0 ? path : [section, '*', ...fields].join('.'), path] as const;
    }),
  ).values(),
];

test('a change of any field has a sentence of its own, with the new value', () => {
  expect(KINDS.length).toBeGreaterThan(150);
  for (const path of KINDS) {
    const steps = stepsOf(path);
    const value = valueAt(wholeDocument(), steps);
    const changed =
      typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : otherText(path, value);
    const next = whole([steps, changed]);
    if (parseDocument(next) === null) continue;
    const sentences = described(next);
    const about = sentences.filter((one) => isWithin(path, one.path) || isWithin(one.path, path));
    expect(about, path).not.toEqual([]);
    // A chance is said in percent.
    if (typeof changed === 'number' && !path.endsWith('.weight'))
      expect(textsOf(about).join(' '), path).toContain(String(changed));
    expect(unsaid({ current: wholeDocument(), next, sentences }), path).toEqual([]);
  }
});

const ENUMS: Readonly<Record<string, string>> = {
  weekStart: 'friday',
  atCeiling: 'reject',
  onFull: 'reject',
  proof: 'server',
  period: 'week',
  ties: 'same',
  scope: 'player',
  startsWith: 'ceiling',
  timeZone: 'Asia/Tokyo',
};

function otherText(path: string, value: unknown): unknown {
  if (/\d{4}-\d\d-\d\dT/.test(String(value))) return '2027-06-01T00:00:00.000Z';
  const field = String(stepsOf(path).at(-1));
  const other = ENUMS[field] ?? `${value}x`;
  return other === value ? 'day' : other;
}

test('every field that the comparison lists as a value only has a phrase', () => {
  const plain = KINDS.filter((path) => {
    const steps = stepsOf(path);
    return !textFieldOf(steps) && !fieldOf(steps);
  });
  // The comparison explains each of these, whatever its change is.
  const explained = plain.filter((path) => {
    const steps = stepsOf(path);
    const next = whole([steps, undefined]);
    if (parseDocument(next) === null) return true;
    return described(next).every(
      ({ severity, text }) => severity !== 'other' || / is gone|End|nothing changes/i.test(text),
    );
  });
  expect(plain.filter((path) => !explained.includes(path))).toEqual([]);
});

type Edit = { readonly place: number; readonly kind: 'change' | 'remove' | 'copy'; readonly by: number };

const edit: fc.Arbitrary<Edit> = fc.record({
  place: fc.nat(100_000),
  kind: fc.constantFrom('change', 'remove', 'copy'),
  by: fc.integer({ min: -50, max: 50 }),
});

/** Null: the shape would not be valid. */
function edited(document: Json, { place, kind, by }: Edit): Json | null {
  const leaves = diffDocuments({}, document).map(({ path }) => stepsOf(path));
  const leaf = leaves[place % leaves.length] ?? [];
  const next = structuredClone(document);
  const depth = 1 + (Math.abs(by) % leaf.length);
  const at = kind === 'change' ? leaf : leaf.slice(0, depth);
  const value = valueAt(document, at) as Json;
  if (kind === 'remove') set(next, at, undefined);
  else if (kind === 'copy') set(next, [...at.slice(0, -1), copyName(at.at(-1))], value);
  else if (typeof value === 'number') set(next, at, value + by);
  else if (typeof value === 'boolean') set(next, at, !value);
  else set(next, at, otherText(String(at.at(-1)), value));
  return parseDocument(next) === null ? null : next;
}

const copyName = (name: string | number | undefined) => (typeof name === 'number' ? name : `${name}_2`);

test('every change of generated documents has at least one sentence', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), fc.boolean(), (edits, isReversed) => {
      let next = wholeDocument();
      for (const one of edits) next = edited(next, one) ?? next;
      const [current, other] = isReversed ? [next, wholeDocument()] : [wholeDocument(), next];
      const sentences = described(other, current);
      expect(unsaid({ current, next: other, sentences })).toEqual([]);
      compared += diffDocuments(current, other).length;
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(150);
});
