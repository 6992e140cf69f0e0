// Finds and starts the Chromium that is installed on this machine. It downloads none: without a browser the tests are
// skipped, except in CI, where a missing browser is a failure.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Says why the tests cannot run, or null where they can or must. */
export function reasonToSkip(): string | null {
  if (existsSync(EXECUTABLE) || process.env.CI === 'true') return null;
  return `no browser at ${EXECUTABLE}; install chromium or set CHROMIUM_PATH`;
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
}
