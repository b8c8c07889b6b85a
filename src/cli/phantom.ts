import { mkdir } from "node:fs/promises";
import { type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { LabError } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";
import { findHospital, hospitals } from "../phantom/hospitals.js";
import type { PhantomOptions } from "../phantom/make-case.js";
import { makePhantomCohort } from "../phantom/phantom-cohort.js";
import { describeMachine } from "../platform/machine.js";
import { createBar } from "./bar.js";
import { type Command, parseOptions, toJson, UsageError } from "./command.js";

/** `tumorlab phantom` */
export const phantomCommand: Command = {
  name: "phantom",
  summary: "makes CT scans of phantom abdomens, with and without tumors",
  usage: `tumorlab phantom --cases N --out DIR [options]

  --hospital NAME     ${hospitals.map(({ name }) => name).join(", ")} (default reference)
  --seed S            other seeds are other patients (default 0)
  --spacing-mm X      distance of voxels along all axes (default: the hospital's own)
  --shape AxBxC       voxels around the middle of the belly (default: all from lungs to hips)
  --control-share P   share of patients without a tumor, 0 to 1 (default 0.5)
  --tumor-organs LIST organs tumors may be in, such as liver,kidney (default ${tumorOrgans.join(",")})
  --first I           index of the first case (default 0)
  --workers W         cases made at the same time (default: one per core)
  --force             overwrites a metadata.csv that is not of phantoms
  --json              prints {made, kept, failed} as JSON

Writes DIR/BDMAP_x/{ct,combined_labels}.nii.gz, segmentations/*.nii.gz and phantom.json for each case, in the
layout of AbdomenAtlas, and DIR/metadata.csv for all of them. Case I has the same bytes for every N and W. Complete cases are
kept, so an interrupted run continues where it stopped. A full-size case needs about 2 GB of memory in each worker.
The page tumor-looks of npm run docs says what its tumors and those of synthesize have in common.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: [
        "cases",
        "hospital",
        "seed",
        "spacing-mm",
        "shape",
        "control-share",
        "tumor-organs",
        "first",
        "workers",
        "out",
      ],
      flags: ["json", "force"],
    });
    if (options.positionals.length > 0) throw new UsageError(`unexpected ${options.positionals[0]}`);
    const folder = options.value("out");
    if (folder === undefined) throw new UsageError("--out is missing");
    if (options.value("cases") === undefined) throw new UsageError("--cases is missing");
    const isCount = (count: number): boolean => Number.isInteger(count) && count >= 1;
    const isIndex = (index: number): boolean => Number.isSafeInteger(index) && index >= 0;
    const cases = options.number("cases", 1, isCount, "a whole number from 1");
    const first = options.number("first", 0, isIndex, "a whole number from 0");
    const workers = options.number("workers", describeMachine().cores, isCount, "a whole number from 1");
    const spacing = options.number("spacing-mm", NaN, (mm) => mm >= 0.2 && mm <= 20, "0.2 to 20 mm");
    const shape = parseShape(options.value("shape"));
    const organs = parseOrgans(options.value("tumor-organs"));
    const hospital = findHospital(options.value("hospital") ?? "reference").name;
    const phantoms: PhantomOptions = {
      seed: options.number("seed", 0, isIndex, "a whole number from 0"),
      hospital,
      controlShare: options.number("control-share", 0.5, (share) => share >= 0 && share <= 1, "0 to 1"),
      ...(Number.isNaN(spacing) ? {} : { spacingMm: spacing }),
      ...(shape ? { shape } : {}),
      ...(organs ? { tumorOrgans: organs } : {}),
    };
    await mkdir(folder, { recursive: true }).catch((cause: NodeJS.ErrnoException) => {
      throw new LabError(
        "--out",
        folder,
        "a folder, or a place for one",
        `It cannot be made: ${cause.code}`,
        {
          cause,
        },
      );
    });
    const bar = createBar("phantom", io);
    const { made, kept, failed } = await makePhantomCohort({
      folder,
      phantoms,
      cases,
      first,
      workers,
      overwrite: options.has("force"),
      progress: (update) => bar.update(update),
      signal: io.signal,
    }).finally(() => bar.end());
    if (options.has("json")) io.out(`${toJson({ made, kept, failed })}\n`);
    else io.out(`${folder}: ${made.length} made, ${kept.length} kept, ${failed.length} failed\n`);
    for (const { case: index, reason } of failed) io.err(`case ${index}: ${reason}\n`);
    return failed.length > 0 ? 1 : 0;
  },
};

function parseShape(text: string | undefined): Vec3 | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+)x(\d+)x(\d+)$/.exec(text);
  const shape = match?.slice(1).map(Number);
  if (!shape || shape.some((n) => n < 8 || n > 2048))
    throw new UsageError(
      `--shape: found ${JSON.stringify(text)}, expected three numbers from 8 to 2048 such as 96x96x96`,
    );
  return [shape[0], shape[1], shape[2]];
}

function parseOrgans(text: string | undefined): TumorOrgan[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(",");
  const organs = tumorOrgans.filter((organ) => names.includes(organ));
  if (organs.length !== names.length)
    throw new UsageError(
      `--tumor-organs: found ${JSON.stringify(text)}, expected some of ${tumorOrgans.join(",")}, each once`,
    );
  return organs;
}
