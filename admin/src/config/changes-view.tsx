// Changes: what the draft changes in words, what must be confirmed first, and the raw difference on demand.
import { useState } from 'react';
import { Empty } from '../ui/states.tsx';
import type { Confirmed } from './confirmed.ts';
import { Difference } from './editor.tsx';
import { Changes, countsText, SentenceText } from './sentences.tsx';
import type { Sentence } from './words/describe.ts';

interface ChangesViewProps {
  readonly sentences: readonly Sentence[];
  readonly documents: readonly unknown[];
  /** Both as text, arranged in the same way. */
  readonly texts: { readonly before: string; readonly after: string };
  readonly version: number;
  readonly onShow?: (path: string) => void;
  /** The paths that are confirmed; absent: nothing is to be confirmed here. */
  readonly confirmed?: Confirmed;
}

export function ChangesView({ sentences, documents, texts, version, onShow, confirmed }: ChangesViewProps) {
  const [isRaw, setRaw] = useState(false);
  if (sentences.length === 0)
    return <Empty title={`Nothing changes against version ${version}.`}>Change a number under Edit.</Empty>;
  return (
    <div className="changes-page">
      <div className="changes-head">
        <p role="status" className="strong">
          {countsText(sentences)}
        </p>
        <button type="button" className="button" onClick={() => setRaw(!isRaw)} aria-expanded={isRaw}>
          {isRaw ? 'Hide the raw difference' : 'Show the raw difference'}
        </button>
      </div>
      {isRaw && <Difference {...texts} label={`Difference against version ${version}`} />}
      <Warnings sentences={sentences} {...(confirmed && { confirmed })} />
      <Changes sentences={sentences} documents={documents} {...(onShow && { onShow })} />
    </div>
  );
}

/** What players may feel at once: paid again, refused, running. */
export function Warnings({
  sentences,
  confirmed,
}: {
  readonly sentences: readonly Sentence[];
  readonly confirmed?: Confirmed;
}) {
  const of = (severity: Sentence['severity']) =>
    sentences.filter((sentence) => sentence.severity === severity);
  const [refused, reopens] = [of('refused'), of('reopens')];
  const paths = [...new Set(reopens.map(({ path }) => path))];
  return (
    <>
      {refused.length > 0 && (
        <section className="notice notice-bad" aria-labelledby="refused">
          <h2 id="refused">This cannot be published</h2>
          <ul className="warned">
            {refused.map(({ path, text }) => (
              <li key={path}>
                <SentenceText text={text} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {paths.length > 0 && (
        <section className="notice notice-bad" aria-labelledby="paid-again">
          <h2 id="paid-again">Players can be paid again</h2>
          <p>
            {confirmed
              ? 'Confirm each, or change the draft so that it does not happen.'
              : 'It was confirmed.'}
          </p>
          <ul className="warned">
            {paths.map((path) => {
              const texts = reopens.filter((sentence) => sentence.path === path).map(({ text }) => text);
              return (
                <Reopened key={path} path={path} text={texts.join(' ')} {...(confirmed && { confirmed })} />
              );
            })}
          </ul>
        </section>
      )}
    </>
  );
}

interface ReopenedProps {
  readonly path: string;
  readonly text: string;
  readonly confirmed?: Confirmed;
}

function Reopened({ path, text, confirmed }: ReopenedProps) {
  if (!confirmed)
    return (
      <li>
        <SentenceText text={text} />
      </li>
    );
  return (
    <li>
      <label className="confirm">
        <input
          type="checkbox"
          checked={confirmed.paths.has(path)}
          onChange={(event) => confirmed.set(path, event.target.checked)}
        />
        <span>
          <SentenceText text={text} /> <span className="sub">I want this.</span>
        </span>
      </label>
    </li>
  );
}
