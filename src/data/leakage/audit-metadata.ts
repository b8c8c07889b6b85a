import { requireThat } from "../../core/errors.js";
import { createKey } from "../../core/random.js";
import { readScanTable } from "./scan-table.js";
import type { ScanFacts, ScanTable, ScanTableOptions } from "./scan-table.js";
import { measureTwinChance } from "./twin-chance.js";
import type { TwinChance } from "./twin-chance.js";
import { countTwins, describeGroup, groupTwins, liesAcross, measureAgreement } from "./twins.js";
import type { TwinAgreement, TwinCounts, TwinGroup } from "./twins.js";

/** How a table is audited. */
export interface MetadataAuditOptions extends ScanTableOptions {
  /** Digits of the spacing in mm that count, after rounding; 0 to 12, default 4. */
  decimals?: number;
  /** Edge of the matrix that a scanner writes: scans below it along x and y were cut, so that their shape tells more. Default 512. */
  matrix?: number;
  /** How often numbers are dealt out anew for what chance gives; 0 to 10,000, default 20. */
  draws?: number;
  /** Seed of the dealing; default 1. */
  seed?: number;
}

/** Twins of all scans, or of those that were cut. */
export interface AuditedScans extends TwinCounts {
  which: "all scans" | "scans cut along x and y";
  agreement: TwinAgreement[];
  /** The same of the groups that lie in more than one part of the set; empty without splits. */
  agreementAcross: TwinAgreement[];
  /** Empty when no draws were asked for, and within each site only where the table has sites. */
  chance: TwinChance[];
}

/** Scans that carry the mark of LiTS's copies of 3D-IRCADb: a spacing of 1 mm on each axis. */
export interface LitsSignature extends TwinCounts {
  /** The same of the scans whose site names IRCAD, and their slice counts; `null` for a table without sites. */
  ofIrcad: (TwinCounts & { slices: number[] }) | null;
}

/** What a table tells of scans that may be in a set twice. */
export interface MetadataAudit {
  table: string;
  columns: ScanTable["columns"];
  decimals: number;
  seed: number;
  withoutGrid: number;
  audited: AuditedScans[];
  signature: LitsSignature;
  /** Every group of all scans. */
  twins: TwinGroup[];
  notes: string[];
  /** What it does and does not show, and what would. */
  meaning: string[];
}

/**
 * Looks for scans that a set may hold twice, from a table alone: the same shape and the same spacing. It counts them within the
 * set and across its parts, beside what chance gives when the numbers are dealt out anew, and how often twins agree in
 * sex, age, phase, site and whether there is a lesion. An inference: no voxel is read.
 *
 * @param table a file with one row per scan: its name, shape, spacing in mm, and what else is known (see `columns`).
 * @throws LabError naming file, row and column for what cannot be read, and for options out of range.
 */
export async function auditMetadata(
  table: string,
  options: MetadataAuditOptions = {},
): Promise<MetadataAudit> {
  const { decimals = 4, matrix = 512, draws = 20, seed = 1, ...reading } = options;
  requireWhole("decimals", decimals, 0, 12);
  requireWhole("matrix", matrix, 1, 65_536);
  requireWhole("draws", draws, 0, 10_000);
  const key = createKey(seed);
  const { columns, scans, withoutGrid, notes } = await readScanTable(table, reading);
  const groups = groupTwins(scans, decimals);
  const cut = scans.filter(({ shape }) => shape[0] < matrix && shape[1] < matrix);
  const audit = (which: AuditedScans["which"], some: readonly ScanFacts[]): AuditedScans => {
    const found = groupTwins(some, decimals);
    const counts = countTwins(some, found);
    const chance = (["the whole table", "each site"] as const)
      .filter((within) => draws > 0 && (within === "the whole table" || columns.site !== undefined))
      .map((within) =>
        measureTwinChance(some, counts.scansInGroups, { within, draws, decimals, key: key.split(which) }),
      );
    const across = found.filter(liesAcross);
    const [agreement, agreementAcross] = [found, across].map((each) => measureAgreement(some, each));
    return { which, ...counts, agreement, agreementAcross, chance };
  };
  return {
    table,
    columns,
    decimals,
    seed,
    withoutGrid,
    audited: [
      audit("all scans", scans),
      ...(cut.length > 0 && cut.length < scans.length ? [audit("scans cut along x and y", cut)] : []),
    ],
    signature: findSignature(scans, decimals, columns.site !== undefined),
    twins: groups.map(describeGroup),
    notes,
    meaning,
  };
}

/** What an audit shows: the same for every table. */
const meaning = [
  "Twins have the same shape and the same spacing. That is no proof of the same patient: two scans of one protocol can agree by chance, and two series of one examination (supine and prone, two phases) agree without being copies.",
  "No twin is no proof either: a copy that was resampled or cut another way has another shape.",
  "What would confirm it: the voxels. `tumorlab cohort verify DIR --out REPORT.json` takes their fingerprints, `tumorlab cohort leaks --train REPORT.json --test REPORT.json` compares them.",
];

function findSignature(scans: readonly ScanFacts[], decimals: number, hasSites: boolean): LitsSignature {
  const count = (some: readonly ScanFacts[]): TwinCounts => countTwins(some, groupTwins(some, decimals));
  const marked = scans.filter(({ spacingMm }) => spacingMm.every((mm) => mm === 1));
  const ofIrcad = marked.filter(({ site }) => /ircad/i.test(site ?? ""));
  const slices = groupTwins(ofIrcad, decimals)
    .map(([{ shape }]) => shape[2])
    .sort((a, b) => a - b);
  return { ...count(marked), ofIrcad: hasSites ? { ...count(ofIrcad), slices } : null };
}

function requireWhole(name: string, value: number, low: number, high: number): void {
  const isWhole = Number.isInteger(value) && value >= low && value <= high;
  requireThat(isWhole, name, value, `a whole number from ${low} to ${high}`);
}
