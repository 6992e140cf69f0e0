/** Compares the balance config in KV with Postgres, which decides. */
import { canonicalJson } from '../../src/config/json.ts';
import { documentKey, isPublishedPointer, POINTER_KEY } from '../../src/config/published.ts';
import { selectCurrent } from '../current-config.ts';
import { asOwner, type Check, resultOf, skipped } from './check.ts';

const PUBLISH_AGAIN =
  'Publish the current version again: `npm run config:publish -- --rollback VERSION`, with --local or --remote.';

export const configIsInKv: Check = {
  name: 'KV names the balance config that is current in Postgres',
  run: asOwner(async (client, { readKv }) => {
    const current = await selectCurrent(client);
    const wrong = (problem: string, fix: string) => resultOf([{ problem, fix }], '');
    if (current === null)
      return wrong('no balance config is current', 'Publish one with `npm run config:publish`.');
    if (readKv === null) return skipped('needs --local or --remote, to choose the KV namespace');
    const again = PUBLISH_AGAIN.replace('VERSION', String(current.version));
    const pointer = parse(await readKv(POINTER_KEY));
    if (!isPublishedPointer(pointer))
      return wrong(`KV has no usable value under ${POINTER_KEY}: isolates ask Postgres each time`, again);
    // Until the next run of the schedule KV may name what was scheduled as next.
    const named = pointer.next?.sha256 === current.sha256 ? pointer.next : pointer;
    if (named.version !== current.version || named.sha256 !== current.sha256)
      return wrong(`KV names version ${pointer.version}, and Postgres version ${current.version}`, again);
    const document = parse(await readKv(documentKey(current.sha256)));
    if (document === undefined || canonicalJson(document) !== canonicalJson(current.document))
      return wrong(
        `the document of version ${current.version} in KV is missing or not the published one`,
        again,
      );
    return resultOf([], `version ${current.version}`);
  }),
};

function parse(text: string | null): unknown {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
