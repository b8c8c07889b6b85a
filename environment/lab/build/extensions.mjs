import fs from "node:fs";
import path from "node:path";

/**
 * JupyterLab's own extensions, found from the dependencies in package.json: that list is the only one, so an
 * extension added there is bundled, styled and has its settings schema served.
 */

/** Bundled for their CSS alone: our themes build on theirs, and their plugins would ask the server for it. */
const cssOnly = new Set(["@jupyterlab/theme-light-extension", "@jupyterlab/theme-dark-extension"]);

/**
 * @param {string} labDir folder of the front end's package.json
 * @param {(specifier: string) => string} resolvePackage folder of an installed package
 * @returns {{ name: string, version: string, dir: string, jupyterlab: Record<string, unknown>, styleModule?: string }[]}
 */
export function listExtensions(labDir, resolvePackage) {
  const { dependencies } = readJson(path.join(labDir, "package.json"));
  return Object.keys(dependencies)
    .filter((name) => name.startsWith("@jupyterlab/"))
    .map((name) => {
      const dir = resolvePackage(name);
      const { version, jupyterlab = {}, styleModule } = readJson(path.join(dir, "package.json"));
      return { name, version, dir, jupyterlab, styleModule };
    })
    .filter(({ jupyterlab }) => jupyterlab.extension || jupyterlab.mimeExtension);
}

/** The source of the virtual module that imports every extension: `plugins`, `mimeExtensions` and their styles. */
export function writeExtensionsModule(extensions) {
  const lines = [];
  const names = { extension: [], mimeExtension: [] };
  for (const [index, { name, jupyterlab, styleModule }] of extensions.entries()) {
    if (cssOnly.has(name)) continue;
    if (styleModule) lines.push(`import ${JSON.stringify(`${name}/${styleModule}`)};`);
    for (const kind of ["extension", "mimeExtension"]) {
      if (!jupyterlab[kind]) continue;
      const from = typeof jupyterlab[kind] === "string" ? `${name}/${jupyterlab[kind]}` : name;
      lines.push(`import ${kind}${index} from ${JSON.stringify(from)};`);
      names[kind].push(`${kind}${index}`);
    }
  }
  lines.push(`export const plugins = [${names.extension.join(", ")}].flat();`);
  lines.push(`export const mimeExtensions = [${names.mimeExtension.join(", ")}].flat();`);
  return lines.join("\n");
}

/**
 * Every settings schema of the extensions, sorted by id, with our defaults put over theirs.
 *
 * @param {Record<string, Record<string, unknown>>} defaults our defaults: plugin id -> setting -> value
 * @returns {{ id: string, version: string, schema: object }[]}
 */
export function collectSettings(extensions, defaults) {
  const settings = [];
  for (const { name, version, dir, jupyterlab } of extensions) {
    if (!jupyterlab.schemaDir || cssOnly.has(name)) continue;
    const schemaDir = path.join(dir, jupyterlab.schemaDir);
    for (const file of fs.readdirSync(schemaDir).filter((f) => f.endsWith(".json"))) {
      const id = `${name}:${path.basename(file, ".json")}`;
      settings.push({ id, version, schema: readJson(path.join(schemaDir, file)) });
    }
  }
  for (const [id, values] of Object.entries(defaults)) {
    const found = settings.find((entry) => entry.id === id);
    if (!found) throw new Error(`settings.json: no settings schema has the id ${JSON.stringify(id)}.`);
    for (const [key, value] of Object.entries(values)) {
      const property = found.schema.properties?.[key];
      if (!property) throw new Error(`settings.json: ${id} has no setting ${JSON.stringify(key)}.`);
      property.default = value;
    }
  }
  return settings.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, "utf8"));
}
