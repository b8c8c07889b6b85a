import { LabError, requireThat } from "../../core/errors.js";
import { findKnownOverlap } from "./known-overlaps.js";
import type { KnownOverlap, OverlapSource } from "./known-overlaps.js";
import { findOverlapChains } from "./overlap-chains.js";
import type { OverlapChain } from "./overlap-chains.js";
import { findSharedScans } from "./shared-scans.js";
import type { FingerprintedSet, SharedScan } from "./shared-scans.js";

/** A claim that a test set is out of the distribution that was trained on. */
export interface OutOfDistributionClaim {
  training: readonly FingerprintedSet[];
  test: FingerprintedSet;
  /** Where known overlaps are looked up, such as all shipped manifests. */
  manifests: readonly OverlapSource[];
  /** Why the claim is made all the same; a reader of the results will see it. */
  acknowledgement?: string;
}

/** Evidence of leakage, and which sources were searched. */
export interface LeakageReport {
  test: string;
  training: string[];
  /** Pairs of scans with the same fingerprint, training first. */
  shared: SharedScan[];
  /** What manifests tell. */
  known: KnownOverlap[];
  /** Overlaps by way of other sets, which cannot be told from manifests and so have to be acknowledged as well. */
  chains: OverlapChain[];
  /** Sets given without scans: only what manifests tell of them was looked up. */
  withoutScans: string[];
  /** The reason given; absent where none was needed. */
  acknowledgement?: string;
}

/** Looks for scans of the test set in the training sets, by fingerprint and in the manifests; stops nothing. */
export function findLeakage(claim: OutOfDistributionClaim): LeakageReport {
  const { training, test, manifests } = claim;
  const named = ({ name, scans }: FingerprintedSet): { name: string; scans?: string[] } =>
    scans.length > 0 ? { name, scans: scans.map(({ scan }) => scan) } : { name };
  return {
    test: test.name,
    training: training.map(({ name }) => name),
    shared: training.flatMap((set) => findSharedScans(set, test)),
    known: training.flatMap((set) => findKnownOverlap(named(set), named(test), manifests) ?? []),
    chains: training.flatMap((set) => findOverlapChains(named(set), named(test), manifests)),
    withoutScans: [...training, test].filter(({ scans }) => scans.length === 0).map(({ name }) => name),
  };
}

/**
 * Lets a claim pass only when no scan of the test set is found in a training set or known to be or possibly in it, be it
 * by a chain of overlaps, or when the leak is acknowledged with a reason, which the report then carries. What fingerprints find and do not find is told at
 * {@link findSharedScans}; to pass proves no more than that.
 *
 * @throws LabError naming every shared pair (the first ten), every known overlap and every chain of them; also for an acknowledgement
 *   without a word in it.
 */
export function requireOutOfDistribution(claim: OutOfDistributionClaim): LeakageReport {
  const { acknowledgement } = claim;
  requireThat(
    acknowledgement === undefined || acknowledgement.trim() !== "",
    "acknowledgement",
    acknowledgement,
    "the reason why the claim is made all the same",
  );
  const report = findLeakage(claim);
  const leaks = describeLeakage(report);
  if (leaks.length === 0) return report;
  if (acknowledgement !== undefined) return { ...report, acknowledgement: acknowledgement.trim() };
  const list = leaks.length > 10 ? [...leaks.slice(0, 10), `and ${leaks.length - 10} more`] : leaks;
  // The error's own list of values is cut at 200 characters; every pair must be named.
  throw new LabError(
    `out-of-distribution claim for ${report.test} against ${report.training.join(", ")}: ${list.join("; ")}`,
    leaks.length,
    "no overlap",
    "Leave those scans out of the training or of the test, or acknowledge the overlap with a reason",
  );
}

/** One line for each leak; empty when there is none. */
export function describeLeakage({ shared, known, chains }: LeakageReport): string[] {
  return [
    ...shared.map(({ first, second, likeness, evidence }) => {
      return `${first.set}/${first.scan} and ${second.set}/${second.scan}: ${likeness} (${evidence})`;
    }),
    ...known.map(
      ({ sets, ...what }) => `${sets[0]} and ${sets[1]} are known to share ${describeScans(what)}`,
    ),
    ...chains.map(({ sets, links }) => {
      const through = sets.slice(1, -1).join(" and ");
      const each = links.map((link) => `${link.sets[0]} and ${link.sets[1]} share ${describeScans(link)}`);
      return `${sets[0]} and ${sets[sets.length - 1]} may share scans by way of ${through}: ${each.join("; ")}`;
    }),
  ];
}

function describeScans({ scans, cases, note }: Omit<KnownOverlap, "sets">): string {
  const some = (cases ?? []).slice(0, 25).join(", ");
  const which = cases ? `: ${some}${cases.length > 25 ? ", ..." : ""}` : "";
  return `${scans ?? "an unknown number of"} scans${which}${note ? ` (${note})` : ""}`;
}
