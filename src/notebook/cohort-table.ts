import { describeStructure, tumorOrgans } from "../anatomy/organs.js";
import type { TumorOrgan } from "../anatomy/organs.js";
import { ownValue } from "../core/own-value.js";
import type { CohortManifest } from "../data/manifest.js";
import { cohortChecks } from "../data/verify/finding.js";
import type { CheckName } from "../data/verify/finding.js";
import type { CohortReport } from "../data/verify/verify.js";
import type { RealismRow } from "../phantom/realism.js";
import type { Row } from "./data-frame.js";

/** Organs whose tumors a set labels, in the order of the paper's figures; empty for sets of organs alone. */
export function labelledTumors({ structures }: CohortManifest): TumorOrgan[] {
  const found = structures.filter(({ kind }) => kind === "lesion").map(({ organ }) => organ);
  return tumorOrgans.filter((organ) => found.includes(organ));
}

/**
 * What each set's manifest says as rows for `showTable` or `toDataFrame`: scans, tumors, controls, labelled tumors and
 * organs, licence and how it is come by. Numbers that no source gives are `null`.
 */
export function cohortTable(manifests: readonly CohortManifest[]): Row[] {
  return manifests.map((manifest) => ({
    set: manifest.title,
    scans: manifest.counts.scans,
    tumors: manifest.counts.tumors,
    controls: manifest.counts.controls,
    "tumors labelled in": labelledTumors(manifest).join(", ") || "none",
    organs: manifest.structures.filter(({ kind }) => kind === "organ").length,
    licence: manifest.licence.spdx?.replace("LicenseRef-", "") ?? "not known",
    access: manifest.access.kind,
  }));
}

/** What every set calls the tumors of each organ: one row per lesion label whose organ is one of the six. */
export function lesionNameTable(manifests: readonly CohortManifest[]): Row[] {
  return manifests.flatMap(({ title, structures, labels }) =>
    structures.flatMap(({ name, kind, organ }) =>
      kind === "lesion" && tumorOrgans.some((each) => each === organ)
        ? [{ organ, set: title, label: name, value: (labels && ownValue(labels, name)) ?? null }]
        : [],
    ),
  );
}

/** Every check of a cohort, what it asks for, how often it found something, and the first finding: one row per check. */
export function checkTable(report: CohortReport): Row[] {
  const names = Object.keys(cohortChecks) as CheckName[];
  return names.map((check) => {
    const found = report.findings.filter((finding) => finding.check === check);
    return {
      check,
      "asks that": cohortChecks[check],
      found:
        found.length === 0 ? "nothing" : `${found.length} ${found[0].severity}${found.length > 1 ? "s" : ""}`,
      "for example": found[0]?.message.replace(`: ${check}`, "") ?? null,
    };
  });
}

/**
 * Phantoms beside published values: one row per structure and quantity that has some, and those for tumor contrast and noise
 * whether any are known or not. `"verdict"` says whether the phantoms' mean lies inside a published range, near it (no farther than the range is
 * wide) or off.
 */
export function realismTable(rows: readonly RealismRow[]): Row[] {
  return rows
    .filter(({ published, quantity }) => published.length > 0 || alwaysShown.includes(quantity))
    .map((row) => ({
      structure: describeStructure(row.structure).displayName,
      quantity: quantityNames[row.quantity],
      phase: row.phase ?? "any",
      n: row.n,
      phantoms: withSpread(row.phantomMean, row.phantomSpread),
      published: row.published.map(({ low, high }) => `${show(low)} to ${show(high)}`).join("; ") || null,
      verdict: row.verdict,
    }));
}

/**
 * Phantoms beside the real scan, one row per organ that both have: volume, mean HU and its spread over voxels, the HU of the
 * phantoms that were taken in the real scan's phase. A real volume with `"(cut)"` reaches the end of the scan.
 *
 * @param structures names of the organs wanted; default all.
 */
export function realScanTable(rows: readonly RealismRow[], structures?: readonly string[]): Row[] {
  const measured = rows.filter(({ real }) => real !== null);
  const names = [...new Set(measured.map(({ structure }) => structure))].filter(
    (name) => structures?.includes(name) ?? true,
  );
  return names.map((name) => {
    const find = (quantity: RealismRow["quantity"]): RealismRow | undefined =>
      measured.find((row) => row.structure === name && row.quantity === quantity);
    const [volume, mean, spread] = [find("volumeMl"), find("meanHu"), find("spreadHu")];
    return {
      organ: describeStructure(name).displayName,
      "volume (ml), phantoms": volume ? withSpread(volume.phantomMean, volume.phantomSpread) : null,
      "real volume": volume ? `${show(volume.real!)}${volume.realCut ? " (cut)" : ""}` : null,
      "mean ± spread (HU), phantoms": mean ? withSpread(mean.phantomMean, spread?.phantomMean ?? NaN) : null,
      "real HU": mean ? withSpread(mean.real!, spread?.real ?? NaN) : null,
    };
  });
}

/** Where the published values of {@link realismTable} were measured: one line a source. */
export function realismSources(rows: readonly RealismRow[]): string[] {
  const published = rows.flatMap((row) => row.published);
  return [...new Set(published.map(({ source }) => source))].map((source) => {
    const ofSource = published.filter((each) => each.source === source);
    const names = [...new Set(ofSource.map(({ structure }) => describeStructure(structure).displayName))];
    const subjects = ofSource[0].subjects;
    const ranges = [...new Set(ofSource.map(({ range }) => range))].join(", ");
    return `${names.join(", ")}: ${source}${subjects === null ? "" : `; ${subjects} people`} (${ranges})`;
  });
}

const alwaysShown: readonly RealismRow["quantity"][] = ["tumorContrastHu", "noiseHu"];

const quantityNames: Readonly<Record<RealismRow["quantity"], string>> = {
  volumeMl: "volume (ml)",
  meanHu: "mean (HU)",
  spreadHu: "spread over voxels (HU)",
  tumorContrastHu: "tumor minus organ (HU)",
  tumorBorderShare: "tumor's border on its organ (share)",
  noiseHu: "noise (HU)",
  noisePeakPerMm: "noise peak (per mm)",
};

function withSpread(mean: number, spread: number): string {
  return Number.isFinite(spread) ? `${show(mean)} ± ${show(spread)}` : show(mean);
}

function show(value: number): string {
  const digits = Math.abs(value) >= 10 ? 0 : Math.abs(value) >= 1 ? 1 : 2;
  return value.toFixed(digits).replace("-", "\u2212");
}
