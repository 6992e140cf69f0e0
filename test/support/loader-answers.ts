/** What the config loader answers, for tests that compare it. */
import { expect } from 'vitest';

export const rules = (version: number) => ({ kind: 'rules', rules: expect.objectContaining({ version }) });
export const unavailable = (why: RegExp) => ({ kind: 'unavailable', why: expect.stringMatching(why) });
