/** `npm run texts:publish`: the options, the output and the exit codes of the command. Publishing itself is in texts-store.ts. */
import { userInfo } from 'node:os';
import { fail, ownerDatabaseUrl, parseCommandLine } from './command-line.ts';
import { readConfigFile } from './config-document.ts';
import { LOCAL_PERSIST, localKv, remoteKv } from './config-kv.ts';
import { problemsText } from './config-report.ts';
import { previewTexts, publishTexts, type TextsChecked, type TextsPublished } from './texts-store.ts';

const HELP = `npm run texts:publish -- FILE --language TAG [options]

Checks the translated texts of a language against the current balance config, and publishes them: as a new version in Postgres,
then to KV. Running Workers serve them within about a minute. Texts that are missing stay in the config's default language.

  FILE                 the texts by key, for example config/texts.de.json: {"exchanges.summon.title": "Beschwörung"}
  --language TAG       a BCP 47 tag, such as de, pt-BR or zh-Hant
  --reason TEXT        why you publish them; stored with the version
  --by NAME            who publishes them; stored with the version (default: your user name)
  --local              write to the KV of the local stack (the default with the local stack's database)
  --remote             write to the Cloudflare KV namespace of wrangler.toml; requires a database URL
  --dry-run            check, and list what is missing, but write nothing
  --json               print one JSON object: kind, version, sha256, missing, problems
  --database-url URL   the owner's connection string (default: OWNER_DATABASE_URL, or the local stack's)
  -h, --help           show this text

Exit codes: 0 published, unchanged, or publishable (--dry-run); 1 failed; 2 wrong command line; 3 invalid texts.`;

const OPTIONS = {
  language: { type: 'string' },
  reason: { type: 'string' },
  by: { type: 'string' },
  local: { type: 'boolean' },
  remote: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
  'database-url': { type: 'string' },
} as const;

async function main(): Promise<void> {
  const { values, positionals } = parseCommandLine({ help: HELP, options: OPTIONS });
  const [file, ...rest] = positionals;
  const { language } = values;
  if (file === undefined || rest.length > 0) return usage('Pass one file.');
  if (language === undefined) return usage('Pass the language with --language, such as de.');
  if (values.local && values.remote) usage('Pass either --local or --remote, not both.');
  const named = values['database-url'] ?? process.env.OWNER_DATABASE_URL;
  if (!values['dry-run'] && named && !values.local && !values.remote)
    usage('Pass --local or --remote to choose the KV namespace that belongs to this database.');
  if (values.remote && !named) usage('--remote requires --database-url or OWNER_DATABASE_URL.');
  const request = {
    document: await readConfigFile(file),
    language,
    ownerDatabaseUrl: await ownerDatabaseUrl(named),
  };
  const result = values['dry-run']
    ? await previewTexts(request)
    : await publishTexts({
        ...request,
        by: values.by ?? userInfo().username,
        reason: values.reason ?? null,
        writeKv: values.remote ? remoteKv : localKv(LOCAL_PERSIST),
      });
  if (values.json) console.log(JSON.stringify(result));
  else print(file, language, result);
  if (result.kind === 'invalid') process.exitCode = 3;
}

function print(file: string, language: string, result: TextsChecked | TextsPublished): void {
  if (result.kind === 'invalid') {
    const count = result.problems.length;
    console.error(`${file} was not published. It has ${count} problem(s):\n${problemsText(result.problems)}`);
    return;
  }
  const { missing } = result;
  if (missing.length > 0) {
    const listed = missing.map((path) => ({ path, message: 'stays in the default language' }));
    console.log(`Missing in ${language}:\n${problemsText(listed)}`);
  }
  console.log(
    result.kind === 'publishable'
      ? `${file} is valid.`
      : `${result.kind === 'published' ? 'Published' : 'Unchanged:'} version ${result.version} of ${language}.`,
  );
}

function usage(message: string): never {
  console.error(`${message}\n\n${HELP}`);
  process.exit(2);
}

if (import.meta.main) await main().catch(fail);
