import { isBuiltin } from "node:module";
import { findProjectRoot } from "../project-root.js";

/**
 * How to install the package that a message of Node or of TypeScript misses, as a sentence to put behind it; empty where
 * it misses a file.
 */
export function adviseInstall(message: string): string {
  const id = /Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1] ?? "";
  const name = /^(?:@[\w.~-]+\/)?[\w~-][\w.~-]*(?=\/|$)/.exec(id)?.[0];
  if (name === undefined || /^[A-Za-z]:/.test(id) || isBuiltin(name)) return "";
  return `. To install it: npm install ${name}, in the folder ${findProjectRoot()}; then restart the kernel`;
}
