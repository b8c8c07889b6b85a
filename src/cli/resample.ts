import { parseDecimal } from "../decimal.js";
import { LabError } from "../errors.js";
import { readVolume } from "../nifti/read.js";
import { writeVolume } from "../nifti/write.js";
import type { Vec3 } from "../types.js";
import { resample, resampleOnto } from "../volume/resample.js";
import type { Interpolation } from "../volume/resample.js";
import { parseOptions, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { reportWritten, requireOne } from "./one-file.js";

/** `tumorlab resample` */
export const resampleCommand: Command = {
  name: "resample",
  summary: "another voxel spacing, or the grid of another file",
  usage: `tumorlab resample FILE --out FILE (--spacing-mm X[,Y,Z] | --like FILE) [options]

  --spacing-mm X[,Y,Z]  new spacing, one number for all axes or three
  --like FILE           the grid of this file instead
  --method linear|nearest
                        default linear; use nearest for label maps
  --volume N            which volume of a 4D file, from 0
  --json                prints what was written as JSON

The new grid covers the old one; nothing is written when something is wrong.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["out", "spacing-mm", "like", "method", "volume"],
      flags: ["json"],
    });
    const { file, out } = requireOne(options);
    const method = options.value("method") ?? "linear";
    if (method !== "linear" && method !== "nearest")
      throw new UsageError(`--method: found ${JSON.stringify(method)}, expected linear or nearest`);
    const [spacing, like] = [options.value("spacing-mm"), options.value("like")];
    if ((spacing === undefined) === (like === undefined))
      throw new UsageError("give either --spacing-mm or --like");
    const spacingMm = spacing === undefined ? undefined : parseSpacing(spacing);
    const volume = await readVolume(file, volumeChoice(options.value("volume")));
    const interpolation: { method: Interpolation } = { method };
    const result =
      like === undefined
        ? resample(volume, spacingMm!, interpolation)
        : resampleOnto(volume, await readVolume(like), interpolation);
    await writeVolume(out, result);
    reportWritten(io, options.has("json"), out, result);
    return 0;
  },
};

/** `--volume` as the reader takes it. */
export function volumeChoice(text: string | undefined): { volume?: number } {
  if (text === undefined) return {};
  if (!/^\d+$/.test(text))
    throw new UsageError(`--volume: found ${JSON.stringify(text)}, expected a whole number from 0`);
  return { volume: Number(text) };
}

function parseSpacing(text: string): Vec3 {
  const parts = text.split(",").map(parseDecimal);
  const [x, y = x, z = x] = parts;
  if (![1, 3].includes(parts.length) || ![x, y, z].every((mm) => Number.isFinite(mm) && mm > 0)) {
    throw new LabError("--spacing-mm", text, "one or three numbers above 0, in mm, such as 1.5 or 0.8,0.8,2");
  }
  return [x, y, z];
}
