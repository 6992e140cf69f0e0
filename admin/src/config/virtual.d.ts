// Modules that Vite plugins provide (admin/vite.config.ts), and those of Monaco that have no types of their own.
declare module 'virtual:reserved-names' {
  const names: readonly string[];
  export default names;
}

declare module 'monaco-editor/esm/vs/editor/edcore.main.js' {
  export * from 'monaco-editor';
}

declare module 'monaco-editor/esm/vs/editor/browser/config/tabFocus.js' {
  export const TabFocus: { setTabFocusMode(isOn: boolean): void };
}
