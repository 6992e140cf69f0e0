// Reads a file of players in the browser, piece by piece, so that the page stays usable, and checks each row before anything is sent.
import { Collected, jsonLines, type ReadFile } from './file-rows.ts';

export interface ReadProgress {
  /** From 0 to 1. */
  readonly share: number;
  readonly rows: number;
  readonly problems: number;
}

interface ReadOptions {
  /** The resources that staff can give. */
  readonly giveable: readonly string[];
  readonly onProgress: (progress: ReadProgress) => void;
  readonly signal: AbortSignal;
}

export async function readPlayers(
  file: File,
  { giveable, onProgress, signal }: ReadOptions,
): Promise<ReadFile> {
  const found = new Collected(giveable);
  const reader = /\.(jsonl|ndjson|json)$/i.test(file.name)
    ? jsonLines(found)
    : await (await import('./read-csv.ts')).csvRows(found);
  let bytes = 0;
  const decoder = new TextDecoder();
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    signal.throwIfAborted();
    const piece = new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer());
    bytes += piece.length;
    reader.push(decoder.decode(piece, { stream: true }));
    // The page draws before the next piece.
    await new Promise((resolve) => setTimeout(resolve));
    onProgress({ share: bytes / file.size, rows: found.rows.length, problems: found.problemCount });
  }
  reader.push(decoder.decode());
  await reader.end();
  return { name: file.name, ...(await found.result()) };
}

const PIECE_BYTES = 256 * 1_024;
