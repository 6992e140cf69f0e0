/** Planted: an operation that was decided under an older config commits. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'stale-config-commits',
  bug: 'an operation that was decided under an older config commits',
  patches: [
    {
      in: 'kernel',
      find: 'AND op.config_version = context.version AND op.config_sha256 = context.sha256',
      replace: 'AND op.config_version <= context.version',
    },
  ],
};

export default mutant;
