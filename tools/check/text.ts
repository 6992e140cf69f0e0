/**
 * Checks the language of the project's own text: no archaic words, and a limited number of words in the documents. Only
 * listed words are found; reviews have to judge the rest of the style.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Step } from './step.ts';

interface Phrase {
  readonly pattern: string;
  /** Texts that the pattern must find. */
  readonly examples: readonly string[];
  readonly instead: string;
}

/** This file is the only one that may contain these words outside of the exempt folders. */
export const PHRASES: readonly Phrase[] = [
  { pattern: 'reckon(?:ed|s|ing)?', examples: ['reckon', 'Reckoned'], instead: 'compute, count, consider' },
  { pattern: 'anew', examples: ['anew'], instead: 'again' },
  { pattern: 'mend(?:ed|s|ing)?', examples: ['mend', 'mended'], instead: 'repair, fix' },
  { pattern: 'whoever', examples: ['whoever'], instead: 'name the actor' },
  { pattern: 'whomever', examples: ['whomever'], instead: 'name the actor' },
  { pattern: 'of then', examples: ['of then'], instead: 'name the time or version' },
  { pattern: 'brings? along', examples: ['bring along', 'brings along'], instead: 'include, contain' },
  { pattern: 'brought along', examples: ['brought along'], instead: 'included' },
  { pattern: 'held against', examples: ['held against'], instead: 'compared with' },
  {
    pattern: 'carr(?:y|ies|ied) out',
    examples: ['carry out', 'carries out', 'carried out'],
    instead: 'execute, run',
  },
  { pattern: '(?:is|are) told', examples: ['is told', 'are told'], instead: 'gets, receives, reads' },
];

/** A phrase may continue on the next line of a comment. */
const GAP = String.raw`(?:\s|\/\/|--|[*#])+`;
const FORBIDDEN = new RegExp(
  String.raw`\b(?:${PHRASES.map(({ pattern }) => pattern.replaceAll(' ', GAP)).join('|')})\b`,
  'gi',
);

const CHECKED = /\.(?:tsx?|cs|gd|sql|md|graphql|css|toml|jsonc|sh|html)$|^config\/.*\.json$|^\.ci\//;
const EXEMPT = [
  'tools/check/text.ts',
  // Records of earlier measurements.
  'docs/notes/',
];

export function isChecked(path: string): boolean {
  return CHECKED.test(path) && !EXEMPT.some((start) => path.startsWith(start));
}

/** One line of text for each forbidden phrase. */
export function forbiddenPhrases(path: string, text: string): string[] {
  return [...text.matchAll(FORBIDDEN)].map((match) => {
    const line = text.slice(0, match.index).split('\n').length;
    return `${path}:${line}: ${match[0].replaceAll(new RegExp(GAP, 'g'), ' ')}`;
  });
}

/** Tracked files, and new files that are not ignored. */
function projectFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(list.split('\0'))].filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

export const voice: Step = {
  name: 'no archaic words',
  advice: 'Write plain English. tools/check/text.ts suggests a replacement for each word.',
  async run() {
    const files = projectFiles().filter(isChecked);
    const found = files.flatMap((path) => forbiddenPhrases(path, read(path)));
    return {
      ok: found.length === 0,
      note: `${found.length} in ${files.length} files`,
      output: found.join('\n'),
    };
  },
};

/**
 * Each client has a page of its own, with the keys, numbers and outcomes of its language, each task of the console a guide, each
 * situation that wakes somebody its commands in the runbook, and events, alarms, erasure and retention a page each.
 */
const MAX_WORDS = 35_000;

export function countWords(text: string): number {
  return text.split(/\s+/).filter(Boolean).length;
}

export const documentLength: Step = {
  name: `the documents have at most ${MAX_WORDS} words`,
  advice: 'Shorten the documents, or move records to docs/notes.',
  async run() {
    const counts = projectFiles()
      .filter((path) => path.endsWith('.md') && !path.startsWith('docs/notes/'))
      .map((path) => ({ path, words: countWords(read(path)) }));
    const total = counts.reduce((sum, { words }) => sum + words, 0);
    return {
      ok: total <= MAX_WORDS,
      note: `${total} words`,
      output: counts.map(({ path, words }) => `${words} ${path}`).join('\n'),
    };
  },
};
