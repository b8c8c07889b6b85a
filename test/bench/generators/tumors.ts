import { readdirSync } from "node:fs";
import path from "node:path";
import { createVolume } from "tumorlab/internal/core/grid";
import { createKey } from "tumorlab/internal/core/random";
import type { LabelMap, Vec3, Volume } from "tumorlab/internal/core/types";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import type { PatientLesion } from "tumorlab/internal/realism/lesion-realism";
import { readPreparedCase } from "tumorlab/internal/training/case-bank";
import { prepareTumorScan } from "tumorlab/internal/training/generator/prepare-tumor-scan";
import type { PreparedCase } from "tumorlab/internal/training/prepared-case";
import { measureLesions } from "tumorlab/internal/tumor/find-lesions";
import { applyPatch } from "tumorlab/internal/tumor/insert";
import type { LesionSize, ScanPhase, Synthesizer } from "tumorlab/internal/tumor/synthesizer";

/** The experiment's organ, spacing and grid. */
export const organ = "pancreas";
export const spacingMm: Vec3 = [4, 4, 4];
const shape: Vec3 = [96, 72, 112];
const windowHu = [-175, 250] as const;

/** Patients with a tumor, drawn anew, or those that an experiment has in its folder of scans: read, never written. */
export function openTumorCases(count: number, scans: string | undefined, seed: number): PreparedCase[] {
  const found: PreparedCase[] = [];
  if (scans !== undefined) {
    const files = readdirSync(scans).filter((name) => name.endsWith(".case"));
    for (const file of files.sort()) {
      if (found.length === count) break;
      const { prepared } = readPreparedCase(path.join(scans, file));
      const isTraining = prepared.name.endsWith(`-seed${seed}`) && prepared.spacingMm[0] === spacingMm[0];
      if (isTraining && prepared.voxelsOfClass[1].length >= 8) found.push(prepared);
    }
    return found;
  }
  for (let index = 0; found.length < count; index++) {
    const options = { seed, controlShare: 0, tumorOrgans: [organ], spacingMm, shape } as const;
    const { ct, labels, metadata } = createPhantomCase(index, options);
    if (found.some(({ patient }) => patient === metadata.patientId)) continue;
    const prepared = prepareTumorScan(
      { name: metadata.caseId, patient: metadata.patientId, ct, labels },
      organ,
      {
        spacingMm,
        windowHu,
      },
    );
    if (prepared) found.push(prepared);
  }
  return found;
}

/** Lesions of prepared cases, measured. */
export function lesionsOfCases(cases: readonly PreparedCase[]): PatientLesion[] {
  return cases.flatMap(({ patient, image, labels, ...grid }) => {
    const hu = image.map((value) => windowHu[0] + value * (windowHu[1] - windowHu[0]));
    const options = { spacingMm: grid.spacingMm };
    const ct = createVolume(new Float32Array(hu), grid.shape, options);
    const names = { 1: organ, 2: `${organ}_lesion` };
    const map = { ...createVolume(new Uint8Array(labels), grid.shape, options), names };
    return measureLesions(map, organ, { ct }).map((lesion) => ({ ...lesion, patient }));
  });
}

/** A healthy scan. */
export interface Host {
  ct: Volume;
  labels: LabelMap;
  phase: ScanPhase;
  patient: string;
  name: string;
}

/** Healthy phantoms of other patients. */
export function drawHosts(count: number, seed: number): Host[] {
  const hosts: Host[] = [];
  for (let index = 5000; hosts.length < count; index++) {
    const { ct, labels, metadata } = createPhantomCase(index, { seed, controlShare: 1, spacingMm, shape });
    const { patientId: patient, caseId: name, phase } = metadata;
    if (!hosts.some((host) => host.patient === patient)) hosts.push({ ct, labels, phase, patient, name });
  }
  return hosts;
}

/** A lesion of a generator in each host, of a size drawn from `radiiMm`, measured in the scan clipped as cases are. */
export async function lesionsOfGenerator(
  generator: Synthesizer,
  hosts: readonly Host[],
  radiiMm: readonly number[],
): Promise<PatientLesion[]> {
  const found: PatientLesion[] = [];
  for (const { ct, labels, phase, patient, name } of hosts) {
    const key = createKey(7).split(name);
    const size: LesionSize = { radiusMm: key.split("size").stream().choose(radiiMm) };
    const patch = await generator.synthesize({ ct, labels, organ, phase, size, key: key.split("tumor") });
    const after = applyPatch(ct, labels, patch);
    const data = Float32Array.from(after.ct.data, (hu) => Math.max(windowHu[0], Math.min(windowHu[1], hu)));
    const lesions = measureLesions(after.labels, organ, { ct: { ...after.ct, data } });
    found.push(...lesions.map((lesion) => ({ ...lesion, patient })));
  }
  return found;
}
