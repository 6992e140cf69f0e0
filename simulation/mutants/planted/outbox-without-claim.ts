/** Planted: a refused operation leaves an outbox row, which names no claim. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'outbox-without-claim',
  bug: 'a refused operation leaves an outbox row, which names no claim',
  patches: [
    {
      in: 'kernel',
      find: `    answer := onceward.refuse(op, subject, state, verdict, context); RETURN;
`,
      replace: `    INSERT INTO onceward.outbox (player, number, slot)
    VALUES (subject.player, state.number + 1, context.outbox_slot);
    answer := onceward.refuse(op, subject, state, verdict, context); RETURN;
`,
    },
  ],
};

export default mutant;
