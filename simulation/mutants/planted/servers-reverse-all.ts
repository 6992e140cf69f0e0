/** Planted: game servers may take back claims of every type. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'servers-reverse-all',
  bug: 'game servers may take back claims of every type',
  patches: [
    {
      in: 'kernel',
      find: 'WHERE b.version = (op).config_version) IS NOT TRUE THEN',
      replace: 'WHERE b.version = (op).config_version) IS NULL THEN',
    },
  ],
};

export default mutant;
