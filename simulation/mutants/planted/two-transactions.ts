/** Planted: a claim with several postings is committed in two requests. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'two-transactions',
  bug: 'a claim with several postings is committed in two requests',
  patches: [
    {
      in: 'worker',
      find: `  const rows = await queryDatabase(() =>
    neon.query(
      'SELECT onceward.commit_operation`,
      replace: `  const rest = operation.postings.slice(1);
  if (operation.mode === 'commit' && rest.length > 0) {
    const first = await commitOperation({ sql: neon }, { ...operation, postings: operation.postings.slice(0, 1) });
    if (first.kind !== 'granted' || first.replayed) return first;
    const { idempotencyKey, claimKey } = operation;
    const second = await commitOperation({ sql: neon }, {
      ...operation, postings: rest, claimKey: \`\${claimKey}:2\`, idempotencyKey: \`\${idempotencyKey.slice(0, 120)}:2\`,
    });
    if (second.kind !== 'granted') return first;
    return { ...first, changes: [...first.changes, ...second.changes], balances: second.balances };
  }
  const rows = await queryDatabase(() =>
    neon.query(
      'SELECT onceward.commit_operation`,
    },
  ],
};

export default mutant;
