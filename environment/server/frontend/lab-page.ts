import { escapeHtml } from "../http/reply.js";
import type { LabBundle } from "./bundle.js";

/** Where the built front end is mounted. */
export const staticUrl = "/static/lab";

/** Which view of the lab a page opens with. */
export interface LabView {
  mode: "multiple-document" | "single-document";
  workspace: string;
  /** Document or folder to open; empty for none. */
  treePath: string;
  /** Folder the file browser shows; empty for the project's. */
  preferredPath: string;
}

/** What JupyterLab reads from its page. */
export function createPageConfig(bundle: LabBundle, view: LabView): Record<string, unknown> {
  const api = (name: string, url: string) => ({
    [`${name}Url`]: url,
    [`full${name[0].toUpperCase()}${name.slice(1)}Url`]: url,
  });
  return {
    appName: "Tumorlab",
    appNamespace: "lab",
    appVersion: bundle.jupyterlab ?? bundle.version,
    baseUrl: "/",
    wsUrl: "",
    // The browser's cookie opens the server; scripts need not know the token.
    token: "",
    docUrl: "/doc",
    ...api("app", "/lab"),
    ...api("tree", "/lab/tree"),
    ...api("static", staticUrl),
    ...api("workspacesApi", "/lab/api/workspaces"),
    ...api("settings", "/lab/api/settings"),
    ...api("themes", "/lab/api/themes"),
    ...api("translationsApi", "/lab/api/translations"),
    ...api("licenses", "/lab/api/licenses"),
    ...api("listings", "/lab/api/listings"),
    notebookVersion: "[2, 14, 0]",
    ...view,
    terminalsAvailable: "false",
    quitButton: "true",
    exposeAppInBrowser: "false",
    delete_to_trash: "false",
    allow_hidden_files: "false",
    notebookStartsKernel: "true",
    cacheFiles: "false",
    devMode: "false",
    buildAvailable: "false",
    buildCheck: "false",
    disabledExtensions: [],
    federated_extensions: [],
  };
}

/** The page that starts JupyterLab. */
export function formatLabPage(bundle: LabBundle, view: LabView): string {
  const place = (path: string) => escapeHtml(`${staticUrl}/${path}`);
  const json = JSON.stringify(createPageConfig(bundle, view)).replace(/</g, "\\u003c");
  const icon = (kind: string, rel: string, path: string | undefined) =>
    `<link rel="${rel}" class="${kind} favicon" type="image/svg+xml" href="${path === undefined ? "data:," : place(path)}">`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tumorlab</title>
${icon("idle", "icon", bundle.favicon)}
${icon("busy", "", bundle.busyFavicon)}
${bundle.styles.map((path) => `<link rel="stylesheet" href="${place(path)}">`).join("\n")}
<script id="jupyter-config-data" type="application/json">${json}</script>
<script type="module" src="${place(bundle.entry)}"></script>
</head>
<body>
<noscript>Tumorlab's notebooks need JavaScript in the browser.</noscript>
</body>
</html>
`;
}
