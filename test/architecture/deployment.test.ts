// What wrangler.toml exposes to the internet.
import { expect, test } from 'vitest';
import { readProjectFile } from './source-tree.ts';

const settings = readProjectFile('wrangler.toml');
const settingOf = (name: string) => new RegExp(`^${name} = (.*)$`, 'm').exec(settings)?.[1];

test('a deployment has no address besides its own routes', () => {
  expect([settingOf('workers_dev'), settingOf('preview_urls')]).toEqual(['false', 'false']);
});

test('the Worker answers its paths itself, and static files answer none of them', () => {
  const paths = [...readProjectFile('src/worker.ts').matchAll(/pathname [!=]== '(\/\w+)'/g)].map(
    ([, path]) => path,
  );
  expect(paths).toContain('/ready');
  // The path of the catalogue ends with the language.
  const [, catalog] = /CATALOG_PATH = '(.*)'/.exec(readProjectFile('src/http/catalog.ts')) ?? [];
  const [, list] = /CONSOLE_PATHS[^=]*= \[(.*)\]/.exec(readProjectFile('src/http/console.ts')) ?? [];
  const ofConsole = [...String(list).matchAll(/'([^']+)'/g)].map(([, path]) => path);
  const all = [...paths, `${catalog}*`, ...ofConsole].sort();
  expect(JSON.parse(String(settingOf('run_worker_first'))).sort()).toEqual(all);
});
