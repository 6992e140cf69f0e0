/** The size of the Worker as it is uploaded: what an isolate has to load before its first answer. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Stack } from '../stack/stack.ts';

const KIB = 1024;

export interface BundleSize {
  readonly rawKib: number;
  readonly gzipKib: number;
}

export async function measureBundle({ build }: Stack): Promise<BundleSize> {
  const bundle = await readFile(await build({ entry: 'src/worker.ts' }));
  return { rawKib: bundle.length / KIB, gzipKib: gzipSync(bundle).length / KIB };
}
