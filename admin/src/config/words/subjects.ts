// Sentences by what they are about: a claim type, a resource, the calendar.
import { SEVERITIES } from '../../../../src/config/changes.ts';
import { KINDS, type Section } from './added.ts';
import type { Sentence } from './describe.ts';
import { stepsOf, valueAt } from './text.ts';

export interface Subject {
  /** Its path, such as `claimTypes.daily_quest`. */
  readonly id: string;
  /** "Claim type". */
  readonly kind: string;
  readonly name: string;
  /** What players read. Null: the document has no title for it. */
  readonly title: string | null;
  readonly sentences: readonly Sentence[];
}

const PARTS: Readonly<Record<string, string>> = {
  timeZone: 'Calendar',
  resetHour: 'Calendar',
  weekStart: 'Calendar',
  timeZoneBefore: 'Calendar',
  playerZone: 'Calendar',
  levels: 'Levels',
  statPoints: 'Stat points',
  tiers: 'Tiers',
  combat: 'Combat',
  campaigns: 'Campaigns',
  manualRewards: 'Gifts by staff and servers',
};
const REST = 'The document';

const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The subject of a path. `documents`: the first that has a title for it gives it. */
export function subjectOf(path: string, documents: readonly unknown[]): Omit<Subject, 'sentences'> {
  const [section, name] = stepsOf(path);
  const isEntry = typeof section === 'string' && Object.hasOwn(KINDS, section) && name !== undefined;
  if (!isEntry) {
    const part = Object.hasOwn(PARTS, String(section)) ? String(PARTS[String(section)]) : REST;
    return { id: part, kind: 'Part', name: part, title: null };
  }
  const titles = documents.map((document) => valueAt(document, [section, name, 'title']));
  const title = titles.find((one) => typeof one === 'string');
  return {
    id: `${section}.${name}`,
    kind: capital(KINDS[section as Section]),
    name: String(name),
    title: typeof title === 'string' ? title : null,
  };
}

/** Those with the gravest changes first, each with its gravest first. */
export function bySubject(sentences: readonly Sentence[], documents: readonly unknown[]): Subject[] {
  const found = new Map<string, Omit<Subject, 'sentences'> & { sentences: Sentence[] }>();
  for (const sentence of sentences) {
    const subject = subjectOf(sentence.path, documents);
    const group = found.get(subject.id) ?? { ...subject, sentences: [] };
    group.sentences.push(sentence);
    found.set(subject.id, group);
  }
  const rank = ({ severity }: Sentence) => SEVERITIES.indexOf(severity);
  const groups = [...found.values()];
  for (const group of groups) group.sentences.sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  const gravest = ({ sentences: [first] }: Subject) => (first ? rank(first) : SEVERITIES.length);
  return groups.sort((a, b) => gravest(a) - gravest(b) || (a.id < b.id ? -1 : 1));
}
