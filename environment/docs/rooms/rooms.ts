import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A room of `src/`. */
export interface Room {
  name: string;
  /** Place of its floor, 0 the lowest. */
  floor: number;
  /** How many TypeScript files it has. */
  files: number;
  /** Rooms that its files import from, in the order of the floors. */
  imports: string[];
}

/**
 * The rooms of `src/` with what they import, lowest floor first: floors as `oxlint.config.mjs` has them, imports as the files
 * say. A room of the list that is not there is left out.
 *
 * @param root of the project.
 * @throws Error for a room that no floor names.
 */
export async function readRooms(root: string): Promise<Room[]> {
  const config = pathToFileURL(join(root, "oxlint.config.mjs")).href;
  const { floors } = (await import(config)) as { floors: readonly (readonly string[])[] };
  const order = floors.flat();
  const src = join(root, "src");
  const there = readdirSync(src, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !["bin", "dist", "node_modules"].includes(entry.name))
    .map(({ name }) => name);
  const lost = there.find((name) => !order.includes(name));
  if (lost !== undefined) throw new Error(`src/${lost} is on no floor of oxlint.config.mjs.`);
  return floors.flatMap((names, floor) =>
    names
      .filter((name) => there.includes(name))
      .map((name) => {
        const files = listSources(join(src, name));
        const found = new Set(files.flatMap(readImportedRooms));
        const imports = order.filter((other) => other !== name && found.has(other));
        return { name, floor, files: files.length, imports };
      }),
  );
}

function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

/** What stands behind `../` in a file's imports and exports, types among them. */
function readImportedRooms(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/ from "(?:\.\.\/)+([a-z0-9-]+)\//g)].map(
    ([, room]) => room,
  );
}

/**
 * The imports of a room that no other import of it implies: where `a` imports `b` and `c`, and `b` imports `c` (straight or
 * by way of others), `b` alone.
 */
export function reduceImports(rooms: readonly Room[]): Map<string, string[]> {
  const byName = new Map(rooms.map((room) => [room.name, room]));
  const reach = (name: string): Set<string> => {
    const found = new Set<string>();
    for (const other of byName.get(name)?.imports ?? []) {
      found.add(other);
      for (const below of reach(other)) found.add(below);
    }
    return found;
  };
  return new Map(
    rooms.map(({ name, imports }) => [
      name,
      imports.filter((one) => !imports.some((other) => other !== one && reach(other).has(one))),
    ]),
  );
}
