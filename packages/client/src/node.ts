/** The entry of the package for Node: a store of files. */
export { fileStore } from './stores/files.ts';
