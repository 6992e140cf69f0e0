/** Planted: whether a window is open is decided by the isolate's clock alone. */
import type { Mutant } from '../mutant.ts';

const mutant: Mutant = {
  name: 'window-by-isolate',
  bug: "whether a window is open is decided by the isolate's clock alone",
  patches: [
    { in: 'worker', find: '    ...[holds ?? []].flat(),\n', replace: '' },
    { in: 'worker', find: '[holds ?? [], facts ?? []].flat()', replace: '[facts ?? []].flat()' },
  ],
};

export default mutant;
