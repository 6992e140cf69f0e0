// Monaco, which GraphiQL loads as well, with its JSON worker: completion and help from the schema. What is wrong is said by the checks of
// the server (judge.ts), so its own are off. In a chunk of its own.
import 'graphiql/setup-workers/vite';
import 'monaco-editor/esm/vs/language/json/monaco.contribution.js';
import { TabFocus } from 'monaco-editor/esm/vs/editor/browser/config/tabFocus.js';
import * as monaco from 'monaco-editor/esm/vs/editor/edcore.main.js';
import type { PlacedProblem } from './judge.ts';

const FOLDER = 'inmemory://onceward/';
const SCHEMA_URI = `${FOLDER}balance.schema.json`;
const OWNER = 'onceward';

for (const [name, base, colours] of [
  ['onceward-light', 'vs', { background: '#ffffff', line: '#5a647a', marked: '#f5f6fa' }],
  ['onceward-dark', 'vs-dark', { background: '#171c27', line: '#9aa6bd', marked: '#1d2432' }],
] as const)
  monaco.editor.defineTheme(name, {
    base,
    inherit: true,
    rules: base === 'vs' ? [{ token: 'number', foreground: '06604a' }] : [],
    colors: {
      'editor.background': colours.background,
      'editorGutter.background': colours.background,
      'editorLineNumber.foreground': colours.line,
      'editor.lineHighlightBackground': colours.marked,
      'editor.lineHighlightBorder': colours.marked,
      'editorStickyScroll.background': colours.background,
      // Faint enough for the colours of the text on them.
      'diffEditor.removedLineBackground': '#ff000014',
      'diffEditor.removedTextBackground': '#ff000014',
      'diffEditor.insertedLineBackground': '#00a05014',
      'diffEditor.insertedTextBackground': '#00a05014',
    },
  });

const OPTIONS: monaco.editor.IEditorOptions = {
  automaticLayout: true,
  fontFamily: '"Fira Code", ui-monospace, monospace',
  fontLigatures: false,
  fontSize: 13,
  lineHeight: 20,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  wordWrap: 'on',
  wrappingIndent: 'indent',
  fixedOverflowWidgets: true,
  quickSuggestions: { strings: true, other: true, comments: false },
  // What is typed stays as it was typed: Enter or Tab takes a proposal.
  acceptSuggestionOnCommitCharacter: false,
  scrollbar: { alwaysConsumeMouseWheel: false },
  padding: { top: 8, bottom: 8 },
  lineNumbersMinChars: 3,
};

export interface EditorHandle {
  setText(text: string): void;
  setProblems(problems: readonly PlacedProblem[]): void;
  /** Moves the cursor there, with the focus. */
  goTo(offset: number): void;
  /** The focus stays where it is. */
  show(offset: number): void;
  dispose(): void;
}

interface EditorSettings {
  readonly text: string;
  readonly label: string;
  readonly schema: object;
  /** What the document names as its schema. */
  readonly schemaName: unknown;
  readonly isReadOnly: boolean;
  readonly onChange: (text: string) => void;
}

export function setEditorTheme(isDark: boolean): void {
  monaco.editor.setTheme(isDark ? 'onceward-dark' : 'onceward-light');
}

export function createEditor(parent: HTMLElement, settings: EditorSettings): EditorHandle {
  const { jsonDefaults } = monaco.languages.json;
  const uri = monaco.Uri.parse(`${FOLDER}balance.json`);
  // A document that names a schema is completed by what has that name alone.
  const uris = [SCHEMA_URI, ...schemaUri(settings.schemaName)];
  const before = jsonDefaults.diagnosticsOptions;
  jsonDefaults.setDiagnosticsOptions({
    ...before,
    validate: false,
    enableSchemaRequest: false,
    schemas: [...new Set(uris)].map((each, place) => ({
      uri: each,
      schema: settings.schema,
      ...(place === 0 && { fileMatch: [uri.toString()] }),
    })),
  });
  const model = monaco.editor.createModel(settings.text, 'json', uri);
  model.updateOptions({ tabSize: 2 });
  const editor = monaco.editor.create(parent, {
    ...OPTIONS,
    model,
    ariaLabel: settings.label,
    readOnly: settings.isReadOnly,
    stickyScroll: { enabled: true, maxLineCount: 3 },
  });
  const show = (offset: number) => {
    const position = model.getPositionAt(offset);
    editor.setPosition(position);
    editor.revealPositionNearTop(position);
  };
  // Tab leaves the editor, as it leaves any other field. The option of this name does nothing.
  TabFocus.setTabFocusMode(true);
  const listener = model.onDidChangeContent(() => settings.onChange(model.getValue()));
  return {
    // As an edit: Ctrl+Z brings back what was there.
    setText: (text) => {
      if (text === model.getValue()) return;
      editor.pushUndoStop();
      editor.executeEdits('onceward', [{ range: model.getFullModelRange(), text }]);
      editor.pushUndoStop();
    },
    setProblems: (problems) =>
      monaco.editor.setModelMarkers(
        model,
        OWNER,
        problems.map((each) => marker(model, each)),
      ),
    goTo: (offset) => {
      show(offset);
      editor.focus();
    },
    show,
    dispose: () => {
      listener.dispose();
      editor.dispose();
      model.dispose();
      // GraphiQL has its own.
      TabFocus.setTabFocusMode(false);
      jsonDefaults.setDiagnosticsOptions(before);
    },
  };
}

function schemaUri(name: unknown): string[] {
  if (typeof name !== 'string' || name === '') return [];
  if (/^[a-z]+:/i.test(name)) return [name];
  return [`${FOLDER}${name.replace(/^(\.\.?\/)+/, '').replace(/^\//, '')}`];
}

function marker(
  model: monaco.editor.ITextModel,
  { message, start, end }: PlacedProblem,
): monaco.editor.IMarkerData {
  const [from, to] = [model.getPositionAt(start), model.getPositionAt(end)];
  return {
    severity: monaco.MarkerSeverity.Error,
    message: `${message.slice(0, 1).toUpperCase()}${message.slice(1)}`,
    startLineNumber: from.lineNumber,
    startColumn: from.column,
    endLineNumber: to.lineNumber,
    endColumn: to.column,
  };
}

/** The difference of two texts, side by side where there is room. */
export function createDifference(
  parent: HTMLElement,
  { before, after, label }: { readonly before: string; readonly after: string; readonly label: string },
): () => void {
  const models = [before, after].map((text) => monaco.editor.createModel(text, 'json'));
  const [original, modified] = models as [monaco.editor.ITextModel, monaco.editor.ITextModel];
  const editor = monaco.editor.createDiffEditor(parent, {
    ...OPTIONS,
    readOnly: true,
    originalEditable: false,
    renderSideBySide: true,
    renderSideBySideInlineBreakpoint: 760,
    useInlineViewWhenSpaceIsLimited: true,
    hideUnchangedRegions: { enabled: true },
    renderOverviewRuler: false,
  });
  editor.getOriginalEditor().updateOptions({ ariaLabel: `${label}: before` });
  editor.getModifiedEditor().updateOptions({ ariaLabel: `${label}: after` });
  editor.setModel({ original, modified });
  return () => {
    editor.dispose();
    for (const model of models) model.dispose();
  };
}
