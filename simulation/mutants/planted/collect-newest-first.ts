/** Planted: a call for all pending rewards collects the newest first. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'collect-newest-first',
  bug: 'a call for all pending rewards collects the newest first',
  patches: [
    {
      in: 'kernel',
      find: `coalesce(json_agg(encode((me).handle, 'hex') || '/' || w.number
                           ORDER BY w.number), '[]')`,
      replace: `coalesce(json_agg(encode((me).handle, 'hex') || '/' || w.number
                           ORDER BY w.number DESC), '[]')`,
    },
  ],
};

export default mutant;
