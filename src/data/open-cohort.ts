import { LabError, requireThat } from "../core/errors.js";
import { readJson } from "../core/files.js";
import { compileJsonSchema } from "../core/json-schema.js";
import type { JsonSchemaCheck } from "../core/json-schema.js";
import { listShipped } from "../platform/files.js";
import { locateManifests } from "../platform/locations.js";
import { basename, join } from "../platform/paths.js";
import { checkManifest } from "./manifest.js";
import type { CohortManifest } from "./manifest.js";

const shippedFolder = locateManifests("cohorts");
const schemaFile = "cohort.schema.json";
const form = "a readable JSON file";

let checkSchema: Promise<JsonSchemaCheck> | undefined;

/** Names of the data sets whose manifests come with the project, sorted. */
export function listCohorts(): string[] {
  return listShipped(shippedFolder)
    .filter((file) => file.endsWith(".json") && file !== schemaFile)
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/**
 * Opens the manifest of a data set by the name of a shipped one, such as `"msd-liver"`, or from a path that ends in
 * `.json`. It is checked against the published schema and for what a schema cannot say (see {@link checkManifest}).
 *
 * @throws LabError that lists the names there are, or names the file, the place in it, what is there and what should be.
 */
export async function openCohort(nameOrPath: string): Promise<CohortManifest> {
  const isPath = nameOrPath.endsWith(".json");
  const names = listCohorts();
  requireThat(
    isPath || names.includes(nameOrPath),
    "data set",
    nameOrPath,
    `one of ${names.join(", ")}, or a path that ends in .json`,
  );
  const path = isPath ? nameOrPath : join(shippedFolder, `${nameOrPath}.json`);
  const document = await readJson(path, form);
  checkSchema ??= readJson(join(shippedFolder, schemaFile), form).then(compileJsonSchema);
  const [fault] = (await checkSchema)(document);
  if (fault) throw new LabError(`${path}, ${fault.where || "/"}`, fault.found, fault.expected);
  const manifest = document as CohortManifest;
  const [conflict] = checkManifest(manifest);
  if (conflict) throw new LabError(`${path}, ${conflict.where}`, conflict.found, conflict.expected);
  requireThat(
    basename(path) === `${manifest.name}.json`,
    `${path}, /name`,
    manifest.name,
    "the name of its file",
  );
  return manifest;
}

/** All shipped manifests, in the order of {@link listCohorts}. */
export async function openAllCohorts(): Promise<CohortManifest[]> {
  return Promise.all(listCohorts().map((name) => openCohort(name)));
}
