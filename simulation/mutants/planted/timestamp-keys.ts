/** Planted: the claim key holds the time of the request. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'timestamp-keys',
  bug: 'the claim key holds the time of the request',
  patches: [
    {
      in: 'worker',
      find: 'return commit(draft, rules, { claimType: claimType.name, claimKey, furtherKeys, postings });',
      replace: `const dated = \`\${claimKey}.\${command.now.getTime()}\`;
  return commit(draft, rules, { claimType: claimType.name, claimKey: dated, furtherKeys, postings });`,
    },
  ],
};

export default mutant;
