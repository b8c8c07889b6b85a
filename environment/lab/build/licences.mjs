import fs from "node:fs";
import path from "node:path";

/**
 * The packages that ended up in the bundle, from the modules Vite read.
 *
 * @param {Iterable<string>} moduleIds absolute paths of bundled modules (other ids are passed over)
 * @returns {{ name: string, versionInfo: string, licenseId: string, extractedText: string }[]} sorted by name, in
 *   the shape JupyterLab's licence viewer reads
 */
export function collectLicences(moduleIds) {
  const packages = new Map();
  for (const id of moduleIds) {
    const dir = packageDir(id.split("?")[0].replace(/^\0/, ""));
    if (dir && !packages.has(dir)) packages.set(dir, describePackage(dir));
  }
  return [...packages.values()].sort((a, b) => (a.name + a.versionInfo < b.name + b.versionInfo ? -1 : 1));
}

/** The licences as one text file for people. */
export function formatLicences(packages, what = "Tumorlab's front end contains") {
  const head = `${what} these ${packages.length} packages.\n`;
  const parts = packages.map(({ name, versionInfo, licenseId, extractedText }) => {
    const title = `${name} ${versionInfo} (${licenseId})`;
    return `\n${"=".repeat(title.length)}\n${title}\n${"=".repeat(title.length)}\n\n${extractedText.trim()}\n`;
  });
  return head + parts.join("");
}

function packageDir(file) {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file.split(path.sep).join("/"));
  return match?.[1];
}

function describePackage(dir) {
  const { name, version, license, author } = JSON.parse(
    fs.readFileSync(path.join(dir, "package.json"), "utf8"),
  );
  const files = fs.readdirSync(dir).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files
    .filter((file) => fs.statSync(path.join(dir, file)).isFile())
    .map((file) => fs.readFileSync(path.join(dir, file), "utf8"));
  const by = typeof author === "string" ? author : author?.name;
  return {
    name,
    versionInfo: version,
    licenseId: typeof license === "string" ? license : (license?.type ?? "see text"),
    extractedText:
      texts.join("\n") ||
      `The package states its licence (${license ?? "none given"}) in package.json alone${by ? `, author ${by}` : ""}.`,
  };
}
