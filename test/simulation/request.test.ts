import { expect, test } from 'vitest';
import { requestIn } from '../../simulation/proxy/request.ts';

const bytes = Buffer.from(
  'POST /graphql HTTP/1.1\r\nhost: x\r\nx-correlation-id: s1-hot0.7\r\ncontent-length: 6\r\n\r\n{"é"}',
);

test('a request is whole when its last byte is there, wherever it was cut', () => {
  for (let cut = 0; cut < bytes.length; cut += 1) expect(requestIn(bytes.subarray(0, cut))).toBeNull();
  expect(requestIn(bytes)).toEqual({ bytes, correlationId: 's1-hot0.7' });
});

test('what follows a request is left for the next', () => {
  const found = requestIn(Buffer.concat([bytes, bytes]));
  expect(found?.bytes).toEqual(bytes);
});
