import { tumorOrgans } from "tumorlab/internal/anatomy/organs";
import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import type { SizeClass } from "tumorlab/internal/anatomy/size-class";
import { describeLabels } from "tumorlab/internal/anatomy/structures";
import { LabError } from "tumorlab/internal/core/errors";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { openSample } from "tumorlab/internal/data/samples";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { capSize, nominalRadiusMm } from "tumorlab/internal/tumor/size";
import type { LesionPatch, Synthesizer } from "tumorlab/internal/tumor/synthesizer";

/** One cell of the sweep: an organ, a size class and a generator over all scans. */
export interface SweepRow {
  organ: TumorOrgan;
  size: SizeClass;
  method: string;
  /** Lesions made; scans without the organ do not count. */
  lesions: number;
  /** Of them, capped by their organ. */
  capped: number;
  /** Of those, the ones that found no room round their place though the organ is large enough; least share of the cap. */
  cornered: number;
  leastCornered: number;
  /** Voxels of lesions outside the organ, and other voxels whose label or HU changed outside it. */
  outside: number;
  /** Least and most of achieved radius by what was asked for or, where capped, by the cap. */
  leastRatio: number;
  maxRatio: number;
  maxClippedShare: number;
  /** Largest `parameters.otherTissueShare`: what showed no tissue of the organ before. */
  maxOther: number;
  errors: string[];
}

/** Which lesions are swept. */
export interface SweepPart {
  /** Number of the first phantom; the scan that ships comes before number 0. */
  first: number;
  cases: number;
  spacingMm: number;
  methods: readonly Synthesizer[];
}

/** Makes every organ x size class x method in each of `cases` healthy phantoms and in the scan that ships. */
export async function sweep(
  { first, cases, spacingMm, methods }: SweepPart,
  log: (line: string) => void,
): Promise<SweepRow[]> {
  const rows = new Map<string, SweepRow>();
  if (first === 0) visit(rows, methods, "the scan that ships", await openSample("abdomen-ct"), createKey(0));
  for (let index = first; index < first + cases; index++) {
    const phantom = createPhantomCase(index, { seed: 50, controlShare: 1, spacingMm });
    visit(rows, methods, phantom.metadata.caseId, phantom, createKey(1).split(index));
    log(`${index - first + 1} of ${cases} phantoms`);
  }
  return [...rows.values()];
}

type Scan = { ct: Volume; labels: LabelMap };

function visit(
  rows: Map<string, SweepRow>,
  methods: readonly Synthesizer[],
  name: string,
  scan: Scan,
  root: ReturnType<typeof createKey>,
): void {
  const structures = describeLabels(scan.labels.names);
  const used = new Set<number>(scan.labels.data);
  for (const organ of tumorOrgans) {
    const values = new Set(
      structures.flatMap((each) => (each.organ === organ && used.has(each.value) ? [each.value] : [])),
    );
    if (values.size === 0) continue;
    for (const size of Object.keys(nominalRadiusMm) as SizeClass[])
      for (const synthesizer of methods) {
        const method = synthesizer.name;
        const id = `${organ}/${size}/${method}`;
        const row = rows.get(id) ?? createRow(organ, size, method);
        rows.set(id, row);
        try {
          const request = { ...scan, organ, size: { sizeClass: size }, key: root.split(id) };
          judge(row, scan, values, synthesizer.synthesize(request) as LesionPatch);
        } catch (error) {
          if (!(error instanceof LabError)) throw error;
          row.errors.push(`${name}: ${error.message}`);
        }
      }
  }
}

function createRow(organ: TumorOrgan, size: SizeClass, method: string): SweepRow {
  const ratios = { leastRatio: Infinity, maxRatio: 0, maxClippedShare: 0, maxOther: 0 };
  const counts = { lesions: 0, capped: 0, cornered: 0, leastCornered: Infinity, outside: 0 };
  return { organ, size, method, ...counts, ...ratios, errors: [] };
}

function judge(row: SweepRow, { ct, labels }: Scan, organ: Set<number>, patch: LesionPatch): void {
  const { record, mask, box } = patch;
  const [mx, my] = mask.shape;
  const [nx, ny] = labels.shape;
  let voxels = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const x = box.boxMin[0] + (i % mx);
    const y = box.boxMin[1] + (Math.floor(i / mx) % my);
    const z = box.boxMin[2] + Math.floor(i / (mx * my));
    const at = x + nx * (y + ny * z);
    voxels += mask.data[i];
    const wanted = mask.data[i] ? record.lesionLabel.value : labels.data[at];
    const changed = mask.data[i] === 1 || patch.ct.data[i] !== ct.data[at];
    if ((changed && !organ.has(labels.data[at])) || patch.labels.data[i] !== wanted) row.outside++;
  }
  row.lesions++;
  if (voxels === 0) row.errors.push("an empty mask");
  if (record.cap) row.capped++;
  const allowed = capSize(record.organ, record.organVolumeMl, record.requestedRadiusMm).radiusMm;
  if (record.cap && record.cap.radiusMm < 0.999 * allowed) {
    row.cornered++;
    row.leastCornered = Math.min(row.leastCornered, record.achievedRadiusMm / allowed);
  }
  const ratio = record.achievedRadiusMm / (record.cap?.radiusMm ?? record.requestedRadiusMm);
  row.leastRatio = Math.min(row.leastRatio, ratio);
  row.maxRatio = Math.max(row.maxRatio, ratio);
  row.maxClippedShare = Math.max(row.maxClippedShare, record.clippedShare);
  row.maxOther = Math.max(row.maxOther, record.parameters.otherTissueShare as number);
}

/** The sweep as a table with its verdict. */
export function describeSweep(rows: readonly SweepRow[]): string {
  const lines = rows.map((row) =>
    [
      row.organ.padEnd(10),
      row.size.padEnd(7),
      row.method.padEnd(12),
      `${row.lesions} made, ${row.capped} capped`.padEnd(22),
      row.cornered > 0
        ? `${row.cornered} of them by the room round it, from ${row.leastCornered.toFixed(2)}`
        : "",
      `${row.outside} voxels outside`.padEnd(18),
      `radius ${row.leastRatio.toFixed(3)} to ${row.maxRatio.toFixed(3)} of what the organ allows`,
      `clipped at most ${(100 * row.maxClippedShare).toFixed(0)} %`,
      `otherTissueShare at most ${(100 * row.maxOther).toFixed(1)} %`,
      row.errors.length > 0 ? `${row.errors.length} FAILED: ${row.errors[0]}` : "",
    ].join("  "),
  );
  const total = rows.reduce((sum, { lesions }) => sum + lesions, 0);
  const good = rows.every(
    ({ outside, errors, leastRatio, maxRatio }) =>
      outside === 0 && errors.length === 0 && leastRatio >= 0.85 && maxRatio <= 1.15,
  );
  const verdict = good ? "all inside the organ, none empty, every radius within 15 %" : "MISSED: see above";
  return `${lines.join("\n")}\n${total} lesions: ${verdict}`;
}
