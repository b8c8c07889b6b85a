import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createLocks } from "./contents/locks.js";
import { saveFile } from "./contents/save.js";
import { readJsonFile } from "./frontend/bundle.js";
import { readJson } from "./http/body.js";
import { HttpError } from "./http/errors.js";
import type { Routes } from "./http/router.js";

type Section = Record<string, unknown>;

/**
 * `/api/config/SECTION`, where front ends and extensions keep what they like, as a JSON object each. PUT replaces it,
 * PATCH changes the fields it names: objects are merged, null takes a field away.
 *
 * @param folder where the sections are kept, one file each
 */
export function createConfigRoutes(folder: string): Routes {
  const locked = createLocks();

  function fileOf(section: string): string {
    if (!/^[\w-]{1,100}$/.test(section))
      throw new HttpError(404, `${JSON.stringify(section)} is not the name of a config section.`);
    return join(folder, `${section}.json`);
  }
  async function read(file: string): Promise<Section> {
    const value = await readJsonFile(file);
    return isSection(value) ? value : {};
  }
  async function write(file: string, section: Section): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await saveFile(file, `${JSON.stringify(section, null, 1)}\n`);
  }

  return {
    "GET /api/config/:section": async ({ params }) => ({ json: await read(fileOf(params.section)) }),
    "PUT /api/config/:section": async ({ params, request }) => {
      const file = fileOf(params.section);
      const section = (await readJson(request)) ?? {};
      await locked(file, () => write(file, section));
      return { status: 204 };
    },
    "PATCH /api/config/:section": async ({ params, request }) => {
      const file = fileOf(params.section);
      const changes = (await readJson(request)) ?? {};
      return await locked(file, async () => {
        const section = merge(await read(file), changes);
        await write(file, section);
        return { json: section };
      });
    },
  };
}

function merge(section: Section, changes: Section): Section {
  const merged = new Map(Object.entries(section));
  for (const [name, change] of Object.entries(changes)) {
    const before = merged.get(name);
    if (change === null) merged.delete(name);
    else if (isSection(change)) merged.set(name, merge(isSection(before) ? before : {}, change));
    else merged.set(name, change);
  }
  return Object.fromEntries(merged);
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
