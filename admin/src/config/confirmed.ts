// The changes that pay something again and that the person wants.
import { useState } from 'react';

export interface Confirmed {
  readonly paths: ReadonlySet<string>;
  readonly set: (path: string, isConfirmed: boolean) => void;
}

export function useConfirmed(): Confirmed {
  const [paths, setPaths] = useState<ReadonlySet<string>>(new Set());
  return {
    paths,
    set: (path, isConfirmed) =>
      setPaths((before) => {
        const next = new Set(before);
        if (isConfirmed) next.add(path);
        else next.delete(path);
        return next;
      }),
  };
}
