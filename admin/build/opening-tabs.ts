// The tabs that a fresh page opens with: one per operation of the API, with its full document and its example, but for the actions of
// staff, which the other pages of the console take. They follow from
// the operations' definitions when the page is built, so that nothing of the Worker is bundled into the page.
import type { Plugin } from 'vite';
import type { OpeningTab } from '../src/graphiql/tab-variables.ts';

const COLUMNS = 54;

const WELCOME: OpeningTab = {
  name: 'welcome',
  document: `# Onceward grants game rewards exactly once.
#
# 1. Paste a token above. It stays in this browser tab.
# 2. Choose a tab: each holds one operation.
# 3. Run it with the button or with Ctrl-Enter.
#
# A mutation has an idempotency key. Run it again
# with the same key, and the first answer returns with
# "replayed": true. Nothing is granted twice. Press
# "New key" for a new operation.
#
# The line under a result shows the correlation ID.
# "Follow" opens a trace of what the request did.

query welcome {
  __typename
}
`,
  variables: null,
};

type Definitions = Pick<typeof import('../../src/resolvers/schema.ts'), 'OPERATIONS' | 'schema'> &
  Pick<typeof import('../../tools/documents.ts'), 'operationDocument'>;

/** A mutation without a key has its input alone. */
function variablesOf(root: string, example: object): Readonly<Record<string, unknown>> {
  if (root === 'query') return { ...example };
  return { input: root === 'mark' ? example : { idempotencyKey: '', ...example } };
}

export function openingTabs({ OPERATIONS, schema, operationDocument }: Definitions): readonly OpeningTab[] {
  // Mutations first: they are what people come for.
  const shown = OPERATIONS.filter(({ root }) => root !== 'action');
  const ordered = shown.toSorted((a, b) => a.root.localeCompare(b.root));
  const tabs = ordered.map(({ root, name, description, notes, example }) => ({
    name,
    document: `${comment(description)}${notes && `#\n${comment(notes)}`}\n${operationDocument(schema, root === 'query' ? 'query' : 'mutation', name)}\n`,
    variables: variablesOf(root, example),
  }));
  return [WELCOME, ...tabs];
}

/** Not a literal import: Vite would bundle it into its config, with a second copy of graphql. */
async function definitions(): Promise<Definitions> {
  const [operations, documents] = await Promise.all(
    ['../../src/resolvers/schema.ts', '../../tools/documents.ts'].map(
      (path) => import(new URL(path, import.meta.url).href),
    ),
  );
  return { ...operations, ...documents };
}

/** A comment in GraphQL, wrapped at COLUMNS. */
function comment(text: string): string {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(/\s+/)) {
    if (line !== '#' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return `${[...lines, line].join('\n')}\n`;
}

const MODULE = 'virtual:opening-tabs';

/** Provides the tabs as the module `virtual:opening-tabs`. */
export function openingTabsModule(): Plugin {
  return {
    name: 'onceward:opening-tabs',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : null),
    load: async (id) =>
      id === `\0${MODULE}` ? `export default ${JSON.stringify(openingTabs(await definitions()))};` : null,
  };
}
