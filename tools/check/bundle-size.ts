/** Bundles the Worker the way a deployment does, without deploying it, and limits the size of the bundle. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runTool, type Step, type StepResult } from './step.ts';

const KIB = 1024;
/**
 * Cloudflare allows 3 MiB. This limit is lower, because an isolate parses the whole bundle before its first response. Publishing through
 * the API needs 20 KiB: it validates and compares documents. Sending events, servers, breakers and erasure have operations of their own.
 */
const MAX_GZIP_KIB = 430;

export const bundleSize: Step = {
  name: `the Worker bundles, to at most ${MAX_GZIP_KIB} KiB`,
  advice:
    'Find out which import was added. If it is worth its size, raise MAX_GZIP_KIB in tools/check/bundle-size.ts.',
  async run() {
    const dir = await mkdtemp(join(tmpdir(), 'onceward-bundle-'));
    try {
      const bundled = await runTool('wrangler', ['deploy', '--dry-run', '--outdir', dir]);
      return bundled.ok ? await measure(dir) : bundled;
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function measure(dir: string): Promise<StepResult> {
  const names = (await readdir(dir)).filter((name) => /\.(m?js|wasm)$/.test(name));
  const files = await Promise.all(names.map((name) => readFile(join(dir, name))));
  const raw = files.reduce((sum, file) => sum + file.length, 0) / KIB;
  const gzip = files.reduce((sum, file) => sum + gzipSync(file).length, 0) / KIB;
  const note = `${raw.toFixed(1)} KiB, gzip ${gzip.toFixed(1)} KiB`;
  return { ok: raw > 0 && gzip <= MAX_GZIP_KIB, note, output: note };
}
