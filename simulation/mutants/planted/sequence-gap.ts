/** Planted: entries leave out a number from the second on. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'sequence-gap',
  bug: 'entries leave out a number from the second on',
  patches: [
    {
      in: 'kernel',
      find: 'side.sequences[place] := side.sequences[place] + 1;',
      everywhere: true,
      replace: 'side.sequences[place] := side.sequences[place] + least(side.sequences[place], 1) + 1;',
    },
  ],
};

export default mutant;
