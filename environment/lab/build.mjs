/**
 * Bundles JupyterLab and Tumorlab's plugins into dist/: `node environment/lab/build.mjs [--force]`.
 * Does nothing when no input has changed. Builds beside dist/ and renames, so that a server running meanwhile, or
 * a build that is stopped, never shows half a front end.
 */
import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { collectSettings, listExtensions } from "./build/extensions.mjs";
import { collectLicences, formatLicences } from "./build/licences.mjs";
import { checkSharedFiles, sharedFiles } from "./build/shared-sources.mjs";
import { createStandaloneConfig } from "./build/standalone.mjs";
import { createViteConfig } from "./build/vite-config.mjs";

const labDir = path.dirname(fileURLToPath(import.meta.url));
const distDir = path.join(labDir, "dist");
const require = createRequire(import.meta.url);

const inputs = ["build.mjs", "build", "src", "public", "settings.json", "package.json"];
const hash = hashInputs([
  ...inputs.map((name) => path.join(labDir, name)),
  ...sharedFiles.map((name) => path.join(labDir, "../../src", name)),
  path.join(labDir, "../../package-lock.json"),
]);
if (!process.argv.includes("--force") && readManifest()?.inputs === hash) {
  console.log("front end: up to date");
} else {
  await buildFrontEnd();
}

async function buildFrontEnd() {
  const started = performance.now();
  removeLeftovers();
  const outDir = `${distDir}.tmp-${process.pid}`;
  try {
    const { build } = await import("vite");
    const extensions = listExtensions(labDir, packageFolder);
    let modules = [];
    await build(createViteConfig({ labDir, outDir, extensions, onModules: (ids) => (modules = ids) }));
    checkSharedFiles(labDir, modules);
    writeSidecars(outDir, extensions, modules);
    const standalone = path.join(outDir, "standalone");
    await build(createStandaloneConfig({ labDir, outDir: standalone, onModules: (ids) => (modules = ids) }));
    const licences = formatLicences(collectLicences(modules));
    fs.writeFileSync(path.join(standalone, "THIRD-PARTY-LICENCES.txt"), licences);
    swapDirectories(outDir, distDir);
  } finally {
    fs.rmSync(outDir, { recursive: true, force: true });
  }
  console.log(`front end: built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** What the server reads: lab.json (see environment/README.md), the settings schemas, the licences. */
function writeSidecars(outDir, extensions, modules) {
  const writeJson = (file, value) => {
    fs.mkdirSync(path.dirname(path.join(outDir, file)), { recursive: true });
    fs.writeFileSync(path.join(outDir, file), `${JSON.stringify(value, null, 1)}\n`);
  };
  const chunks = JSON.parse(fs.readFileSync(path.join(outDir, "manifest.json"), "utf8"));
  const entry = chunks["src/main.ts"];
  const defaults = JSON.parse(fs.readFileSync(path.join(labDir, "settings.json"), "utf8"));
  writeJson("schemas/all.json", collectSettings(extensions, defaults));
  const packages = collectLicences(modules);
  writeJson("licenses.json", { bundles: { Tumorlab: { packages } } });
  fs.writeFileSync(path.join(outDir, "THIRD-PARTY-LICENCES.txt"), formatLicences(packages));
  writeJson("lab.json", {
    version: JSON.parse(fs.readFileSync(path.join(labDir, "package.json"), "utf8")).version,
    jupyterlab: extensions.find(({ name }) => name === "@jupyterlab/application-extension").version,
    entry: entry.file,
    styles: entry.css ?? [],
    settings: "schemas/all.json",
    favicon: "favicon.svg",
    busyFavicon: "favicon-busy.svg",
    licences: "licenses.json",
    inputs: hash,
  });
}

function readManifest() {
  try {
    return JSON.parse(fs.readFileSync(path.join(distDir, "lab.json"), "utf8"));
  } catch {
    return undefined;
  }
}

/** sha256 over the names and bytes of all files below the given paths. */
function hashInputs(paths) {
  const sum = crypto.createHash("sha256");
  const add = (file) => {
    if (fs.statSync(file).isDirectory()) {
      for (const name of fs.readdirSync(file).sort()) add(path.join(file, name));
    } else {
      sum
        .update(`${path.relative(labDir, file)}\0`)
        .update(fs.readFileSync(file))
        .update("\0");
    }
  };
  paths.filter((file) => fs.existsSync(file)).forEach(add);
  return sum.digest("hex");
}

/** Folder of an installed package, also of one whose package.json is not among its exports. */
function packageFolder(name) {
  const folders = require.resolve.paths(name).map((dir) => path.join(dir, name));
  const found = folders.find((dir) => fs.existsSync(path.join(dir, "package.json")));
  if (!found) throw new Error(`${name} is not installed: run npm ci in the repository's root.`);
  return found;
}

function swapDirectories(from, to) {
  const old = `${to}.old-${process.pid}`;
  if (fs.existsSync(to)) fs.renameSync(to, old);
  fs.renameSync(from, to);
  fs.rmSync(old, { recursive: true, force: true });
}

/** Folders of builds that were killed: their process is gone. */
function removeLeftovers() {
  for (const name of fs.readdirSync(labDir)) {
    const pid = Number(/^dist\.(?:tmp|old)-(\d+)$/.exec(name)?.[1]);
    if (pid && !isRunning(pid)) fs.rmSync(path.join(labDir, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
