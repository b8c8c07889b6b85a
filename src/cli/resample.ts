import { parseDecimal } from "../core/decimal.js";
import { LabError, locateErrors } from "../core/errors.js";
import type { Vec3, Volume } from "../core/types.js";
import { notesOf } from "../formats/notes.js";
import { readVolume } from "../formats/read.js";
import { writeVolume } from "../formats/write.js";
import { looksLikeLabels } from "../volume/looks-like-labels.js";
import { chooseMethod, littleOverlap, resample, resampleOnto, shareOfGrid } from "../volume/resample.js";
import { parseOptions, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { reportWritten, requireOne } from "./one-file.js";
import { forceHelp } from "./output.js";
import { readingHelp, readingOptions, readReading } from "./reading.js";

/** `tumorlab resample` */
export const resampleCommand: Command = {
  name: "resample",
  summary: "another voxel spacing, or the grid of another file",
  usage: `tumorlab resample FILE --out FILE (--spacing-mm X[,Y,Z] | --like FILE) [options]

  --spacing-mm X[,Y,Z]  new spacing, one number for all axes or three
  --like FILE           the grid of this file instead
  --method linear|nearest
                        default linear for scans, nearest for what looks like a label map (a few whole numbers from 0).
                        Linear is refused for a label map
  ${readingHelp()}
  --force               ${forceHelp}
  --json                prints what was written as JSON

The new grid covers the old one. Nothing is written if something is wrong, for example if the grid of --like shares no
point with the image. A warning says so if less than a tenth of that grid is inside the image.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["out", "spacing-mm", "like", "method", ...readingOptions],
      flags: ["json", "force"],
    });
    const asked = options.value("method");
    if (asked !== undefined && asked !== "linear" && asked !== "nearest")
      throw new UsageError(`--method: found ${JSON.stringify(asked)}, expected linear or nearest`);
    const [spacing, like] = [options.value("spacing-mm"), options.value("like")];
    if ((spacing === undefined) === (like === undefined))
      throw new UsageError("give either --spacing-mm or --like");
    const { file, out } = await requireOne(options, [like]);
    const spacingMm = spacing === undefined ? undefined : parseSpacing(spacing);
    const volume = await readVolume(file, readReading(options));
    for (const note of notesOf(volume)) io.err(`${file}: ${note}\n`);
    const isLabels = looksLikeLabels(volume, file);
    const method = locateErrors(
      () => `--method of ${file}`,
      () => chooseMethod(asked, isLabels),
    );
    if (isLabels && asked === undefined) io.err(`${file}: looks like a label map: method nearest\n`);
    const settings = { method, labels: isLabels };
    let overlap: number | undefined;
    let result: Volume;
    if (like === undefined) result = resample(volume, spacingMm!, settings);
    else {
      const grid = await readVolume(like);
      overlap = shareOfGrid(volume, grid);
      if (overlap > 0 && overlap < littleOverlap)
        io.err(
          `warning: only ${(100 * overlap).toPrecision(2)} % of the grid of ${like} lies in ${file}; the rest holds no data\n`,
        );
      result = locateErrors(
        (input) => (input === "like" ? like : input),
        () => resampleOnto(volume, grid, settings),
      );
    }
    await writeVolume(out, result);
    reportWritten(io, options.has("json"), out, result, { method, overlap });
    return 0;
  },
};

function parseSpacing(text: string): Vec3 {
  const parts = text.split(",").map(parseDecimal);
  const [x, y = x, z = x] = parts;
  if (![1, 3].includes(parts.length) || ![x, y, z].every((mm) => Number.isFinite(mm) && mm > 0)) {
    throw new LabError("--spacing-mm", text, "one or three numbers above 0, in mm, such as 1.5 or 0.8,0.8,2");
  }
  return [x, y, z];
}
