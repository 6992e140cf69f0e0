// Edit: the document in an editor, with what is wrong and what it changes at the side, and the values of one subject as fields.
import { type RefObject, useId, useMemo, useState } from 'react';
import { Icon } from '../ui/icon.tsx';
import type { Draft } from './draft.ts';
import { Editor, type EditorControl } from './editor.tsx';
import type { PlacedProblem } from './judge.ts';
import { outlineOf, type Place } from './outline.ts';
import { QuickEdit } from './quick-edit.tsx';
import { countsText } from './sentences.tsx';
import type { JudgedDraft } from './use-judged.ts';
import { subjectOf } from './words/subjects.ts';

interface EditViewProps {
  readonly draft: Draft;
  readonly base: unknown;
  readonly judged: JudgedDraft;
  readonly isReadOnly: boolean;
  readonly control: RefObject<EditorControl | null>;
}

const NONE: readonly PlacedProblem[] = [];

export function EditView({ draft, base, judged, isReadOnly, control }: EditViewProps) {
  const problems = judged.judged?.problems ?? NONE;
  const goTo = (offset: number) => control.current?.goTo(offset);
  const show = (offset: number) => control.current?.show(offset);
  return (
    <div className="edit-grid">
      <Editor
        text={draft.text}
        problems={problems}
        base={base}
        isReadOnly={isReadOnly}
        onChange={draft.set}
        control={control}
      />
      <div className="edit-aside">
        <section className="card verdict-card" aria-label="Problems">
          <Verdict judged={judged} isChanged={draft.isChanged} />
          {problems.length > 0 && <Problems problems={problems} onGoTo={goTo} />}
        </section>
        <Finder
          draft={draft}
          document={judged.judged?.document ?? base}
          isReadOnly={isReadOnly}
          onShow={show}
        />
      </div>
    </div>
  );
}

function Verdict({
  judged: { judged, isStale, error },
  isChanged,
}: {
  readonly judged: JudgedDraft;
  readonly isChanged: boolean;
}) {
  return (
    <p className="verdict" role="status">
      {error ? (
        <span className="bad">{error.message}</span>
      ) : isStale || judged === null ? (
        <span className="muted">Checking…</span>
      ) : judged.problems.length > 0 ? (
        <span className="bad strong">
          {judged.problems.length === 1 ? '1 problem' : `${judged.problems.length} problems`}
        </span>
      ) : judged.isSame ? (
        <span className="muted">
          {isChanged ? 'Written in another way; nothing changes.' : 'As published.'}
        </span>
      ) : (
        <span className="verdict-good">
          <Icon name="granted" size={16} /> {countsText(judged.changes)}
        </span>
      )}
    </p>
  );
}

const MAX_SHOWN = 20;

function Problems({
  problems,
  onGoTo,
}: {
  readonly problems: readonly PlacedProblem[];
  readonly onGoTo: (offset: number) => void;
}) {
  return (
    <ul className="problems">
      {problems.slice(0, MAX_SHOWN).map(({ path, message, start, line }) => (
        <li key={`${start} ${path} ${message}`}>
          <button type="button" className="problem-line" onClick={() => onGoTo(start)}>
            <span className="muted sub">
              Line {line}
              {path !== '' && ` · ${path}`}
            </span>
            <span>{message}</span>
          </button>
        </li>
      ))}
      {problems.length > MAX_SHOWN && <li className="muted">and {problems.length - MAX_SHOWN} more</li>}
    </ul>
  );
}

interface FinderProps {
  readonly draft: Draft;
  readonly document: unknown;
  readonly isReadOnly: boolean;
  readonly onShow: (offset: number) => void;
}

const MAX_FOUND = 8;

/** Finds a subject by its name or title, shows it in the editor, and its values as fields. */
function Finder({ draft, document, isReadOnly, onShow }: FinderProps) {
  const fieldId = useId();
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const outline = useMemo(() => outlineOf(draft.text), [draft.text]);
  const found = wanted.trim() === '' ? [] : matching(outline, document, wanted.trim().toLowerCase());
  const open = ({ id, offset }: Place) => {
    setChosen(id);
    setWanted('');
    onShow(offset);
  };
  return (
    <div className="card finder">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (found[0]) open(found[0]);
        }}
      >
        <label htmlFor={fieldId} className="strong">
          Find and change
        </label>
        <input
          id={fieldId}
          className="input"
          type="search"
          placeholder="daily_quest, lumees, a title…"
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      </form>
      {wanted.trim() !== '' && (
        <ul className="found" aria-label="Found">
          {found.slice(0, MAX_FOUND).map((place) => (
            <li key={place.id}>
              <FoundLine place={place} document={document} onOpen={() => open(place)} />
            </li>
          ))}
          {found.length === 0 && <li className="muted">Nothing has this name.</li>}
          {found.length > MAX_FOUND && <li className="muted">and {found.length - MAX_FOUND} more</li>}
        </ul>
      )}
      {chosen !== null && wanted === '' && (
        <Chosen
          id={chosen}
          draft={draft}
          document={document}
          isReadOnly={isReadOnly}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}

function matching(outline: readonly Place[], document: unknown, wanted: string): Place[] {
  return outline.filter(({ id }) => {
    const { name, title } = subjectOf(id, [document]);
    return [id.split('.').slice(1).join('.') || id, name, title ?? ''].some((text) =>
      text.toLowerCase().includes(wanted),
    );
  });
}

interface FoundLineProps {
  readonly place: Place;
  readonly document: unknown;
  readonly onOpen: () => void;
}

function FoundLine({ place: { id }, document, onOpen }: FoundLineProps) {
  const { kind, name, title } = subjectOf(id, [document]);
  const isWhole = !id.includes('.');
  return (
    <button type="button" className="found-line" onClick={onOpen}>
      <span>{isWhole ? id : name}</span>
      <span className="muted sub">
        {isWhole ? 'Section' : kind}
        {title !== null && ` · ${title}`}
      </span>
    </button>
  );
}

interface ChosenProps extends Omit<FinderProps, 'onShow'> {
  readonly id: string;
  readonly onClose: () => void;
}

function Chosen({ id, draft, document, isReadOnly, onClose }: ChosenProps) {
  const { name, title, kind } = subjectOf(id, [document]);
  const isEntry = id.includes('.');
  return (
    <div className="chosen">
      <div className="chosen-head">
        <div>
          <h2>{isEntry ? (title ?? name) : id}</h2>
          {isEntry && (
            <span className="muted sub">
              {kind}
              {title !== null && ` · ${name}`}
            </span>
          )}
        </div>
        <button type="button" className="button-icon" onClick={onClose} aria-label={`Close ${name}`}>
          <Icon name="close" size={16} />
        </button>
      </div>
      {isEntry ? (
        <QuickEdit
          subject={id}
          document={document}
          text={draft.text}
          isReadOnly={isReadOnly}
          onChange={draft.set}
        />
      ) : (
        <p className="muted">Choose an entry of it, or change it in the editor.</p>
      )}
    </div>
  );
}
