/** Names of files and folders. Pure: nothing is looked up but the current folder, by `resolve`. */
export { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
