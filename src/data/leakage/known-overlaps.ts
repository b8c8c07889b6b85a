import type { CohortManifest } from "../manifest.js";

/** A set by the name of its manifest; `scans` narrows it to those used, absent for all of it. */
export interface NamedSet {
  name: string;
  scans?: readonly string[];
}

/** An overlap that manifests tell of. */
export interface KnownOverlap {
  /** The two sets, in the order asked for. */
  sets: readonly [string, string];
  /** How many scans are in both as a whole, where that is known. */
  scans: number | null;
  /** Which scans of the sets they are, where that can be told: of those used, else as the manifests name them. */
  cases: readonly string[] | null;
  note: string | null;
}

/** What overlaps are looked up in. */
export type OverlapSource = Pick<CohortManifest, "name" | "overlaps">;

/**
 * Looks up whether two sets are known to share scans, in the manifests of both. A set overlaps itself.
 *
 * Where a manifest lists the shared cases of a set and the scans used are given, only those count; a scan is a case of
 * the list when the names are equal or end in the same number (`liver_28`, `volume-28`). When none is used there is no
 * overlap (unless some scans' names hold no number and so cannot be told), and the answer is `undefined`, as it is for sets no manifest speaks of.
 */
export function findKnownOverlap(
  first: NamedSet,
  second: NamedSet,
  manifests: readonly OverlapSource[],
): KnownOverlap | undefined {
  const sets = [first.name, second.name] as const;
  if (first.name === second.name) return overlapOfItself(first, second);
  const rows = [
    ...rowsOf(manifests, first.name, second.name).map((row) => ({ ...row, used: first.scans })),
    ...rowsOf(manifests, second.name, first.name).map((row) => ({ ...row, used: second.scans })),
  ];
  if (rows.length === 0) return undefined;
  const cases: string[] = [];
  for (const row of rows) {
    if (!row.cases) continue;
    const listed = row.cases;
    const hit = row.used ? row.used.filter((scan) => listed.some((each) => isSameCase(scan, each))) : listed;
    // Names without any number cannot be told to be other cases.
    const isSure = !row.used || row.used.every((scan) => !Number.isNaN(numberOf(scan)));
    if (hit.length === 0 && isSure) return undefined;
    cases.push(...hit);
  }
  return {
    sets,
    scans: rows.find((row) => row.scans !== null)?.scans ?? null,
    cases: cases.length > 0 ? cases : null,
    note: rows.find(({ note }) => note !== null)?.note ?? null,
  };
}

/** Rows in the manifest of `owner` about `other`. */
export function rowsOf(
  manifests: readonly OverlapSource[],
  owner: string,
  other: string,
): CohortManifest["overlaps"] {
  return manifests
    .filter(({ name }) => name === owner)
    .flatMap(({ overlaps }) => overlaps.filter((row) => row.with === other));
}

function overlapOfItself(first: NamedSet, second: NamedSet): KnownOverlap | undefined {
  const both =
    first.scans && second.scans ? first.scans.filter((scan) => second.scans!.includes(scan)) : null;
  if (both && both.length === 0) return undefined;
  const scans = both ? both.length : null;
  return { sets: [first.name, second.name], scans, cases: both, note: "the same set" };
}

function isSameCase(scan: string, listed: string): boolean {
  return scan === listed || numberOf(scan) === numberOf(listed);
}

/** The last number in a name; NaN where there is none. */
function numberOf(name: string): number {
  return Number(/(\d+)\D*$/.exec(name)?.[1] ?? NaN);
}
