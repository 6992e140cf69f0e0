import { expect, test } from 'vitest';
import { parseRequest } from '../../packages/conformance/src/fault-proxy.ts';

const bytes = Buffer.from(
  'POST /graphql HTTP/1.1\r\nhost: x\r\nx-correlation-id: s1-hot0.7\r\ncontent-length: 6\r\n\r\n{"é"}',
);

test('the proxy recognizes a request only when its last byte has arrived, wherever it was cut', () => {
  for (let cut = 0; cut < bytes.length; cut += 1) expect(parseRequest(bytes.subarray(0, cut))).toBeNull();
  expect(parseRequest(bytes)).toEqual({ bytes, correlationId: 's1-hot0.7' });
});

test('the proxy leaves the bytes after a request for the next one', () => {
  const found = parseRequest(Buffer.concat([bytes, bytes]));
  expect(found?.bytes).toEqual(bytes);
});
