import { orientationOf } from "../core/affine.js";
import type { Volume } from "../core/types.js";
import { toJson, UsageError } from "./command.js";
import type { CommandIo, ParsedOptions } from "./command.js";
import { requireFree } from "./output.js";

/**
 * The one file a command reads and the one it writes. Throws a UsageError when either is missing, and as
 * {@link requireFree} for one that may not be overwritten.
 *
 * @param also read besides.
 */
export async function requireOne(
  options: ParsedOptions,
  also: readonly (string | undefined)[] = [],
): Promise<{ file: string; out: string }> {
  const [file, ...more] = options.positionals;
  if (file === undefined) throw new UsageError("no file given");
  if (more.length > 0) throw new UsageError(`unexpected ${more[0]}: this command takes one file`);
  const out = options.value("out");
  if (out === undefined) throw new UsageError("--out is missing");
  await requireFree([out], [file, ...also], options.has("force"));
  return { file, out };
}

/** Says what was written: a line, or a JSON object with more facts. */
export function reportWritten(
  io: CommandIo,
  json: boolean,
  file: string,
  { shape, spacingMm, affine }: Volume,
  facts: Readonly<Record<string, unknown>> = {},
): void {
  const orientation = orientationOf(affine);
  if (json) io.out(`${toJson({ file, shape, spacingMm, affine, orientation, ...facts })}\n`);
  else
    io.out(
      `${file}: ${shape.join(" x ")} voxels of ${spacingMm.map((mm) => Number(mm.toFixed(4))).join(" x ")} mm, ${orientation}\n`,
    );
}
