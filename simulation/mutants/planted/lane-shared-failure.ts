/** Planted: the failure of one operation is answered to its whole batch. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'lane-shared-failure',
  bug: 'the failure of one operation is answered to its whole batch',
  reach: 'lanes',
  patches: [
    {
      in: 'worker',
      find: 'of.length === 1 || !mayBeOfOneOperation(error)',
      replace: 'of.length >= 1 || !mayBeOfOneOperation(error)',
    },
    {
      in: 'worker',
      find: 'reply(of.length === 1 ? failure : lateReply(failure))',
      replace: 'reply(failure)',
    },
  ],
};

export default mutant;
