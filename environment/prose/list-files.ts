import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** Where prose is: notebooks, pages, and the comments and messages of library and environment. */
const places: { folder: string; files: RegExp }[] = [
  { folder: "notebooks", files: /\.(?:ipynb|md)$/ },
  { folder: "src", files: /\.(?:[cm]?[jt]sx?|md)$/ },
  { folder: "environment", files: /\.(?:[cm]?[jt]sx?|md)$/ },
  { folder: "data-manifests", files: /\.md$/ },
];
/** It holds the very words that it forbids. */
const rules = "environment/prose/rules.ts";
const single = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
/** What is built, installed, or kept by an editor. */
const left = new Set(["dist", "lib", "node_modules", "results", ".ipynb_checkpoints", ".tumorlab"]);

/** The files whose prose is checked, as paths below the project's folder with "/" in them, in order. */
export function listFiles(root: string): string[] {
  const found = places.flatMap(({ folder, files }) =>
    walk(root, folder).filter((file) => files.test(file) && file !== rules),
  );
  return [...single.filter((file) => existsSync(path.join(root, file))), ...found];
}

function walk(root: string, folder: string): string[] {
  if (!existsSync(path.join(root, folder))) return [];
  return readdirSync(path.join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${folder}/${entry.name}`;
      if (!entry.isDirectory()) return [name];
      return left.has(entry.name) ? [] : walk(root, name);
    });
}
