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
  /** A third set that both share scans with; absent where a manifest names the two themselves. */
  through?: string;
  /** How many scans are in both, where that is known. */
  scans: number | null;
  /** Which of the scans used they are, where that can be told. */
  cases: readonly string[] | null;
  note: string | null;
}

/** What overlaps are looked up in. */
export type OverlapSource = Pick<CohortManifest, "name" | "overlaps">;

/**
 * Looks up whether two sets are known to share scans, in the manifests of both. A set overlaps itself. Where neither
 * names the other but both share scans with a third, that is told too, as a possible overlap through it: the shared
 * scans need not be the same ones.
 *
 * Where the manifest lists the shared cases of a set and the scans used are given, only those count; a scan is a case of
 * the list when the names are equal or end in the same number (`liver_28`, `volume-28`). None used means no overlap.
 */
export function findKnownOverlaps(
  first: NamedSet,
  second: NamedSet,
  manifests: readonly OverlapSource[],
): KnownOverlap[] {
  const sets = [first.name, second.name] as const;
  if (first.name === second.name) return overlapOfItself(first, second, sets);
  const found: KnownOverlap[] = [];
  const direct = overlapsOf(manifests, first.name).filter(({ other }) => other === second.name);
  for (const { owner, scans, cases, note } of direct) {
    const used = (owner === first.name ? first : second).scans;
    const hit = cases && used ? used.filter((scan) => cases.some((each) => isSameCase(scan, each))) : cases;
    if (hit && hit.length === 0) continue;
    found.push({ sets, scans, cases: hit, note });
  }
  if (direct.length > 0) return found;
  const neighbours = new Set(overlapsOf(manifests, second.name).map(({ other }) => other));
  const through = new Set(
    overlapsOf(manifests, first.name)
      .map(({ other }) => other)
      .filter((other) => neighbours.has(other)),
  );
  for (const each of [...through].sort())
    found.push({ sets, through: each, scans: null, cases: null, note: null });
  return found;
}

/** Rows about a set, whichever of the two manifests has them. */
function overlapsOf(
  manifests: readonly OverlapSource[],
  name: string,
): (CohortManifest["overlaps"][number] & { owner: string; other: string })[] {
  return manifests.flatMap((manifest) =>
    manifest.overlaps
      .filter((row) => manifest.name === name || row.with === name)
      .map((row) => ({
        ...row,
        owner: manifest.name,
        other: manifest.name === name ? row.with : manifest.name,
      })),
  );
}

function overlapOfItself(first: NamedSet, second: NamedSet, sets: readonly [string, string]): KnownOverlap[] {
  const cases =
    first.scans && second.scans ? first.scans.filter((scan) => second.scans!.includes(scan)) : null;
  if (cases && cases.length === 0) return [];
  return [{ sets, scans: cases ? cases.length : null, cases, note: "the same set" }];
}

function isSameCase(scan: string, listed: string): boolean {
  const number = (name: string): string | undefined => /(\d+)\D*$/.exec(name)?.[1];
  return scan === listed || (number(scan) !== undefined && Number(number(scan)) === Number(number(listed)));
}
