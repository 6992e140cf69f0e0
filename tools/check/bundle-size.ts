/** Bundles the Worker as a deploy would, without deploying, and holds its size down. Measured here, from the files written. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ensureAdminAssets } from '../admin-assets.ts';
import { runTool, type Step, type StepResult } from './step.ts';

const KIB = 1024;
/** Cloudflare allows 3 MiB; this is what an isolate parses before its first answer, so growth should be a decision. */
const MAX_GZIP_BYTES = 200 * KIB;

export const bundleSize: Step = {
  name: 'the Worker bundles, and stays small',
  advice: 'Find out what was pulled in; if it is worth it, raise the limit in tools/check/bundle-size.ts.',
  async run() {
    // Wrangler wants the folder of assets to be there.
    ensureAdminAssets();
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
  const raw = files.reduce((sum, file) => sum + file.length, 0);
  const gzip = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  const note = `${kib(raw)} raw, ${kib(gzip)} gzip of at most ${kib(MAX_GZIP_BYTES)}`;
  return { ok: raw > 0 && gzip <= MAX_GZIP_BYTES, note, output: note };
}

function kib(bytes: number): string {
  return `${(bytes / KIB).toFixed(1)} KiB`;
}
