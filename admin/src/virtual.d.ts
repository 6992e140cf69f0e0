// Modules that Vite plugins provide (admin/vite.config.ts).
declare module 'virtual:opening-tabs' {
  const tabs: readonly import('./opening-tabs.ts').OpeningTab[];
  export default tabs;
}
