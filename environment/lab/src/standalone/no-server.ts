/** Stands in for the lab's server addresses in pages that have no server; nothing there asks for a file. */
export const PageConfig = { getBaseUrl: (): string => refuse() };

export const URLExt = { join: (): string => refuse() };

function refuse(): never {
  throw new Error("This page has no server to read files from.");
}
