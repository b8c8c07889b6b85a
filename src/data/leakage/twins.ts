import type { ScanFacts } from "./scan-table.js";

/** Scans whose shape and spacing are the same. By these alone they may be one scan, one patient, or chance. */
export interface TwinGroup {
  scans: string[];
  shape: readonly [number, number, number];
  spacingMm: readonly [number, number, number];
  /** The parts of the set that they lie in; empty where the table has no splits. */
  splits: string[];
}

/** How many scans of a part of the set have a twin in another part. */
export interface SplitTwins {
  split: string;
  scans: number;
  withTwinElsewhere: number;
}

/** How often the scans of a group say the same of something. */
export interface TwinAgreement {
  fact: "sex" | "age" | "sex and age" | "phase" | "site" | "lesion";
  /** Groups in which all scans say something. */
  known: number;
  /** Of them, those in which all say the same. */
  agree: number;
  /** Of them, how many would agree if scans were paired at random; expectation from the shares of the values. */
  byChance: number;
}

/** What was counted of a set of scans. */
export interface TwinCounts {
  scans: number;
  groups: number;
  scansInGroups: number;
  /** Scans of the largest group; 0 without groups. */
  largest: number;
  /** Groups that lie in more than one part of the set; `null` without splits. */
  acrossSplits: number | null;
  bySplit: SplitTwins[];
}

/**
 * Finds groups of two or more scans that share shape and spacing, in the order of their first scans.
 *
 * @param decimals digits of the spacing in mm that count, after rounding: tables write 0.6640625 as 0.664063.
 */
export function groupTwins(scans: readonly ScanFacts[], decimals: number): ScanFacts[][] {
  const groups = new Map<string, ScanFacts[]>();
  for (const scan of scans) {
    const key = `${scan.shape.join(" ")} ${spellSpacing(scan, decimals)}`;
    const group = groups.get(key);
    if (group) group.push(scan);
    else groups.set(key, [scan]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

/** The spacing in mm, rounded to so many decimals, by which scans are told apart. */
export function spellSpacing({ spacingMm }: ScanFacts, decimals: number): string {
  return spacingMm.map((mm) => mm.toFixed(decimals)).join(" ");
}

/** A group as it is told of: by names, without what is known of the persons. */
export function describeGroup(group: readonly ScanFacts[]): TwinGroup {
  const [{ shape, spacingMm }] = group;
  return { scans: group.map(({ scan }) => scan), shape, spacingMm, splits: splitsOf(group) };
}

/** Whether a group lies in more than one part of the set. */
export function liesAcross(group: readonly ScanFacts[]): boolean {
  return splitsOf(group).length > 1;
}

/** Counts groups, the scans in them, and those that lie in more than one part of the set. */
export function countTwins(scans: readonly ScanFacts[], groups: readonly ScanFacts[][]): TwinCounts {
  const sizes = groups.map((group) => group.length);
  const splits = splitsOf(scans);
  const across = groups.filter(liesAcross);
  return {
    scans: scans.length,
    groups: groups.length,
    scansInGroups: sizes.reduce((sum, size) => sum + size, 0),
    largest: Math.max(0, ...sizes),
    acrossSplits: splits.length > 0 ? across.length : null,
    bySplit: splits.map((split) => ({
      split,
      scans: scans.filter((scan) => scan.split === split).length,
      withTwinElsewhere: across.flat().filter((scan) => scan.split === split).length,
    })),
  };
}

/** How often groups agree, fact by fact; facts that no group has are left out. */
export function measureAgreement(
  scans: readonly ScanFacts[],
  groups: readonly ScanFacts[][],
): TwinAgreement[] {
  const { sex, age } = facts;
  const both = (scan: ScanFacts): string | undefined =>
    sex(scan) === undefined || age(scan) === undefined ? undefined : `${sex(scan)} ${age(scan)}`;
  const rows = { sex, age, "sex and age": both, phase: facts.phase, site: facts.site, lesion: facts.lesion };
  return Object.entries(rows).flatMap(([fact, valueOf]) => {
    const known = groups.filter((group) => group.every((scan) => valueOf(scan) !== undefined));
    if (known.length === 0) return [];
    const shares = sharesOf(scans.flatMap((scan) => valueOf(scan) ?? []));
    const expected = (size: number): number => shares.reduce((sum, share) => sum + share ** size, 0);
    return [
      {
        fact: fact as TwinAgreement["fact"],
        known: known.length,
        agree: known.filter((group) => new Set(group.map(valueOf)).size === 1).length,
        byChance: known.reduce((sum, group) => sum + expected(group.length), 0),
      },
    ];
  });
}

const facts = {
  sex: ({ sex }: ScanFacts) => sex,
  age: ({ age }: ScanFacts) => age,
  phase: ({ phase }: ScanFacts) => phase,
  site: ({ site }: ScanFacts) => site,
  lesion: ({ hasLesion }: ScanFacts) => (hasLesion === undefined ? undefined : String(hasLesion)),
};

function splitsOf(scans: readonly ScanFacts[]): string[] {
  return [...new Set(scans.flatMap(({ split }) => split ?? []))].sort();
}

function sharesOf(values: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()].map((count) => count / values.length);
}
