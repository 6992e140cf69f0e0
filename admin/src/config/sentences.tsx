// Changes in words, by subject, with what they mean for players at the side.
import { Fragment } from 'react';
import { Moment } from '../ui/format.tsx';
import type { Sentence } from './words/describe.ts';
import { bySubject, type Subject } from './words/subjects.ts';

const INSTANT = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z)/;

/** A sentence, with its times in the viewer's zone. */
export function SentenceText({ text }: { readonly text: string }) {
  return text.split(INSTANT).map((part, place) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text do not move
    INSTANT.test(part) ? <Moment key={place} at={part} /> : <Fragment key={place}>{part}</Fragment>,
  );
}

const EFFECTS: Readonly<
  Record<Sentence['severity'], { readonly title: string; readonly tone: string; readonly about: string }>
> = {
  refused: { title: 'Impossible', tone: 'bad', about: 'It cannot be published.' },
  reopens: {
    title: 'Paid again',
    tone: 'bad',
    about: 'Players can get again what they were paid. It must be confirmed.',
  },
  running: { title: 'Running', tone: 'warn', about: 'It changes what is running, or what players hold.' },
  amounts: { title: 'Amount', tone: 'strong', about: 'A price, a reward or a chance.' },
  other: { title: 'Other', tone: 'plain', about: 'A text, or a setting that nothing that runs depends on.' },
};

function Effect({ severity }: Pick<Sentence, 'severity'>) {
  const { title, tone, about } = EFFECTS[severity];
  return (
    <span className={`badge badge-${tone}`} title={about}>
      {title}
    </span>
  );
}

interface ChangesProps {
  readonly sentences: readonly Sentence[];
  /** That name the subjects, the newer first. */
  readonly documents: readonly unknown[];
  /** Shows where a change is. Null: there is no editor. */
  readonly onShow?: (path: string) => void;
  readonly level?: 2 | 3;
}

export function Changes({ sentences, documents, onShow, level = 2 }: ChangesProps) {
  return (
    <div className="subjects">
      {bySubject(sentences, documents).map((subject) => (
        <SubjectCard key={subject.id} subject={subject} level={level} {...(onShow && { onShow })} />
      ))}
    </div>
  );
}

interface SubjectProps extends Pick<ChangesProps, 'onShow'> {
  readonly subject: Subject;
  readonly level: 2 | 3;
}

function SubjectCard({ subject: { kind, name, title, sentences }, level, onShow }: SubjectProps) {
  const Heading = `h${level}` as const;
  return (
    <section className="subject">
      <div className="subject-head">
        <Heading>
          {title ?? name}
          {title !== null && <code className="subject-id">{name}</code>}
        </Heading>
        {kind !== 'Part' && <span className="muted sub">{kind}</span>}
      </div>
      <ul>
        {sentences.map(({ severity, path, text }) => (
          <li key={`${path} ${text}`} className="said">
            <Effect severity={severity} />
            <span className="said-text">
              <SentenceText text={text} />
            </span>
            {onShow && (
              <button type="button" className="button-link said-show" onClick={() => onShow(path)}>
                Show<span className="visually-hidden"> {path}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const COUNTED = [
  ['refused', 'impossible'],
  ['reopens', 'paid again'],
  ['running', 'on what is running'],
  ['amounts', 'of amounts'],
  ['other', 'other'],
] as const;

/** "5 changes: 1 paid again, 2 on what is running, 2 other". */
export function countsText(sentences: readonly Sentence[]): string {
  const counts = COUNTED.flatMap(([severity, label]) => {
    const count = sentences.filter((sentence) => sentence.severity === severity).length;
    return count === 0 ? [] : [`${count} ${label}`];
  });
  const all = sentences.length === 1 ? '1 change' : `${sentences.length} changes`;
  return sentences.length === 0 ? 'No change' : `${all}: ${counts.join(', ')}`;
}
