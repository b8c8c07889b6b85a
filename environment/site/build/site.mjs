import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { collectLicences, formatLicences } from "../../lab/build/licences.mjs";
import { bundleScript } from "./bundle.mjs";
import { listStandIns } from "./kernel.mjs";
import { bundleScripts } from "./scripts.mjs";
import { listServedFiles, pageProject } from "./served-files.mjs";

const require = createRequire(import.meta.url);

/**
 * Builds the site: a folder that any web server can serve, below whatever path. The project and its front end are built
 * before. What is there already stays until the new site is whole.
 *
 * @param {{ root: string, outDir: string, base?: string, packages?: readonly string[] }} options `base`: where it will
 *   lie on its host; `packages`: those that are made, all where absent
 * @returns {Promise<{ files: number, bytes: number }>} what it holds
 */
export async function buildSite({ root, outDir, base, packages }) {
  const made = `${outDir}.tmp-${process.pid}`;
  try {
    const modules = [];
    const onModules = (ids) => modules.push(...ids);
    await bundleScripts({ root, outDir: path.join(made, "scripts"), packages, onModules });
    const entry = path.join(root, "environment", "site", "page", "main.ts");
    const define = { "process.platform": '"browser"' };
    const standIns = listStandIns(root);
    await bundleScript({ root, entry, outDir: made, name: "site", standIns, define, onModules });
    copyFrontEnd(root, made);
    copyServedFiles(root, made);
    writePage(root, made);
    fs.writeFileSync(
      path.join(made, "THIRD-PARTY-LICENCES.txt"),
      formatLicences(collectLicences(new Set(modules)), "The scripts of this site contain"),
    );
    if (base !== undefined) writeNotFoundPage(made, base);
    await writeOffline(root, made);
    const names = walk(made);
    const bytes = names.reduce((sum, name) => sum + fs.statSync(path.join(made, name)).size, 0);
    fs.rmSync(outDir, { recursive: true, force: true });
    fs.mkdirSync(path.dirname(outDir), { recursive: true });
    fs.renameSync(made, outDir);
    return { files: names.length, bytes };
  } finally {
    fs.rmSync(made, { recursive: true, force: true });
  }
}

/** The front end as it is built for the lab, without the viewer for single pages. */
function copyFrontEnd(root, outDir) {
  const from = path.join(root, "environment", "lab", "dist");
  const filter = (file) => path.relative(from, file).split(path.sep)[0] !== "standalone";
  fs.cpSync(from, path.join(outDir, "lab"), { recursive: true, filter });
}

function copyServedFiles(root, outDir) {
  const files = listServedFiles(root, "");
  for (const { path: place } of files) {
    const name = place.slice(pageProject.length + 1);
    fs.cpSync(path.join(root, name), path.join(outDir, "served", name));
  }
  const { version } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  const listed = files.map(({ path: place, size }) => [place, size]);
  fs.writeFileSync(path.join(outDir, "files.json"), JSON.stringify({ version, files: listed }));
}

/** The page that starts the front end, with the script in front of it that answers what the front end asks. */
function writePage(root, outDir) {
  const { createPageConfig } = require("../../dist/server/frontend/lab-page.js");
  const bundle = JSON.parse(
    fs.readFileSync(path.join(root, "environment", "lab", "dist", "lab.json"), "utf8"),
  );
  const view = { mode: "multiple-document", workspace: "default", treePath: "", preferredPath: "notebooks" };
  const config = { ...createPageConfig(bundle, view), quitButton: "false" };
  const json = JSON.stringify(config).replace(/</g, "\\u003c");
  const icon = (kind, rel, file) =>
    `<link rel="${rel}" class="${kind} favicon" type="image/svg+xml" href="${file === undefined ? "data:," : `lab/${file}`}">`;
  fs.writeFileSync(
    path.join(outDir, "index.html"),
    `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="connect-src 'self' blob: data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tumorlab</title>
${icon("idle", "icon", bundle.favicon)}
${icon("busy", "", bundle.busyFavicon)}
${bundle.styles.map((file) => `<link rel="stylesheet" href="lab/${file}">`).join("\n")}
<script id="jupyter-config-data" type="application/json">${json}</script>
<script id="tumorlab-lessons" type="application/json">${JSON.stringify(listLessons(root))}</script>
<script src="site.js"></script>
<script type="module" src="lab/${bundle.entry}"></script>
</head>
<body>
<noscript>Tumorlab's notebooks need JavaScript in the browser.</noscript>
</body>
</html>
`,
  );
}

/** The numbered notebooks, which links name by their numbers. */
function listLessons(root) {
  const names = fs.readdirSync(path.join(root, "notebooks")).filter((name) => /^\d+-.*\.ipynb$/.test(name));
  return names.sort().map((name) => `notebooks/${name}`);
}

/** What hosts show for an address that is no file: it leads to the page that JupyterLab's own addresses mean. */
function writeNotFoundPage(outDir, base) {
  const code = `const at = location.pathname.slice(${JSON.stringify(base)}.length);
const found = /^lab(?:\\/tree\\/(.*))?$/.exec(at);
location.replace(${JSON.stringify(base)} + (found?.[1] ? "?path=" + found[1] : ""));`;
  fs.writeFileSync(path.join(outDir, "not-found.js"), code);
  fs.writeFileSync(
    path.join(outDir, "404.html"),
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Tumorlab</title><script src="${base}not-found.js"></script></html>\n`,
  );
}

/** The service worker, and the list of what it keeps: all but maps of code, which only tracebacks need. */
async function writeOffline(root, outDir) {
  const names = walk(outDir).filter((name) => !/\.map$|^(404\.html|not-found\.js)$/.test(name));
  const hash = crypto.createHash("sha256");
  for (const name of names) hash.update(name).update(fs.readFileSync(path.join(outDir, name)));
  await bundleScript({
    root,
    entry: path.join(root, "environment", "site", "offline", "worker.ts"),
    outDir,
    name: "offline",
    define: { SITE_VERSION: JSON.stringify(hash.digest("hex").slice(0, 16)) },
  });
  fs.writeFileSync(path.join(outDir, "offline.json"), JSON.stringify(names));
}

/** Files below a folder, in order, with `/` between the parts of their names. */
function walk(folder, below = "") {
  const entries = fs.readdirSync(path.join(folder, below), { withFileTypes: true });
  return entries
    .flatMap((entry) => {
      const name = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? walk(folder, name) : [name];
    })
    .sort();
}
