/** Planted: a config that is published for later is current at once. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'scheduled-config-early',
  bug: 'a config that is published for later is current at once',
  patches: [
    {
      in: 'kernel',
      find: 'FROM onceward.balance_configs c WHERE c.effective_from <= moment',
      replace: "FROM onceward.balance_configs c WHERE c.effective_from < 'infinity'",
    },
  ],
};

export default mutant;
