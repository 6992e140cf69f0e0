// Reads a request's body up to a limit. What the bytes mean is not its business.

import type { IncomingMessage } from 'node:http';
import { RequestRefused } from './errors.ts';

export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // What is over the limit is read and thrown away, so that the caller gets to hear the answer.
      if (bytes <= maxBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      if (bytes > maxBytes)
        reject(new RequestRefused(413, `request is too large (max is ${maxBytes} bytes)`));
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.on('error', reject);
    request.on('close', () => reject(new Error('the request ended early')));
  });
}
