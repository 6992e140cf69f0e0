/** Planted: a rejected operation moves what came before the rejection. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'rejected-still-moves',
  bug: 'a rejected operation moves what came before the rejection',
  patches: [
    {
      in: 'kernel',
      find: `    answer := onceward.refuse(op, subject, state, verdict, context); RETURN;
`,
      replace: `    IF verdict.moves <> '{}' THEN PERFORM onceward.write_moves(verdict.moves); END IF;
    answer := onceward.refuse(op, subject, state, verdict, context); RETURN;
`,
    },
  ],
};

export default mutant;
