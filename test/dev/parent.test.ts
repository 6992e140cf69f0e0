// npm sends a SIGTERM only to its shell. Without whenParentEnds, the command would keep running and keep its port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, '../../dev/system.ts');
const PROGRAM = `
  import { whenParentEnds } from ${JSON.stringify(MODULE)};
  setInterval(() => {}, 60_000);
  whenParentEnds(() => { console.log('ended'); process.exit(); });
  console.log('started');
`;

test('a command ends when the shell that started it is killed', async () => {
  const node = [process.execPath, '--input-type=module', '--eval', PROGRAM];
  // A second command keeps the shell from replacing itself with node, like the shell of npm.
  const shell = spawn('/bin/sh', ['-c', '"$@"; exit 0', 'sh', ...node], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  expect(await lines.next()).toMatchObject({ value: 'started' });
  shell.kill('SIGTERM');
  await once(shell, 'exit');
  expect(await lines.next()).toMatchObject({ value: 'ended' });
  expect(await lines.next()).toMatchObject({ done: true });
});
