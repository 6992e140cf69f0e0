/** What the commands in dev/ share: parsing with --help, where the owner's database is, and ending with a clear message. */
import { readFile } from 'node:fs/promises';
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Written by `npm run dev`, read by every other command. */
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

/** The owner's connection string: as given, from OWNER_DATABASE_URL, or the running local stack's. */
export async function ownerDatabaseUrl(given: string | undefined): Promise<string> {
  const url = given ?? process.env.OWNER_DATABASE_URL;
  if (url) return url;
  return (await readLocalStack()).ownerDatabaseUrl;
}

async function readLocalStack(): Promise<LocalStack> {
  const text = await readFile(LOCAL_STACK_FILE, 'utf8').catch(() => null);
  if (text === null) {
    throw new Error(
      'No database given and no local stack found. Start one with `npm run dev`, or set OWNER_DATABASE_URL, or pass --database-url.',
    );
  }
  return JSON.parse(text) as LocalStack;
}

/** Ends the command with the message, without a stack: for errors that the person can do something about. */
export function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
