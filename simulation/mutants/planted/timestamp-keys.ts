/** Planted: the claim key contains the time of the request. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'timestamp-keys',
  bug: 'the claim key contains the time of the request',
  patches: [
    {
      in: 'worker',
      find: `return { kind: 'commit', claimType: type, claimKey, `,
      replace: `return { kind: 'commit', claimType: type, claimKey: \`\${claimKey}.\${now.getTime()}\`, `,
    },
  ],
};

export default mutant;
