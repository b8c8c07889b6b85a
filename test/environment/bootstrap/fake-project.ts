import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";

const bootstrap = path.resolve(__dirname, "../../../../environment/bootstrap");

/** Path of a file of environment/bootstrap. */
export function bootstrapFile(name: string): string {
  return path.join(bootstrap, name);
}

/** Imports a module of environment/bootstrap, which is plain JavaScript. */
export async function importBootstrap(name: string): Promise<any> {
  return import(pathToFileURL(bootstrapFile(name)).href);
}

/** A project of a few empty files, with programs in place of npm and the compiler that do as they are told. */
export interface FakeProject {
  root: string;
  /** What {@link importBootstrap}("project.mjs").locate gives for it. */
  project: any;
  /** Sets what the next `npm ci` does. */
  setNpm(behaviour: NpmBehaviour): void;
  /** How often npm was run. */
  countInstalls(): number;
  write(name: string, text: string): void;
  remove(): void;
}

/** `install` succeeds; `slow` too, after a while; `hang` leaves half an install and waits; the rest fail as npm does. */
export type NpmBehaviour = "install" | "slow" | "hang" | "offline" | "disk-full" | "out-of-step";

const fakeNpm = `
const fs = require("node:fs"), path = require("node:path");
const root = process.cwd();
const behaviour = fs.readFileSync(path.join(root, "npm-behaviour"), "utf8");
fs.appendFileSync(path.join(root, "npm-calls"), process.pid + "\\n");
if (process.argv[2] !== "ci") process.exit(9);
const fail = (...lines) => { for (const line of lines) console.error("npm error " + line); process.exit(1); };
if (behaviour === "offline") fail("code ENOTFOUND", "network request failed, reason: getaddrinfo ENOTFOUND registry");
if (behaviour === "disk-full") fail("code ENOSPC", "nospc ENOSPC: no space left on device, write");
if (behaviour === "out-of-step") fail("code EUSAGE", "npm ci can only install packages when they are in sync");
fs.rmSync(path.join(root, "node_modules"), { recursive: true, force: true });
fs.mkdirSync(path.join(root, "node_modules/typescript/bin"), { recursive: true });
if (behaviour === "hang") setInterval(() => {}, 1000);
else setTimeout(() => {
  fs.writeFileSync(path.join(root, "node_modules/typescript/bin/tsc"), "");
  fs.mkdirSync(path.join(root, "node_modules/typescript-7/bin"), { recursive: true });
  fs.writeFileSync(path.join(root, "node_modules/typescript-7/bin/tsc"), "");
  fs.copyFileSync(path.join(root, "package-lock.json"), path.join(root, "node_modules/.package-lock.json"));
}, behaviour === "slow" ? 1500 : 0);
`;

/** Makes one in a temporary folder, with one package in its lockfile. */
export async function makeFakeProject(): Promise<FakeProject> {
  const root = mkdtempSync(path.join(tmpdir(), "tumorlab-project-"));
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  write("package.json", JSON.stringify({ name: "fake" }));
  write("package-lock.json", makeLockfile("1.0.0"));
  write("npm-cli.js", fakeNpm);
  chmodSync(path.join(root, "npm-cli.js"), 0o755);
  write("npm-behaviour", "install");
  return {
    root,
    project: (await importBootstrap("project.mjs")).locate(root),
    setNpm: (behaviour) => write("npm-behaviour", behaviour),
    countInstalls: () => readLines(path.join(root, "npm-calls")).length,
    write,
    remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A lockfile with one required package of that version and one optional package. */
export function makeLockfile(version: string): string {
  return JSON.stringify({
    packages: {
      "": { name: "fake" },
      "node_modules/typescript": { version },
      "node_modules/only-elsewhere": { version: "2.0.0", optional: true },
    },
  });
}

/** The lines of a file; none when it does not exist. */
export function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
