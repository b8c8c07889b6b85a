import { LabError, requireThat } from "../core/errors.js";
import type { Vec3 } from "../core/types.js";
import { itemsOf, numbersOf, parseDicom, textOf, wordsOf } from "./parse.js";

/** A closed contour of a structure. */
export interface Contour {
  /** Corners in LPS mm. */
  points: Vec3[];
  /** UIDs of the images that it was drawn on, where it says so. */
  imageUids: string[];
}

/** A DICOM RTSTRUCT: structures as contours. */
export interface StructureSet {
  /** UIDs of the series that it was drawn on. */
  seriesUids: string[];
  /** UIDs of the frames of reference of its structures. */
  frameOfReferenceUids: string[];
  structures: { value: number; name: string; contours: Contour[] }[];
  notes: string[];
}

/**
 * Reads the structures of a DICOM RTSTRUCT with their contours. Points and open lines have no inside and are left out, which
 * is noted.
 *
 * @throws LabError naming the file for one without structures, or contours that are damaged.
 */
export function openStructureSet(bytes: Uint8Array, file: string): StructureSet {
  const data = parseDicom(bytes, file);
  const regions = itemsOf(data, "x30060020");
  const input = `${file} structures (3006,0020)`;
  requireThat(regions.length > 0, input, "no structure", "one or more", "", "bad-file");
  const numbers = regions.map((item) => numbersOf(item, "x30060022", 1, file)?.[0] ?? NaN);
  requireThat(
    new Set(numbers).size === numbers.length,
    input,
    `the numbers ${numbers.join(", ")}`,
    "each number once",
    "",
    "bad-file",
  );
  const areValues = numbers.every((each) => Number.isInteger(each) && each >= 1 && each <= 65535);
  const notes: string[] = [];
  if (!areValues) notes.push("the numbers of its structures cannot be label values: they are counted from 1");
  const skipped = new Map<string, number>();
  const drawn = itemsOf(data, "x30060039");
  const structures = regions.map((item, k) => {
    const own = drawn.filter((each) => numbersOf(each, "x30060084", 1, file)?.[0] === numbers[k]);
    const name = wordsOf(item, "x30060026") ?? `structure ${numbers[k]}`;
    const contours = own.flatMap((each) =>
      itemsOf(each, "x30060040").flatMap((contour) => {
        const type = textOf(contour, "x30060042") ?? "";
        if (!/^CLOSED_?PLANAR(_XOR)?$/.test(type)) {
          skipped.set(type, (skipped.get(type) ?? 0) + 1);
          return [];
        }
        const imageUids = itemsOf(contour, "x30060016").flatMap((image) => textOf(image, "x00081155") ?? []);
        return [{ points: readPoints(contour, `${file} ${JSON.stringify(name)}`), imageUids }];
      }),
    );
    return { value: areValues ? numbers[k] : k + 1, name, contours };
  });
  for (const [type, count] of skipped)
    notes.push(`${count} contours of type ${type || "unknown"} are left out: they have no inside`);
  const seriesUids = itemsOf(data, "x30060010").flatMap((frame) =>
    itemsOf(frame, "x30060012").flatMap((study) =>
      itemsOf(study, "x30060014").flatMap((series) => textOf(series, "x0020000e") ?? []),
    ),
  );
  const frameOfReferenceUids = regions.flatMap((item) => textOf(item, "x30060024") ?? []);
  return { seriesUids, frameOfReferenceUids, structures, notes };
}

function readPoints(contour: Parameters<typeof textOf>[0], input: string): Vec3[] {
  const text = textOf(contour, "x30060050") ?? "";
  const count = text === "" ? 0 : text.split("\\").length;
  const told = numbersOf(contour, "x30060046", 1, input)?.[0];
  const isWhole = count % 3 === 0 && count > 0 && (told === undefined || told === count / 3);
  if (!isWhole)
    throw new LabError(
      `${input} contour (3006,0050)`,
      `${count} numbers for ${told ?? "unknown"} points`,
      "three numbers a point",
      "The file is damaged",
      { kind: "bad-file" },
    );
  const numbers = numbersOf(contour, "x30060050", count, input)!;
  return Array.from({ length: count / 3 }, (_, k): Vec3 => {
    const [x, y, z] = numbers.slice(3 * k, 3 * k + 3);
    return [x, y, z];
  });
}
