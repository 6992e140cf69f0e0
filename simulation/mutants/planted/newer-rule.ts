/** Planted: a balance regenerates by a rule that was published after the config of its claim. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'newer-rule',
  bug: 'a balance regenerates by a rule that was published after the config of its claim',
  reach: 'batches',
  patches: [
    {
      in: 'kernel',
      find: `     AND r.config_version <= config
`,
      replace: '',
    },
    {
      // Time for a publication between the two reads.
      in: 'kernel',
      everywhere: true,
      find: `    rules := onceward.read_rules(state, context.version);
`,
      replace: `    PERFORM pg_sleep(0.003);
    rules := onceward.read_rules(state, context.version);
`,
    },
  ],
};

export default mutant;
