/** Planted: a claim of an announced reward pays what the claim says. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'paid-as-claimed',
  bug: 'a claim of an announced reward pays what the claim says, and not what was announced',
  patches: [
    {
      in: 'kernel',
      find: "IF state.pending AND op.source = 'postings' AND op.mode = 'commit' THEN",
      replace: 'IF false THEN',
      everywhere: true,
    },
  ],
};

export default mutant;
