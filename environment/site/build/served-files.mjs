import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);

/** What the site's kernels find below the project's folder, beside what a reader writes. */
const folders = ["data-manifests", "notebooks", "src/viewer/fonts"];
const files = ["src/package.json"];
/** Built code whose state is part of a name on disk or of a record: its bytes give the same name as in the installed lab. */
const listCode = () => {
  const { builtCode } = require("../../../src/dist/platform/locations.js");
  return Object.entries(builtCode).flatMap(([name, place]) =>
    name.endsWith("Code") ? [`src/dist/${place}`] : [],
  );
};

/** Where the project lies within a page's own files. */
export const pageProject = "/tumorlab";

/**
 * The project's files that the site serves, by their paths in a page.
 *
 * @param {string} root the project folder
 * @param {string} filesUrl address of the folder that they are served from, ending in `/`
 * @returns {{ path: string, url: string, size: number }[]}
 */
export function listServedFiles(root, filesUrl) {
  const code = listCode().flatMap((place) =>
    place.endsWith("/")
      ? fs.readdirSync(path.join(root, place)).flatMap((name) => (name.endsWith(".js") ? [place + name] : []))
      : [place],
  );
  const names = [...files, ...code, ...folders.flatMap((folder) => walk(root, folder))].sort();
  return names.map((name) => ({
    path: `${pageProject}/${name}`,
    url: filesUrl + name.split("/").map(encodeURIComponent).join("/"),
    size: fs.statSync(path.join(root, name)).size,
  }));
}

function walk(root, folder) {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    // What editors and kernels leave beside notebooks begins with a dot.
    if (entry.name.startsWith(".")) return [];
    return entry.isDirectory() ? walk(root, name) : [name];
  });
}
