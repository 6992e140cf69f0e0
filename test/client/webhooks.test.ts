/** verifyWebhook of the package for game servers: what a well-known library signs is accepted, and nothing else. */
import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { verifyWebhook, WebhookRefused } from '../../packages/server/src/webhooks.ts';

const NOW = Date.UTC(2026, 11, 1, 12);
const SECONDS = NOW / 1000;
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();
const event = { id: 'evt_1', type: 'claim.granted', player: 'Zoë', number: 1, changes: [] };
const body = JSON.stringify(event);

interface Sent {
  readonly id?: string;
  readonly at?: number;
  readonly body?: string;
  readonly secrets?: readonly string[];
}

/** As the library signs. */
function sent({ id = 'evt_1', at = SECONDS, body: content = body, secrets = [secret] }: Sent = {}) {
  const signatures = secrets.map((each) => new Webhook(each).sign(id, new Date(at * 1000), content));
  return {
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': signatures.join(' '),
    } as Record<string, string>,
    body: content,
  };
}

const verify = (
  received: Parameters<typeof verifyWebhook>[0],
  secrets: string | readonly string[] = secret,
  toleranceSeconds?: number,
) =>
  verifyWebhook(received, {
    secrets,
    now: () => NOW,
    ...(toleranceSeconds !== undefined && { toleranceSeconds }),
  });

const refused = (verified: Promise<unknown>) => expect(verified).rejects.toThrow(WebhookRefused);

describe('a webhook', () => {
  it('that the library signed is accepted, from the headers of Node and of the fetch API, as text and as bytes', async () => {
    const { headers, body: text } = sent();
    const bytes = new TextEncoder().encode(text);
    for (const content of [text, bytes])
      for (const given of [headers, new Headers(headers)])
        expect(await verify({ headers: given, body: content })).toEqual(event);
  });

  it('that is accepted is accepted by the library too: both read the same form', async () => {
    // Within the tolerance of the library, which reads the clock of the process.
    const { headers, body: text } = sent({ at: Math.floor(Date.now() / 1000) });
    expect(new Webhook(secret).verify(text, headers)).toEqual(event);
    expect(await verifyWebhook({ headers, body: text }, { secrets: secret })).toEqual(event);
  });

  it('is accepted during a rotation, whichever side rotates first', async () => {
    const next = newSecret();
    expect(await verify(sent({ secrets: [secret] }), [next, secret])).toEqual(event);
    expect(await verify(sent({ secrets: [next, secret] }), secret)).toEqual(event);
    expect(await verify(sent({ secrets: [next] }), [next, secret])).toEqual(event);
    await refused(verify(sent({ secrets: [secret] }), next));
  });

  it('is refused where anything that is signed was changed', async () => {
    const original = sent();
    const changed = (headers: Record<string, string>, content = body) =>
      verify({ headers: { ...original.headers, ...headers }, body: content });
    await refused(changed({ 'webhook-id': 'evt_2' }));
    await refused(changed({ 'webhook-timestamp': String(SECONDS + 1) }));
    await refused(changed({}, body.replace('1', '2')));
    await refused(changed({}, `${body} `));
    const [version, signature = ''] = original.headers['webhook-signature']?.split(',') ?? [];
    // The last two bits of this character are padding: E is the next one that differs from A in what it says.
    const last = signature.at(-2) === 'A' ? 'E' : 'A';
    await refused(changed({ 'webhook-signature': `${version},${signature.slice(0, -2)}${last}=` }));
    await refused(changed({ 'webhook-signature': `${version},${signature.slice(0, 20)}` }));
    await refused(changed({ 'webhook-signature': signature }));
    await refused(changed({ 'webhook-signature': `v2,${signature}` }));
    await refused(changed({ 'webhook-signature': `v1a,${signature} v1,` }));
  });

  it('is refused as soon as it is older, or newer, than the tolerance', async () => {
    for (const [at, tolerance, isAccepted] of [
      [SECONDS - 300, undefined, true],
      [SECONDS + 300, undefined, true],
      [SECONDS - 301, undefined, false],
      [SECONDS + 301, undefined, false],
      [SECONDS - 61, 60, false],
      [SECONDS - 60, 60, true],
    ] as const) {
      const verified = verify(sent({ at }), secret, tolerance);
      if (isAccepted) expect(await verified).toEqual(event);
      else await refused(verified);
    }
    for (const timestamp of ['', 'NaN', '1e3', '-1', ' 1', '0x10', '9'.repeat(13)])
      await refused(verify({ headers: { ...sent().headers, 'webhook-timestamp': timestamp }, body }));
  });

  it('is refused where a header is missing or repeated, or the body is not the event of its ID', async () => {
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const { headers } = sent();
      await refused(verify({ headers: { ...headers, [name]: undefined }, body }));
      await refused(verify({ headers: { ...headers, [name]: [headers[name] ?? ''] }, body }));
    }
    await refused(verify(sent({ id: 'evt_2' })));
    await refused(verify(sent({ body: '[]' })));
    await refused(verify(sent({ body: 'null' })));
  });

  it('is refused where it has more signatures than there is reason for', async () => {
    const { headers } = sent();
    const many = Array.from({ length: 9 }, () => headers['webhook-signature']).join(' ');
    await refused(verify({ headers: { ...headers, 'webhook-signature': many }, body }));
  });

  it('is not verified at all with a secret of the wrong form, which would accept what anybody signs', async () => {
    const short = `whsec_${randomBytes(8).toString('base64')}`;
    for (const wrong of ['', 'whsec_', secret.slice(6), short, 'whsec_!!!!', []]) {
      await expect(verify(sent(), wrong)).rejects.toThrow(TypeError);
    }
    const empty = createHmac('sha256', '').update(`evt_1.${SECONDS}.${body}`).digest('base64');
    const forged = { ...sent().headers, 'webhook-signature': `v1,${empty}` };
    await expect(verify({ headers: forged, body }, 'whsec_')).rejects.toThrow(TypeError);
  });
});
