/** Planted: the event of a transfer has the number of its sender for the receiver. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'event-number-wrong',
  bug: 'the event of a transfer has the number of its sender for the receiver',
  patches: [
    {
      in: 'kernel',
      find: "'counterpartyNumber', (claim).counterparty_number,",
      replace: "'counterpartyNumber', (claim).number,",
    },
  ],
};

export default mutant;
