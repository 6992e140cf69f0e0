/** Planted: the feed of events leaves out payments of announced rewards. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'event-missing',
  bug: 'the feed of events leaves out payments of announced rewards',
  patches: [
    {
      in: 'kernel',
      find: "                              ON (c.player, c.number) = (g.player, g.number)), '[]'))",
      replace:
        "                              ON (c.player, c.number) = (g.player, g.number) AND c.announced IS NULL), '[]'))",
    },
  ],
};

export default mutant;
