/**
 * What JupyterLab's page may do: load from this server alone. `unsafe-eval` is for the settings registry, which
 * compiles its schemas; inline styles are how its widgets place themselves.
 */
export const labPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "frame-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

/**
 * For the pages of `npm run docs`: made from this project's own comments, with a small inline script that sets the theme, and
 * lists for search that are unpacked from `data:` addresses.
 */
export const docsPolicy = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join("; ");

/** For pages that need nothing but their text. */
export const plainPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const still =
  "default-src 'self' data: blob:; script-src 'none'; style-src 'self' 'unsafe-inline'; frame-ancestors 'self'";

/**
 * For files of the project: shown as they are, without the right to run anything in this server's name. Browsers show
 * no PDF in a sandbox; it is its viewer's own.
 */
export function filePolicyOf(contentType: string): string {
  return contentType === "application/pdf" ? still : `sandbox; ${still}`;
}

/**
 * For a notebook as a page: its own policy says which of its scripts may run; here it loses this server's name, so that it
 * could read nothing even if one ran that should not.
 */
export const exportPolicy = "sandbox allow-scripts allow-modals; frame-ancestors 'self'";
