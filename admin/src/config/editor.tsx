// The editor of the document, and the raw difference of two documents. Monaco arrives in a chunk of its own; the room for it is there.
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { theme } from '../shell/theme.ts';
import { useCell } from '../ui/cell.ts';
import { Failure, Loading } from '../ui/states.tsx';
import type { PlacedProblem } from './judge.ts';
import type { EditorHandle } from './monaco.ts';
import { schemaFor } from './schema.ts';

type Monaco = typeof import('./monaco.ts');

const DARK = matchMedia('(prefers-color-scheme: dark)');

function useMonaco(): { readonly monaco: Monaco | null; readonly error: Error | null } {
  const chosen = useCell(theme);
  const [monaco, setMonaco] = useState<Monaco | null>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    import('./monaco.ts').then(setMonaco, setError);
  }, []);
  useEffect(() => {
    const apply = () => monaco?.setEditorTheme(chosen === 'system' ? DARK.matches : chosen === 'dark');
    apply();
    DARK.addEventListener('change', apply);
    return () => DARK.removeEventListener('change', apply);
  }, [chosen, monaco]);
  return { monaco, error };
}

export interface EditorControl {
  /** Moves the cursor there, with the focus. False: the editor is not there yet. */
  goTo(offset: number): boolean;
  /** The focus stays where it is. */
  show(offset: number): void;
}

interface EditorProps {
  readonly text: string;
  readonly problems: readonly PlacedProblem[];
  /** The published document: its names are completed. */
  readonly base: unknown;
  readonly isReadOnly?: boolean;
  readonly onChange: (text: string) => void;
  readonly control: Ref<EditorControl>;
}

export function Editor({ text, problems, base, isReadOnly = false, onChange, control }: EditorProps) {
  const { monaco, error } = useMonaco();
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorHandle | null>(null);
  // The editor is made once, with what the page shows at that moment.
  const latest = useRef({ text, onChange });
  latest.current = { text, onChange };
  useEffect(() => {
    if (!monaco || !place.current) return;
    const handle = monaco.createEditor(place.current, {
      text: latest.current.text,
      label: 'Balance config',
      schema: schemaFor(base),
      schemaName: (base as { readonly $schema?: unknown } | null)?.$schema,
      isReadOnly,
      onChange: (changed) => latest.current.onChange(changed),
    });
    editor.current = handle;
    return () => {
      editor.current = null;
      handle.dispose();
    };
  }, [monaco, base, isReadOnly]);
  useEffect(() => editor.current?.setText(text), [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new editor has no marks yet
  useEffect(() => editor.current?.setProblems(problems), [problems, monaco]);
  useImperativeHandle(
    control,
    () => ({
      goTo: (offset) => {
        editor.current?.goTo(offset);
        return editor.current !== null;
      },
      show: (offset) => editor.current?.show(offset),
    }),
    [],
  );
  return (
    <div className="editor-place" ref={place}>
      {error && <Failure error={new Error('The editor could not be loaded.')} />}
      {!monaco && !error && <Loading lines={12} label="Loading the editor" />}
    </div>
  );
}

interface DifferenceProps {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

export function Difference({ before, after, label }: DifferenceProps) {
  const { monaco, error } = useMonaco();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!monaco || !place.current) return;
    return monaco.createDifference(place.current, { before, after, label });
  }, [monaco, before, after, label]);
  return (
    <section className="editor-place difference" ref={place} aria-label={label}>
      {error && <Failure error={new Error('The difference could not be loaded.')} />}
      {!monaco && !error && <Loading lines={8} label="Loading the difference" />}
    </section>
  );
}
