export { requireFree } from "../core/require-free.js";

/** What --help says of `--force`, after the option's name. */
export const forceHelp = "overwrites what is at --out; never what is read, nor a file in a folder that is";
