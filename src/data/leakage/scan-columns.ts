import { requireThat } from "../../core/errors.js";

/** What a column of a table of scans may say of a scan. */
export const scanRoles = [
  "scan",
  "shape",
  "spacing",
  "sex",
  "age",
  "phase",
  "site",
  "lesions",
  "split",
] as const;
export type ScanRole = (typeof scanRoles)[number];

/** The column of each role, or the three that hold its numbers, one an axis; absent where the table has none. */
export type ScanColumns = Readonly<Partial<Record<ScanRole, readonly number[]>>>;

/** Names by which columns are known, the first that is there counts; written without blanks, signs and capitals. */
const names: Readonly<Record<ScanRole, readonly string[]>> = {
  scan: [
    ...[
      "scan",
      "scanid",
      "case",
      "caseid",
      "bdmapid",
      "pantsid",
      "imageid",
      "image",
      "filename",
      "file",
      "id",
    ],
    ...["name", "subject", "subjectid"],
  ],
  shape: ["shape", "size", "dim", "dims", "dimensions", "imageshape", "matrix"],
  spacing: ["spacing", "spacingmm", "voxelspacing", "voxelsize", "pixdim", "zooms", "resolution"],
  sex: ["sex", "gender"],
  age: ["age", "patientage", "ageyears"],
  phase: ["phase", "ctphase", "contrastphase"],
  // PanTS: `site` counts hospitals, `site detail` names them.
  site: ["sitedetail", "hospital", "institute", "institution", "center", "centre", "site"],
  lesions: ["numberofpancreaticlesioninstances", "lesions", "numberoflesions", "tumors"],
  split: ["split", "subset", "partition", "set"],
};

/**
 * Finds what each column holds by its name, or as `choice` says: `scan=Subject,shape=nx+ny+nz,spacing=Voxel size`. Three
 * columns joined by `+` are the axes x, y and z.
 *
 * @param table its name, for messages.
 * @throws LabError for a choice that is not of that form, a column that the table does not have, or a table
 *   without columns for scan, shape and spacing.
 */
export function findScanColumns(header: readonly string[], table: string, choice = ""): ScanColumns {
  const found: Partial<Record<ScanRole, readonly number[]>> = {};
  for (const part of choice.split(",").filter((each) => each.trim() !== "")) {
    const [, role, right] = /^\s*([a-z]+)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    const known = scanRoles.find((each) => each === role);
    requireThat(known !== undefined, "columns", part, `WHAT=COLUMN, where WHAT is ${scanRoles.join(", ")}`);
    found[known] = placesOf(header, table, right, known);
  }
  const plain = header.map((column) => column.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, ""));
  const isUsed = (at: number): boolean => Object.values(found).some((places) => places.includes(at));
  for (const role of scanRoles) {
    if (found[role]) continue;
    const at = names[role]
      .map((name) => plain.findIndex((each, k) => each === name && !isUsed(k)))
      .find((place) => place >= 0);
    if (at !== undefined) found[role] = [at];
  }
  for (const role of ["scan", "shape", "spacing"] as const)
    requireThat(
      found[role] !== undefined,
      `${table}, header`,
      header,
      `a column for the ${role}, called ${names[role].slice(0, 5).join(", ")} or alike`,
      `Say which it is with --columns ${role}=COLUMN${role === "scan" ? "" : `, or ${role}=X+Y+Z for three columns`} (columns in code)`,
      "bad-file",
    );
  return found;
}

/** A column of that very name, though it may hold a plus sign; else three columns joined by plus signs. */
function placesOf(header: readonly string[], table: string, text: string, role: ScanRole): number[] {
  const whole = header.indexOf(text);
  if (whole >= 0) return [whole];
  const parts = text.split("+").map((each) => each.trim());
  const isTriple = parts.length === 3 && (role === "shape" || role === "spacing");
  const columns = isTriple ? parts : [text];
  return columns.map((column) => {
    const at = header.indexOf(column);
    requireThat(at >= 0, `${table}, columns`, column, `one of ${header.filter((each) => each).join(", ")}`);
    return at;
  });
}
