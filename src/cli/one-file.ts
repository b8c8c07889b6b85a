import { orientationOf } from "../affine.js";
import type { Volume } from "../types.js";
import { toJson, UsageError } from "./command.js";
import type { CommandIo, ParsedOptions } from "./command.js";

/** The one file a command reads and the one it writes. Throws a UsageError when either is missing. */
export function requireOne(options: ParsedOptions): { file: string; out: string } {
  const [file, ...more] = options.positionals;
  if (file === undefined) throw new UsageError("no file given");
  if (more.length > 0) throw new UsageError(`unexpected ${more[0]}: this command takes one file`);
  const out = options.value("out");
  if (out === undefined) throw new UsageError("--out is missing");
  return { file, out };
}

/** Says what was written: a line, or a JSON object. */
export function reportWritten(
  io: CommandIo,
  json: boolean,
  file: string,
  { shape, spacingMm, affine }: Volume,
): void {
  const orientation = orientationOf(affine);
  if (json) io.out(`${toJson({ file, shape, spacingMm, affine, orientation })}\n`);
  else
    io.out(
      `${file}: ${shape.join(" x ")} voxels of ${spacingMm.map((mm) => Number(mm.toFixed(4))).join(" x ")} mm, ${orientation}\n`,
    );
}
