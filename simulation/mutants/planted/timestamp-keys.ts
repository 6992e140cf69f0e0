/** Planted: the claim key holds the time of the request. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'timestamp-keys',
  bug: 'the claim key holds the time of the request',
  patches: [
    {
      in: 'worker',
      find: 'return commit(draft, rules, { claimType: claimType.name, claimKey, ',
      replace: `return commit(draft, rules, { claimType: claimType.name, claimKey: \`\${claimKey}.\${command.now.getTime()}\`, `,
    },
  ],
};

export default mutant;
