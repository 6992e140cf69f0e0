/** The names of the operations that need a permission, as the definitions say. The audit knows operations by name. */
const NAMES = new Map<string, string[]>();

export function registerPermission(permission: string | null, name: string): void {
  if (permission !== null) NAMES.set(permission, [...(NAMES.get(permission) ?? []), name]);
}

export const namesPermittedBy = (permission: string): readonly string[] => NAMES.get(permission) ?? [];
