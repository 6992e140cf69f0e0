/** Planted: players collect what a breaker holds back. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'held-collected',
  bug: 'players collect what a breaker holds back',
  patches: [
    {
      in: 'kernel',
      find: "  IF pending.is_held AND op.permission <> 'breaker:release' THEN",
      replace: '  IF false THEN',
    },
    {
      in: 'kernel',
      find: '(p.expires_at > moment) IS NOT FALSE AND NOT p.is_held',
      replace: '(p.expires_at > moment) IS NOT FALSE',
    },
  ],
};

export default mutant;
