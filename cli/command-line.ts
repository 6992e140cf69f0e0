/** What all commands share: parsing options with --help, finding the owner's database, and ending with an error message. */
import { readFile } from 'node:fs/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** The addresses of a running local stack. `npm run dev` writes them to a file that the other commands read. */
export interface LocalStack {
  readonly url: string;
  readonly adminUrl: string;
  readonly databaseUrl: string;
  readonly ownerDatabaseUrl: string;
}

export const LOCAL_STACK_FILE = '.onceward/dev.json';

export function parseCommandLine<const O extends NonNullable<ParseArgsConfig['options']>>({
  help,
  options,
}: {
  help: string;
  options: O;
}) {
  try {
    const parsed = parseArgs({
      options: { ...options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    if ((parsed.values as { help?: boolean }).help) {
      console.log(help);
      process.exit(0);
    }
    return parsed as ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

/** The connection string of the owner: the given one, else OWNER_DATABASE_URL, else that of the running local stack. */
export async function ownerDatabaseUrl(given: string | undefined): Promise<string> {
  const url = given ?? process.env.OWNER_DATABASE_URL;
  if (url) return url;
  return (await readLocalStack()).ownerDatabaseUrl;
}

async function readLocalStack(): Promise<LocalStack> {
  const text = await readFile(LOCAL_STACK_FILE, 'utf8').catch(() => null);
  if (text === null) {
    throw new Error(
      'No database given and no local stack is running. Pass --database-url, set OWNER_DATABASE_URL, or start a local stack with `npm run dev`.',
    );
  }
  return JSON.parse(text) as LocalStack;
}

/** Ends the command with the message of the error, without its stack trace. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
