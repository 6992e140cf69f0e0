// Where events may be sent.
import { describe, expect, test } from 'vitest';
import { parseEndpointUrl } from '../../src/domain/endpoint-url.ts';

const inProduction = (url: string) => parseEndpointUrl(url, { allowsLoopback: false });
const locally = (url: string) => parseEndpointUrl(url, { allowsLoopback: true });

test.each([
  ['https://example.com/events?source=onceward', 'https://example.com/events?source=onceward'],
  ['HTTPS://Example.COM', 'https://example.com/'],
  ['https://example.com:8443/a', 'https://example.com:8443/a'],
  ['https://93.184.216.34/', 'https://93.184.216.34/'],
  ['https://172.32.0.1/', 'https://172.32.0.1/'],
  ['https://100.128.0.1/', 'https://100.128.0.1/'],
  ['https://[2606:2800:220:1:248:1893:25c8:1946]/', 'https://[2606:2800:220:1:248:1893:25c8:1946]/'],
  ['https://localhost.example.com/', 'https://localhost.example.com/'],
])('accepts %s', (url, normal) => {
  expect(inProduction(url)).toBe(normal);
});

describe('refuses, in production and on a developer’s machine,', () => {
  test.each([
    ['no URL', 'example.com/events'],
    ['another scheme', 'ftp://example.com/'],
    ['http to a public host', 'http://example.com/'],
    ['http to a private host', 'http://10.0.0.1/'],
    ['a user and a password', 'https://user:secret@example.com/'],
    ['a fragment', 'https://example.com/#part'],
    ['more than 2,048 characters', `https://example.com/${'a'.repeat(2048)}`],
    ['a URL that is longer when it is encoded', `https://example.com/${'é'.repeat(400)}`],
    ['10.0.0.0/8', 'https://10.1.2.3/'],
    ['172.16.0.0/12', 'https://172.31.255.255/'],
    ['192.168.0.0/16', 'https://192.168.0.1/'],
    ['a shared address', 'https://100.64.0.1/'],
    ['this host', 'https://0.0.0.0/'],
    ['benchmarks', 'https://198.19.255.255/'],
    ['multicast', 'https://224.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'],
    ['the metadata service of a cloud', 'https://169.254.169.254/latest/meta-data/'],
    ['the same as one number', 'https://2852039166/'],
    ['the same in hexadecimal', 'https://0xa9fea9fe/'],
    ['the same in octal', 'https://0251.0376.0251.0376/'],
    ['the same with full-width digits', 'https://１６９.254.169.254/'],
    ['a short form', 'https://10.1/'],
    ['IPv6 link-local', 'https://[fe80::1]/'],
    ['IPv6 unique local', 'https://[fd00:ec2::254]/'],
    ['the unspecified IPv6 address', 'https://[::]/'],
    ['an IPv4 address in IPv6', 'https://[::ffff:169.254.169.254]/'],
    ['the same in hexadecimal groups', 'https://[::ffff:a9fe:a9fe]/'],
    ['an IPv4-compatible address', 'https://[::10.0.0.1]/'],
    ['NAT64', 'https://[64:ff9b::a9fe:a9fe]/'],
    ['6to4', 'https://[2002:a9fe:a9fe::]/'],
    ['Teredo', 'https://[2001:0:a9fe:a9fe::]/'],
    ['documentation', 'https://[2001:db8::1]/'],
    ['later documentation', 'https://[3fff:fff::1]/'],
    ['multicast of IPv6', 'https://[ff02::1]/'],
    ['a name without a dot', 'https://postgres/'],
    ['a local name', 'https://printer.local/'],
    ['an internal name', 'https://metadata.google.internal/'],
    ['a name that ends with a dot', 'https://metadata.google.internal./'],
    ['a name of localhost', 'https://app.localhost/'],
  ])('%s', (_, url) => {
    expect(inProduction(url)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'url' });
    expect(locally(url)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'url' });
  });
});

test.each([
  'http://127.0.0.1:4000/events',
  'http://localhost:4000/',
  'http://[::1]:4000/',
  'http://2130706433:4000/',
])('accepts %s on a developer’s machine alone', (url) => {
  expect(locally(url)).toBe(new URL(url).href);
  expect(inProduction(url)).toMatchObject({ field: 'url' });
  expect(inProduction(url.replace('http', 'https'))).toMatchObject({ field: 'url' });
});
