import { cornersApartMm } from "../../core/affine.js";
import type { ScanHeader } from "../../formats/header.js";
import { formsDisagree } from "../../nifti/affine.js";
import { createFinding } from "./finding.js";
import type { CheckName, Finding } from "./finding.js";

/** A header under the name reports use for its file. */
export interface NamedHeader {
  file: string;
  header: ScanHeader;
}

/**
 * Holds the grid of labels against that of their image. Shape is looked at on its own; of orientation, spacing and
 * affine only the first that differs is told, because it makes the ones after it differ too. Spacing may differ by
 * 0.1 %, corners of the grid by a tenth of the shortest spacing.
 */
export function checkGrid(name: string, labels: NamedHeader, image: NamedHeader): Finding[] {
  const [mine, other] = [labels.header, image.header];
  const tell = (check: CheckName, found: string, expected: string, advice: string): Finding =>
    createFinding({ case: name, check, file: labels.file, found, against: image.file, expected }, advice);
  const findings: Finding[] = [];
  if (mine.shape.some((n, axis) => n !== other.shape[axis]))
    findings.push(
      tell("shape", times(mine.shape), times(other.shape), "Resample the labels onto the image's grid"),
    );
  if (mine.orientation !== other.orientation) {
    const advice = "Reorient one of them; if only the header is wrong, mend the header";
    findings.push(tell("orientation", mine.orientation, other.orientation, advice));
  } else if (mine.spacingMm.some((mm, axis) => Math.abs(mm / other.spacingMm[axis] - 1) > 1e-3)) {
    const [found, expected] = [mine.spacingMm, other.spacingMm].map((mm) => `${times(mm)} mm`);
    findings.push(tell("spacing", found, expected, "One of the headers lost its spacing"));
  } else {
    const apartMm = cornerDistanceMm(mine, other);
    if (apartMm > 0.1 * Math.min(...other.spacingMm)) {
      const advice = `The corners lie up to ${round(apartMm)} mm apart: one header is wrong, or they are not of one scan`;
      findings.push(tell("affine", describeAffine(mine.affine), describeAffine(other.affine), advice));
    }
  }
  return findings;
}

/** Looks whether a header says how its grid lies, and says it once where it says it twice. */
export function checkForms(name: string, { file, header }: NamedHeader): Finding[] {
  const { affineFrom, formsApartMm = 0 } = header;
  const base = { case: name, file, against: "rule for files" } as const;
  if (affineFrom === "spacing") {
    const values = { found: "qform and sform code 0", expected: "a header that says how the grid lies" };
    const advice = "Left and right cannot be told: take the orientation from where the file was made";
    return [createFinding({ ...base, check: "no-orientation", ...values }, advice)];
  }
  if (!formsDisagree(header)) return [];
  const found = `corners by qform and sform up to ${round(formsApartMm)} mm apart`;
  const advice = "The sform is taken here, others may take the qform: find out which is right";
  return [
    createFinding({ ...base, check: "forms-disagree", found, expected: "one place for the grid" }, advice),
  ];
}

/** Largest distance between the same corner of the two grids, both taken with the first one's shape. */
function cornerDistanceMm(first: ScanHeader, second: ScanHeader): number {
  return cornersApartMm(first.affine, second.affine, first.shape);
}

function describeAffine(affine: readonly number[]): string {
  const rows = [0, 4, 8].map((row) =>
    affine
      .slice(row, row + 4)
      .map(round)
      .join(" "),
  );
  return `[${rows.join(" | ")}]`;
}

function times(values: readonly number[]): string {
  return values.map(round).join(" x ");
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
