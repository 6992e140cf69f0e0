/** How codes are made and what is kept of them. Only the HMAC of a code is stored or logged. */
import { createHmac } from 'node:crypto';
import { codeCharacters, withCheckCharacter } from './code-form.ts';
import { type Code, constrained } from './values.ts';

/** 80 bits. */
const RANDOM_BYTES = 10;

/** An HMAC-SHA256 in hex. */
export function codeDigest(secret: string, code: Code): string {
  return createHmac('sha256', secret).update(`code\n${code}`).digest('hex');
}

/** What is stored of the text or the seed that codes were made from, to tell a repeated request from another. */
export function originDigest(secret: string, first: Code, seed: string): string {
  return `hmac:${createHmac('sha256', secret).update(`origin\n${first}\n${seed}`).digest('hex')}`;
}

/**
 * Random codes of 80 bits. They follow from the server's secret and a seed that is not stored, so that a request that is sent again
 * gets the same ones and nobody else can compute them.
 */
export function randomCodes(secret: string, seed: string, count: number): Code[] {
  return Array.from({ length: count }, (_, index) => {
    const bytes = createHmac('sha256', secret).update(`seed\n${seed}\n${index}`).digest();
    return constrained('Code', withCheckCharacter(codeCharacters(bytes.subarray(0, RANDOM_BYTES))));
  });
}
