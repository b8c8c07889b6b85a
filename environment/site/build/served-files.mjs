import fs from "node:fs";
import path from "node:path";

/** What the site's kernels find below the project's folder, beside what a reader writes. */
const folders = ["data-manifests", "notebooks", "src/viewer/fonts"];
const files = ["src/package.json"];

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
  const names = [...files, ...folders.flatMap((folder) => walk(root, folder))].sort();
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
