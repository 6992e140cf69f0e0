// Modules that Vite plugins provide (admin/vite.config.ts).
declare module 'virtual:opening-tabs' {
  const tabs: readonly import('./tab-variables.ts').OpeningTab[];
  export default tabs;
}
