/** Every check, by the name reports use, with what it asks for. */
export const cohortChecks = {
  "missing-image": "every case has its image",
  "missing-label": "every case has its labels",
  "missing-case": "every case that metadata or dataset.json speak of is there",
  unreadable: "every file is a whole NIfTI file",
  dimensions: "every file holds one 3D volume",
  shape: "labels have the shape of their image",
  orientation: "labels lie in the orientation of their image",
  spacing: "labels have the voxel spacing of their image",
  affine: "labels lie where their image lies",
  "not-finite": "images hold finite numbers",
  constant: "images hold more than one number",
  "not-hu": "images are in HU: the numbers are those of a CT",
  padded: "images hold nothing darker than air",
  "not-ct": "images are CT, with one channel",
  "no-orientation": "headers say how their grid lies in the patient",
  "forms-disagree": "qform and sform of a file put it in one place",
  "label-values": "labels are whole numbers",
  "unexpected-label": "labels and masks have a name in the label map",
  "empty-label": "label maps that hold organs are not empty",
  "empty-tumor": "tumors that the metadata speak of are in the labels",
  "unexpected-tumor": "tumors in the labels are in the metadata",
  "tiny-lesion": "lesions have a least number of voxels",
  "lesion-outside-organ": "lesions lie in or at their organ",
  "organ-in-lesion": "organs lie around their lesions, not in them",
  "masks-disagree": "separate masks hold the same voxels as the combined map",
  "mask-values": "separate masks hold one number besides 0",
  "masks-identical": "no two masks of a case hold the same voxels",
  "masks-overlap": "masks of a case overlap only where a part lies in its whole",
  "sides-exchanged": "left structures lie left of their right partners",
  "wrong-side": "organs lie on the side of the body they belong to",
  mirrored: "the body is not mirrored",
  "wrong-tissue": "labels of an organ lie on its tissue, by the image's HU",
  "duplicate-scan": "no scan is there twice",
} as const;

/** Name of a check. */
export type CheckName = keyof typeof cohortChecks;

/** What a check found: an error makes results wrong, a warning wants a look, a note is good to know. */
export type Severity = "error" | "warning" | "note";

const warnings: ReadonlySet<CheckName> = new Set<CheckName>([
  "not-hu",
  "not-ct",
  "no-orientation",
  "forms-disagree",
  "empty-label",
  "unexpected-tumor",
  "tiny-lesion",
  "organ-in-lesion",
  "mask-values",
  "masks-overlap",
  "wrong-side",
  "wrong-tissue",
  "duplicate-scan",
]);

/** One thing that is wrong with a cohort. */
export interface Finding {
  case: string;
  check: CheckName;
  severity: Severity;
  /** The file it was found in, from the cohort's folder. */
  file: string;
  /** The value found there. */
  found: string;
  /** The file, table or rule it was held against. */
  against: string;
  /** The value expected from there. */
  expected: string;
  /** All of it in one line, and what to do where that is known. */
  message: string;
}

/** A finding with its severity and its line. */
export function createFinding(values: Omit<Finding, "severity" | "message">, advice = ""): Finding {
  const { case: name, check, file, found, against, expected } = values;
  const message = `${name}: ${check}: ${file}: ${found}; ${against}: ${expected}${advice && `. ${advice}`}`;
  const severity = check === "padded" ? "note" : warnings.has(check) ? "warning" : "error";
  return { ...values, severity, message };
}
