// Sign-in with the issuer of the settings: an authorization code with PKCE, in a real browser with every origin blocked but the Worker
// and the issuer.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium, reasonToSkip } from './chromium.ts';
import { openConsole } from './console-driver.ts';
import { browserTarget } from './target.ts';

const skipped = reasonToSkip();
let browser: Browser;

const open = (path: string) => {
  const { adminUrl, issuer } = browserTarget();
  return openConsole(browser, adminUrl, { path, open: [new URL(issuer).origin] });
};

describe.skipIf(skipped !== null)('sign-in with an issuer', () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('returns to the page that was asked for, as the staff member who was chosen, with no code left in the address', async () => {
    const { adminUrl, issuer } = browserTarget();
    const { page, foreignRequests, errors } = await open('/trace?id=abcdefgh');
    const requests: URL[] = [];
    page.on('request', (request) => requests.push(new URL(request.url())));
    await page.getByRole('button', { name: `Continue with ${new URL(issuer).host}` }).click();
    await page.getByRole('link', { name: 'auditor-of-tests' }).click();
    await page.getByText('Nothing is known under this ID.').waitFor();
    await page.getByRole('button', { name: /auditor-of-tests/ }).waitFor();
    expect(page.url()).toBe(`${adminUrl}/admin/#/trace?id=abcdefgh`);
    const asked = requests.find(({ pathname }) => pathname === '/authorize')?.searchParams;
    expect(asked?.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    expect([asked?.get('code_challenge_method'), asked?.get('response_type')]).toEqual(['S256', 'code']);
    const kept = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
    expect(kept.filter((name) => name.startsWith('onceward:'))).toEqual(['onceward:token']);
    expect(foreignRequests).toEqual([]);
    expect(errors).toEqual([]);
  });

  test('refuses an answer with another state, and one that nobody asked for', async () => {
    const { adminUrl, issuer } = browserTarget();
    const { page } = await open('/players');
    for (const isPending of [false, true]) {
      if (isPending) {
        await page.getByRole('button', { name: /^Continue with/ }).click();
        await page.getByRole('heading', { name: 'Who are you?' }).waitFor();
      }
      await page.goto(`${adminUrl}/admin/?code=stolen&state=guessed&iss=${encodeURIComponent(issuer)}`);
      await page.getByText('The sign-in failed').waitFor();
      expect(page.url()).not.toContain('stolen');
      expect(await page.evaluate(() => sessionStorage.getItem('onceward:token'))).toBeNull();
    }
  });

  test('says so where the issuer refuses', async () => {
    const { page } = await open('/players');
    await page.getByRole('button', { name: /^Continue with/ }).click();
    const chosen = page.getByRole('link', { name: 'support-of-tests' });
    const asked = new URL(String(await chosen.getAttribute('href')), browserTarget().issuer).searchParams;
    const { adminUrl, issuer } = browserTarget();
    const answer = new URLSearchParams({
      error: 'access_denied',
      state: String(asked.get('state')),
      iss: issuer,
    });
    await page.goto(`${adminUrl}/admin/?${answer}`);
    await page.getByText('The sign-in failed').waitFor();
    expect(page.url()).not.toContain('access_denied');
  });

  test('lets the page connect to the Worker and the issuer, and to no other origin', async () => {
    const { adminUrl, issuer } = browserTarget();
    const { page } = await open('/players');
    const policy = (await fetch(`${adminUrl}/admin/`)).headers.get('content-security-policy') ?? '';
    const directives = policy.split('; ');
    expect(directives).toContain(`connect-src 'self' ${new URL(issuer).origin}`);
    expect(directives).toContain("script-src 'self'");
    expect(directives).toContain("default-src 'none'");
    const reached = (url: string) =>
      page.evaluate(
        (to) =>
          fetch(to, { mode: 'no-cors' }).then(
            () => true,
            () => false,
          ),
        url,
      );
    expect(await reached(`${issuer}.well-known/openid-configuration`)).toBe(true);
    expect(await reached('http://127.0.0.1:9/')).toBe(false);
  });
});
