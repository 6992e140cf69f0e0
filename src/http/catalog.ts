/**
 * `GET /catalog/<language>`: the public catalogue, without a token. It has a strong ETag, so that a client that has it pays for 304 and
 * no body. Which language a player reads is the client's choice: an unknown one is 404 with those that exist.
 */
import { GraphQLError } from 'graphql';
import { sha256Hex } from '../config/json.ts';
import { type CatalogueLanguage, publicCatalogue } from '../domain/public-catalogue.ts';
import type { BalanceRules } from '../domain/rules.ts';
import type { Env } from '../env.ts';
import { writeLog } from '../log/log.ts';
import type { Services } from '../schema/builder.ts';
import { openRateLimits } from './access.ts';

export const CATALOG_PATH = '/catalog/';
/** How long a client need not ask again: about as long as an isolate takes to see a publication. */
const MAX_AGE_SECONDS = 60;
/** What an isolate keeps. The largest config with the largest texts is about 1.5 MB. */
const MAX_KEPT = 4;

interface Page {
  readonly etag: string;
  readonly body: string;
  readonly language: string;
}

export function openCatalog(env: Env, { config, texts }: Pick<Services, 'config' | 'texts'>) {
  const count = openRateLimits(env);
  /** By what they consist of, the least recently used first. */
  const kept = new Map<string, Page>();

  /** The page, or the languages that exist. */
  async function find(language: string, rules: BalanceRules): Promise<Page | readonly string[]> {
    const index = await texts.index();
    const { defaultLanguage } = rules.catalogue;
    const languages = [...new Set([defaultLanguage, ...Object.keys(index)])].sort();
    if (!languages.includes(language)) return languages;
    // Texts of what is the default language now were published when it was another.
    const pointer = language === defaultLanguage ? undefined : index[language];
    const key = JSON.stringify([rules.version, rules.sha256, language, pointer?.sha256, languages]);
    const known = kept.get(key) ?? (await page({ language, languages, pointer }, rules));
    kept.delete(key);
    kept.set(key, known);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return known;
  }

  async function page({ language, languages, pointer }: Asked, rules: BalanceRules): Promise<Page> {
    const spoken: CatalogueLanguage = {
      language,
      languages,
      textsVersion: pointer?.version ?? null,
      texts: pointer ? await texts.texts(language, pointer) : {},
    };
    const body = JSON.stringify(publicCatalogue(rules, spoken));
    return { language, body, etag: `"${(await sha256Hex(body)).slice(0, ETAG_DIGITS)}"` };
  }

  return async (request: Request, correlationId: string): Promise<Response> => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return failure('Read the catalogue with GET', 405, { allow: 'GET, HEAD, OPTIONS' });
    try {
      await count(null, request, 1);
      const answer = await config.current(correlationId);
      if (answer.kind === 'unavailable') return failure('There is no valid balance config', 503);
      const language = new URL(request.url).pathname.slice(CATALOG_PATH.length);
      const found = await find(language, answer.rules);
      if (!('etag' in found))
        return failure('There are no texts in this language', 404, {}, { languages: found });
      return shown(request, found);
    } catch (error) {
      if (error instanceof GraphQLError) return limited(error);
      writeLog(
        { event: 'catalog_unavailable', why: error instanceof Error ? error.name : 'unknown' },
        correlationId,
      );
      return failure('The catalogue cannot be read at the moment', 503);
    }
  };
}

interface Asked {
  readonly language: string;
  readonly languages: readonly string[];
  readonly pointer: { readonly version: number; readonly sha256: string } | undefined;
}

const ETAG_DIGITS = 32;

function shown(request: Request, { etag, body, language }: Page): Response {
  const headers = {
    etag,
    'cache-control': `public, max-age=${MAX_AGE_SECONDS}`,
    'content-type': 'application/json; charset=utf-8',
    'content-language': language,
    // Also for a request without an origin: a shared cache must not give its answer to a browser.
    vary: 'origin',
  };
  if (hasTag(request.headers.get('if-none-match'), etag)) {
    const { 'content-type': _, ...rest } = headers;
    return new Response(null, { status: 304, headers: rest });
  }
  return new Response(request.method === 'HEAD' ? null : body, { headers });
}

/** Whether the client has this version. Compressing proxies make a tag weak; what it names is the same. */
function hasTag(sent: string | null, etag: string): boolean {
  if (sent === null) return false;
  return sent.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}

/** Of the errors of a request, only the rate limit can be made before there is an actor. */
function limited({ message, extensions }: GraphQLError): Response {
  const { status = 429, headers = {} } = (extensions.http ?? {}) as {
    status?: number;
    headers?: Record<string, string>;
  };
  return failure(message, status, headers);
}

function failure(
  message: string,
  status: number,
  headers: Record<string, string> = {},
  members: object = {},
): Response {
  return Response.json(
    { message, ...members },
    { status, headers: { 'cache-control': 'no-store', ...headers } },
  );
}
