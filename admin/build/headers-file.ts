// Writes `_headers` next to the built page: the response headers that Cloudflare adds to static assets. The Worker sets the
// headers of its own answers.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  // Monaco uses style elements and attributes of its own.
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  // Monaco's stylesheet has a few small embedded images.
  "img-src 'self' data:",
  // The token can be sent to this origin only.
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = `/*
  Content-Security-Policy: ${CONTENT_SECURITY_POLICY}
  X-Frame-Options: DENY
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
  Cross-Origin-Opener-Policy: same-origin
  Cross-Origin-Resource-Policy: same-origin
  Permissions-Policy: camera=(), geolocation=(), microphone=()
  X-Robots-Tag: noindex

/admin/assets/*
  Cache-Control: public, max-age=31536000, immutable
`;

/** `assetsRoot` is the folder that is served as the site's root. */
export function headersFile(assetsRoot: string): Plugin {
  return {
    name: 'onceward:headers-file',
    apply: 'build',
    async closeBundle() {
      await mkdir(assetsRoot, { recursive: true });
      await writeFile(join(assetsRoot, '_headers'), HEADERS);
    },
  };
}
