// A stack that nobody can stop any more keeps its port: npm hands a SIGTERM to its shell, and the shell to nobody.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, '../../dev/parent.ts');
const PROGRAM = `
  import { whenParentEnds } from ${JSON.stringify(MODULE)};
  setInterval(() => {}, 60_000);
  whenParentEnds(() => { console.log('ended'); process.exit(); });
  console.log('begun');
`;

test('a command ends where the shell that ran it was killed', async () => {
  const node = [process.execPath, '--input-type=module', '--eval', PROGRAM];
  // The shell has something left to do, so it stays in between, as npm's does.
  const shell = spawn('/bin/sh', ['-c', '"$@"; exit 0', 'sh', ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  expect(await lines.next()).toMatchObject({ value: 'begun' });
  shell.kill('SIGTERM');
  await once(shell, 'exit');
  expect(await lines.next()).toMatchObject({ value: 'ended' });
  expect(await lines.next()).toMatchObject({ done: true });
});
