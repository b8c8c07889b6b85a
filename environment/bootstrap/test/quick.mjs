import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildTypeScript } from "../build.mjs";
import { runForeground } from "../foreground.mjs";
import { formatSeconds } from "../say.mjs";
import { SetupError } from "../setup-error.mjs";

/** @typedef {import("../project.mjs").Project} Project */

/**
 * The inner loop: compiles what changed, then runs the fast tests of some rooms of `src/` and of the rooms that import them.
 *
 * @param {Project} project
 * @param {readonly string[]} args rooms, such as `volume`; none: those with changes that are not committed. What begins with
 *   `-` goes to mocha
 * @param {AbortSignal} signal
 * @returns {Promise<number>} 0 when nothing failed
 */
export async function runQuick(project, args, signal) {
  const startedMs = performance.now();
  const names = args.filter((arg) => !arg.startsWith("-"));
  const imports = readImports(project.root);
  const unknown = names.find((name) => !imports.has(name));
  if (unknown !== undefined)
    throw new SetupError(
      `There is no room called ${unknown}. Rooms: ${[...imports.keys()].sort().join(", ")}.`,
    );
  const changed = names.length > 0 ? names : findChangedRooms(project.root);
  if (changed.length === 0) {
    console.log(
      "Nothing in src/ or test/src/ differs from the last commit. Name a room: npm run quick volume",
    );
    return 0;
  }
  const built = await buildTypeScript(project, ["src", "environment", "test"], signal);
  if (!built.ok) {
    console.log(built.output.trimEnd());
    return 1;
  }
  const rooms = findDependents(imports, changed);
  const specs = rooms.flatMap((room) => findFastTests(project.root, room));
  console.log(`Fast tests of ${rooms.join(", ")}; built in ${formatSeconds(performance.now() - startedMs)}.`);
  if (specs.length === 0) return 0;
  const extra = args.filter((arg) => arg.startsWith("-"));
  const mocha = join(project.modules, "mocha", "bin", "mocha.js");
  return runForeground(mocha, ["--reporter", "dot", ...extra, "--spec", ...specs], {
    cwd: project.root,
    signal,
  });
}

/**
 * The rooms of `src/` with the rooms that each imports.
 *
 * @param {string} root
 * @returns {Map<string, Set<string>>}
 */
export function readImports(root) {
  const src = join(root, "src");
  const rooms = readdirSync(src, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["bin", "dist", "node_modules"].includes(entry.name))
    .map(({ name }) => name);
  return new Map(
    rooms.map((room) => {
      const files = readdirSync(join(src, room), { recursive: true, encoding: "utf8" });
      const text = files
        .filter((name) => name.endsWith(".ts") && !name.split(/[\\/]/).includes("assembly"))
        .map((name) => readFileSync(join(src, room, name), "utf8"))
        .join("\n");
      const found = [...text.matchAll(/from "(?:\.\.\/)+([a-z0-9-]+)\//g)].map(([, name]) => name);
      return [room, new Set(found.filter((name) => name !== room && rooms.includes(name)))];
    }),
  );
}

/**
 * Some rooms and all that import them, straight or by way of others, in order of name.
 *
 * @param {ReadonlyMap<string, ReadonlySet<string>>} imports
 * @param {readonly string[]} rooms
 */
export function findDependents(imports, rooms) {
  const found = new Set(rooms);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const [room, others] of imports) if ([...others].some((other) => found.has(other))) found.add(room);
  }
  return [...found].sort();
}

/**
 * Rooms with files that differ from the last commit, tests among them; all rooms where the index does.
 *
 * @param {string} root
 */
function findChangedRooms(root) {
  const list = execFileSync("git", ["status", "--porcelain", "--untracked-files=all", "--no-renames"], {
    cwd: root,
    encoding: "utf8",
  });
  const paths = list.split("\n").map((line) => line.slice(3));
  if (paths.includes("src/index.ts")) return [...readImports(root).keys()];
  const rooms = paths.flatMap((path) => /^(?:test\/)?src\/([a-z0-9-]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(rooms)].filter((room) => existsSync(join(root, "src", room)));
}

/** The compiled fast tests of a room. @param {string} root @param {string} room */
function findFastTests(root, room) {
  const folder = join(root, "test", "src", room);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !/\.(slow|system)\.test\.ts$/.test(name))
    .map((name) => join("test", "dist", "src", room, name.replace(/\.ts$/, ".js")));
}
