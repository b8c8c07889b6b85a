import path from "node:path";

/**
 * What the front end takes from the library: the contracts of payloads, how a NIfTI file is read, how a grid is turned, what the levels of a
 * payload mean, and which kernel a notebook is for, so that the page sees what the kernel saw. Written in code as
 * `tumorlab/internal/...` and bundled from the sources, which need not be compiled first.
 *
 * @param {string} labDir folder of the front end's package.json
 */
export function sharedSources(labDir) {
  return { find: /^tumorlab\/internal\/(.*)$/, replacement: `${librarySources(labDir)}/$1.ts` };
}

/** Files of the library that are bundled: the build watches them, and refuses others. */
export const sharedFiles = [
  "contracts/foreign-kernel.ts",
  "contracts/interact-payload.ts",
  "contracts/plotly-payload.ts",
  "contracts/progress-payload.ts",
  "contracts/scan-description.ts",
  "contracts/volume-payload.ts",
  "core/affine.ts",
  "core/compile-schema.ts",
  "core/errors.ts",
  "core/grid.ts",
  "core/json-schema.ts",
  "core/keep-known.ts",
  "core/label-value.ts",
  "core/occupied.ts",
  "core/scan-formats.ts",
  "core/schema-words.ts",
  "core/schema.ts",
  "nifti/affine.ts",
  "nifti/datatype.ts",
  "nifti/exact.ts",
  "nifti/fields.ts",
  "nifti/machine.ts",
  "platform/bytes.ts",
  "plot/plotly-build.ts",
  "viewer/hu-levels.ts",
  "viewer/marks.ts",
  "viewer/structure-style.ts",
  "volume/arrays.ts",
  "volume/judge-intensities.ts",
  "volume/modality.ts",
  "volume/orientation.ts",
  "volume/planes.ts",
  "volume/sample-percentiles.ts",
];

/**
 * @param {string} labDir
 * @param {readonly string[]} modules ids of what was bundled
 * @throws {Error} where a file of the library is among them that {@link sharedFiles} does not name
 */
export function checkSharedFiles(labDir, modules) {
  const folder = `${librarySources(labDir)}/`;
  const taken = modules.filter((id) => id.startsWith(folder)).map((id) => id.slice(folder.length));
  const left = taken.filter((file) => !sharedFiles.includes(file) && !file.startsWith("node_modules/"));
  if (left.length > 0)
    throw new Error(`bundled from src/ without being named in build/shared-sources.mjs: ${left.join(", ")}`);
}

/** The folder `src/` of the library, with `/` between names. */
export function librarySources(labDir) {
  return path.resolve(labDir, "../../src").split(path.sep).join("/");
}
