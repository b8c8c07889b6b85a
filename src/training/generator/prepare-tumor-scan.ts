import { tumorTargets, valuesOfClasses } from "../../anatomy/label-classes.js";
import type { TumorOrgan } from "../../anatomy/organs.js";
import { fillWith } from "../../core/fill-with.js";
import type { LabelMap } from "../../core/types.js";
import { boundingBox, crop } from "../../volume/crop.js";
import { type LabelledScan, prepareCase, type PreparedCase } from "../prepared-case.js";
import { createGeneratorConfig, type GeneratorSettings } from "./generator-config.js";

/** Round the tumors, in mm: more than a generator looks at, and room for a patch to lie. */
const marginMm = 60;

/**
 * What of a scan a generator learns from: the part round its tumors, at the generator's spacing, classes 1 the organ and 2
 * its tumors.
 *
 * @returns `undefined` where it shows no tumor of the organ.
 * @throws LabError for labels that do not name the organ.
 */
export function prepareTumorScan(
  scan: LabelledScan,
  organ: TumorOrgan,
  settings: GeneratorSettings,
): PreparedCase | undefined {
  const { spacingMm, windowHu } = createGeneratorConfig(settings);
  const targets = tumorTargets(organ);
  const { labels } = scan;
  const isTumor = new Uint8Array(65536);
  for (const value of valuesOfClasses(labels.names, targets)[1]) isTumor[value] = 1;
  const tumors = fillWith(new Uint8Array(labels.data.length), labels.data, (value) => isTumor[value]);
  const box = boundingBox({ ...labels, data: tumors }, marginMm);
  if (!box) return undefined;
  const cut = { ...scan, ct: crop(scan.ct, box), labels: crop<LabelMap>(labels, box) };
  return prepareCase(cut, { targets, ignore: [], spacingMm, windowHu });
}
