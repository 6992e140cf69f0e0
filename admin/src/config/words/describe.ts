// What a document changes against another one, in sentences. The comparison (src/config/compare.ts) has those about what is paid
// again, what runs, and amounts; this adds one for everything else, so that no change is without a sentence. Pure.
import { type ConfigChange, diffDocuments, NO_FORMER } from '../../../../src/config/changes.ts';
import { compareConfigs } from '../../../../src/config/compare.ts';
import { parseDocument } from '../../../../src/config/compile.ts';
import { canonicalJson } from '../../../../src/config/json.ts';
import { pathText } from '../../../../src/config/problem.ts';
import type { BalanceDocument } from '../../../../src/config/schema.ts';
import {
  addedPartText,
  addedText,
  GONE_PARTS,
  KINDS,
  PART_NAMES,
  type Part,
  SECTIONS,
  type Section,
} from './added.ts';
import { type Field, fieldOf, textFieldOf, whatIs } from './fields.ts';
import { type Steps, settingText, stepsOf, valueAt } from './text.ts';

/** As `ConfigChange`, whose `other` changes are values without words. */
export type Sentence = ConfigChange;

export interface Documents {
  /** Parsed JSON, both valid. */
  readonly current: unknown;
  readonly next: unknown;
}

/** What can be said without the ledger: the server also knows what earlier versions had, and what players hold. */
export function describeChanges({ current, next, now }: Documents & { readonly now: Date }): Sentence[] {
  return completed({ current, next }, compareConfigs({ current, next, former: NO_FORMER, now }));
}

/** `found`: by the comparison, here or on the server. Its values without words are replaced by sentences. */
export function completed({ current, next }: Documents, found: readonly ConfigChange[]): Sentence[] {
  const known = found.filter(({ severity }) => severity !== 'other').map(whole);
  const [before, after] = [parseDocument(current), parseDocument(next)];
  if (!before || !after) return [...found];
  const ends = [...entries(before, after, known), ...parts(before, after, known)];
  const covered = ends.map(({ path }) => path);
  const leaves = diffDocuments(current, next).map(({ path }) => path);
  const rest = leaves.filter((path) => !covered.some((one) => isWithin(path, one) || isWithin(one, path)));
  const others = fields({ before, after, current, next }, rest, known);
  return [...known, ...ends.filter(({ text }) => text !== ''), ...others];
}

/** What is refused reads as the continuation of its path. */
function whole(change: ConfigChange): Sentence {
  if (change.severity !== 'refused') return change;
  return { ...change, text: `${whatIs(stepsOf(change.path))} ${change.text}.` };
}

const isWithin = (path: string, whole: string) =>
  path === whole || path.startsWith(`${whole}.`) || path.startsWith(`${whole}[`);

const other = (path: string, text: string): Sentence => ({ severity: 'other', path, text });

/** Entries that are new or gone. One whose end the comparison explains gets no second sentence, and an empty text. */
function entries(
  before: BalanceDocument,
  after: BalanceDocument,
  known: readonly ConfigChange[],
): Sentence[] {
  return SECTIONS.flatMap((section) => {
    const [was, is] = [before, after].map((document) => entriesIn(document, section));
    const names = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])].sort();
    return names.flatMap((name) => {
      const [old, entry] = [was, is].map((all) => (all && Object.hasOwn(all, name) ? all[name] : undefined));
      if ((old === undefined) === (entry === undefined)) return [];
      const path = `${section}.${name}`;
      if (entry !== undefined) return [other(path, addedText(section, name, entry))];
      const isSaid = known.some((change) => change.path === path);
      return [other(path, isSaid ? '' : `The ${KINDS[section]} ${name} is gone.`)];
    });
  });
}

type Entries = Readonly<Record<string, unknown>>;

/** Null: the part that has them is new or gone as a whole. */
function entriesIn(document: BalanceDocument, section: Section): Entries | undefined {
  return valueAt(document, section.split('.')) as Entries | undefined;
}

function parts(before: BalanceDocument, after: BalanceDocument, known: readonly ConfigChange[]): Sentence[] {
  return PART_NAMES.flatMap((part: Part) => {
    const [was, is] = [before[part], after[part]];
    if ((was === undefined) === (is === undefined)) return [];
    const isSaid = known.some((change) => change.path === part && is === undefined);
    return [other(part, is === undefined ? (isSaid ? '' : GONE_PARTS[part]) : addedPartText(part, is))];
  });
}

interface Both extends Documents {
  readonly before: BalanceDocument;
  readonly after: BalanceDocument;
}

/** A sentence for each field in which a value differs and that the comparison did not explain. */
function fields(documents: Both, leaves: readonly string[], known: readonly ConfigChange[]): Sentence[] {
  const said = new Map<string, Sentence[]>();
  for (const leaf of leaves) {
    const steps = stepsOf(leaf);
    const text = textFieldOf(steps);
    // A text is never part of what the comparison explains, even where that is about all of the entry.
    // A record that has become empty is a value; what it had is explained.
    if (!text && known.some(({ path }) => isWithin(leaf, path) || isWithin(path, leaf))) continue;
    const field = text ?? fieldOf(steps) ?? unnamed(steps);
    const path = pathText(field.at);
    if (!said.has(path)) said.set(path, sentencesOf(documents, field, path));
  }
  return [...said.values()].flat();
}

function sentencesOf({ before, after, current, next }: Both, field: Field, path: string): Sentence[] {
  const [was, is] = [valueAt(before, field.at), valueAt(after, field.at)];
  if (plain(was) === plain(is)) return [other(path, formText(field.at, [current, next]))];
  const said = [field.phrase({ names: field.names, before: was, after: is })].flat();
  return said.map((text) => other(path, text));
}

/** Forms of one value are equal: a reward may be a number, or an object with an amount. Descriptions have sentences of their own. */
function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return canonicalJson(value);
  const { description: _, ...rest } = value as Readonly<Record<string, unknown>>;
  const isAmount =
    'amount' in rest && Object.entries(rest).every(([key, one]) => key === 'amount' || one === null);
  return canonicalJson(isAmount ? rest.amount : rest);
}

function formText(at: Steps, [current, next]: readonly [unknown, unknown]): string {
  const [was, is] = [valueAt(current, at), valueAt(next, at)];
  const what = whatIs(at);
  if (was === undefined) return `${what} is written out now. It is what applied without it: nothing changes.`;
  if (is === undefined)
    return `${what} is left out now, and what it was applies without it: nothing changes.`;
  return `${what} is written in another way: nothing changes.`;
}

/** What has no sentence of its own is named by its path. */
function unnamed(steps: Steps): Field {
  return { at: steps, names: [], phrase: ({ before, after }) => settingText(whatIs(steps), before, after) };
}
