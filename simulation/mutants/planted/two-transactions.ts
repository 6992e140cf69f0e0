/** Planted: a claim with several postings is committed in two requests. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'two-transactions',
  bug: 'a claim with several postings is committed in two requests',
  patches: [
    {
      in: 'worker',
      find: `  const [outcome] = await commitOperations(database, [operation], held);
`,
      replace: `  const rest = operation.postings.slice(1);
  if (operation.mode === 'commit' && rest.length > 0) {
    const first = await commitOperation(database, { ...operation, postings: operation.postings.slice(0, 1) }, held);
    if (first.kind !== 'granted' || first.replayed) return first;
    const { idempotencyKey, claimKey } = operation;
    const second = await commitOperation(database, {
      ...operation, postings: rest, claimKey: \`\${claimKey}:2\`, idempotencyKey: \`\${idempotencyKey.slice(0, 120)}:2\`,
    }, held);
    if (second.kind !== 'granted') return first;
    return { ...first, changes: [...first.changes, ...second.changes] };
  }
  const [outcome] = await commitOperations(database, [operation], held);
`,
    },
  ],
};

export default mutant;
