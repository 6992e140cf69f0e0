import { describe, expect, test } from 'vitest';
import { exampleWith, expectProblem, type Invalid, type Path, rulesOf } from './example.ts';

const at = (name: string, ...fields: string[]): Path => ['resources', name, ...fields];
const compiled = (name: string, path: Path, value: unknown) =>
  rulesOf(exampleWith(path, value)).resources.get(name);

describe('a gift to a player whose balance is full', () => {
  test('is refused, or becomes pending with a message', () => {
    const path = at('drop_charges', 'transfer');
    const compiledAs = (transfer: object) => compiled('drop_charges', path, transfer)?.transfer;
    expect(compiledAs({})).toMatchObject({ onFull: 'reject', message: null });
    expect(compiledAs({ onFull: 'pending' })).toMatchObject({ onFull: 'pending', message: null });
    expect(compiledAs({ onFull: 'pending', message: 'welcome_back' })).toMatchObject({
      message: { name: 'welcome_back' },
    });
  });

  test.each<Invalid>([
    [
      at('lumees', 'transfer'),
      { onFull: 'pending' },
      'resources.lumees.ceiling',
      /must be set, because gifts/,
    ],
    [at('lumees', 'transfer', 'onFull'), 'wait', null, /reject.*pending/],
    [
      at('drop_charges', 'transfer'),
      { message: 'welcome_back' },
      'resources.drop_charges.transfer.message',
      /remove it/,
    ],
    [
      at('drop_charges', 'transfer'),
      { onFull: 'pending', message: 'welcome' },
      'resources.drop_charges.transfer.message',
      /names the message "welcome", which is not listed/,
    ],
  ])('cannot be configured as %j = %j', expectProblem);
});
