// Finds and starts the Chromium that is installed on this machine. It downloads none. Without a browser the tests are skipped,
// except in CI, where they fail.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const EXECUTABLE = process.env.CHROMIUM_PATH ?? CANDIDATES.find(existsSync);
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Closes the network: no name resolves except this machine's own, not even for the browser itself.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export function missingBrowser(): string | null {
  if (EXECUTABLE !== undefined && existsSync(EXECUTABLE)) return null;
  return `no browser found${EXECUTABLE ? ` at ${EXECUTABLE}` : ''}; install chromium or set CHROMIUM_PATH`;
}

/** Why the tests cannot run; null if they can. Throws in CI, where they must run. */
export function reasonToSkip(): string | null {
  const missing = missingBrowser();
  if (missing !== null && process.env.CI === 'true')
    throw new Error(`Browser tests must run in CI: ${missing}.`);
  return missing;
}

/** For those who start it without Playwright. */
export function chromiumCommand(): { readonly program: string; readonly args: readonly string[] } {
  const missing = missingBrowser();
  if (missing !== null) throw new Error(missing);
  return { program: EXECUTABLE as string, args: ARGS };
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE as string, args: ARGS });
}
