/** Bundles an app that uses the outbox and one operation, and limits what the client adds to a game. */
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { ROOT, type Step } from './step.ts';

const KIB = 1024;
const MAX_GZIP_KIB = 12;

export const clientSize: Step = {
  name: `an app with the outbox and claimReward bundles the client, to at most ${MAX_GZIP_KIB} KiB`,
  advice:
    'Find out which import was added to packages/client. Other operations must be left out of the bundle.',
  async run() {
    const built = await build({
      configFile: false,
      logLevel: 'silent',
      resolve: { alias: { '@onceward/client': join(ROOT, 'packages/client/src/index.ts') } },
      build: {
        write: false,
        target: 'es2022',
        rolldownOptions: { input: join(ROOT, 'test/dev/consumer/page.ts') },
      },
    });
    const [output] = [built].flat();
    const chunks = output && 'output' in output ? output.output : [];
    const code = chunks.map((chunk) => (chunk.type === 'chunk' ? chunk.code : '')).join('');
    const [raw, gzip] = [code.length / KIB, gzipSync(code).length / KIB];
    const note = `${raw.toFixed(1)} KiB, gzip ${gzip.toFixed(1)} KiB`;
    return { ok: raw > 0 && gzip <= MAX_GZIP_KIB, note, output: note };
  },
};
