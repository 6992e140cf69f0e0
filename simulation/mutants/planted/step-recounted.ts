/** Planted: a step of a campaign that was done before is counted again. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'step-recounted',
  bug: 'a step of a campaign that was done before is counted again',
  reach: 'campaign',
  patches: [
    {
      in: 'kernel',
      find: '  ELSIF NOT onceward.are_next(campaign, lines) THEN',
      replace: '  ELSIF false THEN',
    },
  ],
};

export default mutant;
