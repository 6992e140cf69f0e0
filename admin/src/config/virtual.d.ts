// Modules that Vite plugins provide (admin/vite.config.ts), and one of Monaco that has no types of its own.
declare module 'virtual:reserved-names' {
  const names: readonly string[];
  export default names;
}

declare module 'monaco-editor/esm/vs/editor/edcore.main.js' {
  export * from 'monaco-editor';
}
