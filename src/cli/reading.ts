import type { ReadingChoice } from "../formats/read.js";
import { type ParsedOptions, UsageError } from "./command.js";

/** Options of every command that reads a scan: which of several to take, and what becomes of slices that are no regular grid. */
export const readingOptions = ["series", "irregular", "volume"] as const;

const help = [
  [
    "--series NAME",
    "which DICOM series or set of structures, by name, number or UID, where",
    "there are several; or by a pattern that fits one in each case, such as",
    '"*venous*|*portal*", whatever the case of the letters',
  ],
  [
    "--irregular WHAT",
    "of DICOM: resample tilted or unevenly spaced slices, also where slices",
    "seem to be missing, or refuse them (default: resample, but refuse where",
    "slices seem to be missing)",
  ],
  ["--volume N", "which volume of a 4D file, from 0"],
] as const;

/**
 * What `--help` says of them, from the first word on.
 *
 * @param column where a command's explanations begin; default 21.
 */
export function readingHelp(column = 21): string {
  const margin = " ".repeat(column);
  return help
    .map(([option, ...lines]) => `${`  ${option}`.padEnd(column)}${lines.join(`\n${margin}`)}`)
    .join("\n")
    .trimStart();
}

/** {@link readingOptions} as readers take them. Throws a UsageError naming the option, the text and what is expected. */
export function readReading(options: ParsedOptions): ReadingChoice {
  const [series, irregular] = [options.value("series"), options.value("irregular")];
  if (irregular !== undefined && irregular !== "resample" && irregular !== "refuse")
    throw new UsageError(`--irregular: found ${JSON.stringify(irregular)}, expected resample or refuse`);
  return {
    ...volumeChoice(options.value("volume")),
    ...(series === undefined ? {} : { series }),
    ...(irregular === undefined ? {} : { irregular }),
  };
}

/** {@link readReading} where an option says anything: records hold what was asked for and nothing else. */
export function readingOf(options: ParsedOptions): { reading?: ReadingChoice } {
  const reading = readReading(options);
  return Object.keys(reading).length > 0 ? { reading } : {};
}

/** `--volume` as the reader takes it. */
function volumeChoice(text: string | undefined): { volume?: number } {
  if (text === undefined) return {};
  if (!/^\d+$/.test(text))
    throw new UsageError(`--volume: found ${JSON.stringify(text)}, expected a whole number from 0`);
  return { volume: Number(text) };
}
