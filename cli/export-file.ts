/** The text of an export's file, page by page: for `npm run export` and for the console. docs/erasure.md describes the format. */

export interface ExportPage {
  readonly formatVersion: number;
  readonly sections: readonly { readonly section: string; readonly rows: readonly unknown[] }[];
  readonly next: string | null;
}

interface Export {
  readonly playerId: string;
  readonly first: ExportPage;
  /** Null: the export has ended, or is another person's. */
  readonly read: (after: string) => Promise<ExportPage | null>;
}

/** Yields parts of the file with the number of rows so far. */
export async function* exportText({
  playerId,
  first,
  read,
}: Export): AsyncGenerator<readonly [string, number]> {
  const counts: Record<string, number> = {};
  let rowCount = 0;
  const head = { format: 'onceward-player-export', version: first.formatVersion, playerId };
  yield [`{${members({ ...head, exportedAt: new Date().toISOString() })},\n"tables": {`, 0];
  for (let page: ExportPage | null = first; page !== null; ) {
    for (const { section, rows } of page.sections) {
      const before = counts[section];
      const opening = `${Object.keys(counts).length > 0 ? '\n],' : ''}\n${JSON.stringify(section)}: [`;
      const lines = rows.map(
        (row, place) => `${(before ?? 0) + place > 0 ? ',' : ''}\n${JSON.stringify(row)}`,
      );
      counts[section] = (before ?? 0) + rows.length;
      rowCount += rows.length;
      yield [`${before === undefined ? opening : ''}${lines.join('')}`, rowCount];
    }
    page = page.next === null ? null : await read(page.next);
  }
  yield [`\n]},\n${members({ counts })}}\n`, rowCount];
}

/** Without the braces. */
const members = (value: object) => JSON.stringify(value).slice(1, -1);
