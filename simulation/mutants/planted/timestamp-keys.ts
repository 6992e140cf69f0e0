/** Planted: the claim key contains the time of the request. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'timestamp-keys',
  bug: 'the claim key contains the time of the request',
  patches: [
    {
      in: 'worker',
      find: 'const claimed = { claimType: type, claimKey, ',
      replace: `const claimed = { claimType: type, claimKey: \`\${claimKey}.\${now.getTime()}\`, `,
    },
  ],
};

export default mutant;
