/** Limits the script that the console loads before its first page can be used: what index.html names, without GraphiQL's chunks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ROOT, runTool, type Step, type StepResult } from './step.ts';

const KIB = 1024;
const MAX_GZIP_KIB = 250;
const SITE = join(ROOT, 'dist/admin');

export const firstPage: Step = {
  name: `the console's first page loads at most ${MAX_GZIP_KIB} KiB of script`,
  advice:
    'Find out which import was added. Load what one page alone needs with lazyRouteComponent (admin/src/shell/router.tsx).',
  async run() {
    const built = await runTool('node', [join(ROOT, 'tools/admin-assets.ts')]);
    return built.ok ? await measure() : built;
  },
};

async function measure(): Promise<StepResult> {
  const page = await readFile(join(SITE, 'admin/index.html'), 'utf8');
  const scripts = [...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, path]) => String(path));
  const files = await Promise.all(scripts.map((path) => readFile(join(SITE, path))));
  const gzip = files.reduce((sum, file) => sum + gzipSync(file).length, 0) / KIB;
  const note = `gzip ${gzip.toFixed(1)} KiB in ${files.length} files`;
  return { ok: files.length > 0 && gzip <= MAX_GZIP_KIB, note, output: note };
}
