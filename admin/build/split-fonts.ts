// Moves the fonts that GraphiQL's stylesheets embed as base64 into files, so that a browser loads only the alphabets that it
// shows and the content security policy needs no `data:` fonts. A stylesheet's name is its hash before this step: a change of the
// step must also change the name.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const EMBEDDED_FONT = /url\(["']?data:font\/(woff2?|ttf);base64,([A-Za-z0-9+/=]+)["']?\)/g;

/** `base` is the path of the page, with a slash at its end. */
export function splitFonts(base: string): Plugin {
  return {
    name: 'onceward:split-fonts',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        const css = typeof file.source === 'string' ? file.source : new TextDecoder().decode(file.source);
        file.source = css.replace(EMBEDDED_FONT, (_match, type: string, base64: string) => {
          const source = Buffer.from(base64, 'base64');
          const hash = createHash('sha256').update(source).digest('hex').slice(0, 12);
          const fileName = `assets/font-${hash}.${type}`;
          this.emitFile({ type: 'asset', fileName, source });
          return `url(${base}${fileName})`;
        });
      }
    },
  };
}
