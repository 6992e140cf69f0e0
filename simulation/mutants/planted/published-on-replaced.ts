/** Planted: staff publish a config on a version that another one has replaced. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'published-on-replaced',
  bug: 'staff publish a config on a version that another one has replaced',
  patches: [
    {
      in: 'kernel',
      find: "AND now_is IS DISTINCT FROM (action->>'base')::bigint",
      replace: 'AND false',
    },
    {
      in: 'worker',
      find: 'if (terms.baseVersion !== current?.version) return',
      replace: 'if (current === null) return',
    },
  ],
};

export default mutant;
