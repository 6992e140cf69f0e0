/** From a place in the bundle to the file and package that it came from, by the bundle's source map. */
import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import type { CallFrame } from './devtools.ts';

export interface Origin {
  /** A package, or a room of ours such as src/schema. */
  readonly home: string;
  readonly file: string;
}

const NATIVE: Origin = { home: 'workerd itself', file: '' };

export async function loadOrigins(bundle: string): Promise<(frame: CallFrame) => Origin> {
  const map = new SourceMap(JSON.parse(await readFile(`${bundle}.map`, 'utf8')));
  return ({ url, lineNumber, columnNumber }) => {
    if (url === '' || url.startsWith('node')) return NATIVE;
    const entry = map.findEntry(lineNumber, columnNumber);
    const source = 'originalSource' in entry ? entry.originalSource : '';
    const line = 'originalLine' in entry ? entry.originalLine + 1 : 0;
    return {
      home: homeOf(source),
      file: `${source.replace(/^.*node_modules\//, '').replace(/^.*\/src\//, 'src/')}:${line}`,
    };
  };
}

function homeOf(source: string): string {
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
  return installed ?? /(?:^|\/)(src\/[^/]+)/.exec(source)?.[1] ?? 'bundle';
}
