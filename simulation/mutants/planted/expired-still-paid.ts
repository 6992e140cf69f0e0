/** Planted: a reward can be claimed and collected after it has expired. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'expired-still-paid',
  bug: 'a reward can be claimed and collected after it has expired',
  patches: [
    {
      in: 'kernel',
      find: "ELSIF op.source = 'merge' OR op.source = 'pending' AND resolution.expires_at <= state.at THEN",
      replace: "ELSIF op.source = 'merge' THEN",
    },
    {
      in: 'kernel',
      find: `WHEN resolution.expires_at <= state.at THEN 'expired'`,
      replace: `WHEN false THEN 'expired'`,
    },
  ],
};

export default mutant;
