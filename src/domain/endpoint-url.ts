/**
 * Where events may be sent: https, and no host of a private network. `URL` has normalised what is parsed here, so an IPv4 address
 * written as one number, in octal or in hexadecimal arrives in its usual form.
 */
import { badInput, type Fault } from './fault.ts';

const MAX_ENDPOINT_URL = 2048;

/** Also for a loopback address, and without TLS: the sender and the consumer run on one machine. */
export interface UrlRules {
  readonly allowsLoopback: boolean;
}

/** The URL in its normal form, or what is wrong with it. */
export function parseEndpointUrl(text: string, { allowsLoopback }: UrlRules): string | Fault {
  const wrong = (expected: string) => badInput('url', expected);
  if (text.length > MAX_ENDPOINT_URL) return wrong(`must have at most ${MAX_ENDPOINT_URL} characters`);
  if (!URL.canParse(text)) return wrong('must be a URL, such as https://example.com/events');
  const url = new URL(text);
  if (url.username || url.password || url.hash) return wrong('must have no user, password or fragment');
  const { hostname, protocol, href } = url;
  if (allowsLoopback && protocol === 'http:' && isLoopback(hostname)) return href;
  if (protocol !== 'https:') return wrong('must begin with https://');
  if (!isPublicHost(hostname)) return wrong('must not name a private, local or reserved address');
  return href.length > MAX_ENDPOINT_URL ? wrong(`must have at most ${MAX_ENDPOINT_URL} characters`) : href;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Names that the public DNS does not have, or that resolve to the machine itself. */
const LOCAL_NAMES =
  /(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|arpa|test|invalid|onion|alt)$/;

function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/\.$/, '');
  if (host.startsWith('[')) return isPublicIpv6(host.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isPublicIpv4(host.split('.').map(Number));
  return host.includes('.') && !LOCAL_NAMES.test(host);
}

/** Ranges that are no public hosts, with their prefix lengths (the registries of special-purpose addresses of IANA). */
const SPECIAL_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // Metadata services of clouds are link-local.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

function isPublicIpv4(bytes: readonly number[]): boolean {
  const address = bytes.reduce((value, byte) => value * 256 + byte, 0);
  return !SPECIAL_IPV4.some(([start, length]) => {
    const first = start.split('.').reduce((value, byte) => value * 256 + Number(byte), 0);
    return address >= first && address < first + 2 ** (32 - length);
  });
}

/** Only global unicast (2000::/3), without what wraps an IPv4 address or documents. An address in two groups at its end is hexadecimal. */
function isPublicIpv6(host: string): boolean {
  const [head = '', tail] = host.split('::');
  const groupsOf = (text: string) =>
    text === '' ? [] : text.split(':').map((hex) => Number.parseInt(hex, 16));
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  const [first = 0, second = 0] = [...before, ...Array<number>(missing).fill(0), ...after];
  if (first < 0x2000 || first > 0x3fff) return false;
  // 2001::/23 holds Teredo and ORCHID; 2001:db8::/32 and 3fff::/20 are for documentation; 2002::/16 is 6to4.
  if (first === 0x2001 && (second < 0x0200 || second === 0x0db8)) return false;
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000);
}
