/** Where an archive is: a directory, or an R2 bucket through wrangler. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';

export interface ArchiveStore {
  /** As it is shown. */
  readonly place: string;
  /** Durable when it returns. */
  readonly write: (name: string, bytes: Uint8Array) => Promise<void>;
  readonly read: (name: string) => Promise<Uint8Array>;
}

const R2 = 'r2:';

export interface StoreOptions {
  /** A directory, or `r2:BUCKET`. */
  readonly place: string;
  /** Of R2: the local stand-in of `wrangler dev` in this directory; absent: the bucket at Cloudflare. */
  readonly localR2?: string | undefined;
}

export function openStore({ place, localR2 }: StoreOptions): ArchiveStore {
  if (!place.startsWith(R2)) return directoryStore(place);
  const where = localR2 === undefined ? ['--remote'] : ['--local', '--persist-to', localR2];
  return bucketStore(place.slice(R2.length), where);
}

function directoryStore(directory: string): ArchiveStore {
  return {
    place: directory,
    async write(name, bytes) {
      const path = join(directory, name);
      await mkdir(dirname(path), { recursive: true });
      // A file has its name only when it is whole and on the disk.
      const unfinished = `${path}.unfinished`;
      const file = await open(unfinished, 'w');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, path);
      await syncDirectory(dirname(path));
    },
    async read(name) {
      try {
        return await readFile(join(directory, name));
      } catch (error) {
        throw notRead(name, directory, (error as NodeJS.ErrnoException).code ?? '');
      }
    },
  };
}

const notRead = (name: string, place: string, why: string) =>
  new Error(
    `${name} cannot be read in ${place}${why && ` (${why})`}. Is this where the archive was written?`,
  );

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** wrangler has the operator's login; the command needs no credentials of its own. */
function bucketStore(bucket: string, where: readonly string[]): ArchiveStore {
  const run = promisify(execFile);
  const object = async (verb: 'put' | 'get', name: string, file: string) => {
    const args = ['wrangler', 'r2', 'object', verb, `${bucket}/${name}`, '--file', file, ...where];
    try {
      await run('npx', args, { maxBuffer: 1 << 20 });
    } catch (error) {
      const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
      const [, said = 'npx wrangler whoami says who is logged in'] =
        /ERROR\]?\s*(.+)/.exec(stripVTControlCharacters(stderr || stdout)) ?? [];
      throw new Error(`wrangler cannot ${verb} ${bucket}/${name}: ${said}`);
    }
  };
  return {
    place: `${R2}${bucket}`,
    write: (name, bytes) =>
      withFile(async (file) => {
        await writeFile(file, bytes);
        await object('put', name, file);
      }),
    read: (name) =>
      withFile(async (file) => {
        await object('get', name, file);
        return await readFile(file);
      }),
  };
}

async function withFile<T>(use: (file: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'onceward-archive-'));
  try {
    return await use(join(directory, 'object'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
