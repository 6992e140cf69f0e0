/** The console's settings, and the policy of its page, by the setting CONSOLE_SIGN_IN. */
import { describe, expect, it } from 'vitest';
import type { Env } from '../../../src/env.ts';
import { answerConsole, wrongConsoleSettings } from '../../../src/http/console.ts';

const SIGN_IN = { issuer: 'https://login.example/tenant', clientId: 'console' };
const POLICY = "default-src 'none'; connect-src 'self'; base-uri 'none'";

/** Static assets answer the page with the headers of _headers. */
const withSetting = (setting: string | undefined) =>
  ({
    ...(setting !== undefined && { CONSOLE_SIGN_IN: setting }),
    ASSETS: { fetch: async () => new Response('page', { headers: { 'content-security-policy': POLICY } }) },
  }) as unknown as Env;

const ask = (path: string, setting?: string) =>
  answerConsole(new Request(`https://rewards.example${path}`), withSetting(setting));

describe('the console', () => {
  it('shows where staff sign in, and null where nothing is set', async () => {
    expect(await (await ask('/admin/settings')).json()).toEqual({ signIn: null });
    const response = await ask('/admin/settings', JSON.stringify({ ...SIGN_IN, secret: 'not shown' }));
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({ signIn: { ...SIGN_IN, scope: 'openid', parameters: {} } });
  });

  it('lets the page connect to the origin of the issuer alone', async () => {
    const policyOf = async (setting?: string) =>
      (await ask('/admin/', setting)).headers.get('content-security-policy');
    expect(await policyOf()).toBe(POLICY);
    expect(await policyOf(JSON.stringify(SIGN_IN))).toBe(
      POLICY.replace("connect-src 'self'", "connect-src 'self' https://login.example"),
    );
  });

  it.each([
    'no JSON',
    '[]',
    'null',
    JSON.stringify({ clientId: 'console' }),
    JSON.stringify({ issuer: SIGN_IN.issuer }),
    JSON.stringify({ ...SIGN_IN, issuer: 'http://login.example/' }),
    JSON.stringify({ ...SIGN_IN, issuer: 'https://user:secret@login.example/' }),
    JSON.stringify({ ...SIGN_IN, issuer: "https://login.example/; script-src 'unsafe-eval'?x" }),
    JSON.stringify({ ...SIGN_IN, issuer: 'javascript:alert(1)' }),
    JSON.stringify({ ...SIGN_IN, parameters: { audience: 7 } }),
    JSON.stringify({ ...SIGN_IN, scope: '' }),
  ])('names the setting as wrong and leaves the page as it is for %s', async (setting) => {
    expect(wrongConsoleSettings({ CONSOLE_SIGN_IN: setting })).toEqual([
      'CONSOLE_SIGN_IN (JSON with issuer, an https URL, and clientId)',
    ]);
    expect(await (await ask('/admin/settings', setting)).json()).toEqual({ signIn: null });
    expect((await ask('/admin/', setting)).headers.get('content-security-policy')).toBe(POLICY);
  });
});
