import { expect, test } from 'vitest';
import { stackOf } from '../../src/log/stack.ts';

const SECRET = 'postgres://owner:hunter2@host/db';

function failing(error: () => unknown): unknown {
  try {
    throw error();
  } catch (thrown) {
    return thrown;
  }
}

test('names functions and places, without the path of a file', () => {
  const stack = stackOf(failing(() => new Error('nothing')));
  expect(stack).toMatch(/^(\S+ )?stack\.test\.ts:\d+:\d+( < (\S+ )?[\w.-]+:\d+:\d+)*$/);
  expect(stack).toContain('failing stack.test.ts');
  expect(stack).not.toMatch(/\/|node_modules|nothing/);
});

test.each([
  ['one line', SECRET],
  ['lines that look like frames', `${SECRET}\n    at hunter2 (hunter2.ts:1:2)\n    at hunter2.ts:3:4`],
  ['frames of other files', `x\n    at leak (/srv/hunter2/hunter2.js:1:2)\nhunter2`],
])('holds nothing of a message: %s', (_, message) => {
  const stack = stackOf(failing(() => new TypeError(message)));
  expect(stack).toContain('stack.test.ts');
  expect(stack).not.toContain('hunter2');
});

test('has nothing of a stack whose message was changed, or that begins with another text', () => {
  const changed = new Error('another');
  changed.stack = 'Error: first\n    at hunter2 (hunter2.ts:1:2)';
  expect(stackOf(changed)).toBeNull();
  const forged = new Error('row: hunter2');
  forged.stack = 'hunter2\n    at hunter2 (hunter2.ts:1:2)';
  expect(stackOf(forged)).toBeNull();
});

test('has at most eight frames, and none of what is no error', () => {
  const deep = (left: number): Error => (left === 0 ? new Error('deep') : deep(left - 1));
  expect(stackOf(deep(30))?.split(' < ')).toHaveLength(8);
  for (const thrown of ['text', null, { stack: 'at x.ts:1:2', message: '' }])
    expect(stackOf(thrown)).toBeNull();
});
