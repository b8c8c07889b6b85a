import { findOrgan } from "../anatomy/organs.js";
import { measurePhase, type ScanPhase } from "../anatomy/phase.js";
import type { HuWindow } from "../contracts/volume-payload.js";
import { rescaleValue } from "../core/grid.js";
import type { LabelMap, Mask, Volume } from "../core/types.js";
import { samplePercentiles, type SampledValues } from "../volume/sample-percentiles.js";
import { findWindow, huWindows, windowRange } from "../volume/window.js";

/** Windows that are measured in numbers that are no HU, by the share of the voxels that each end leaves out. */
const measuredShares: Readonly<Record<string, number>> = {
  Measured: 0.01,
  "Measured without ends": 0.05,
  "All values": 0,
};

/** By how much the liver of the preset's own phase, plain, is brighter than the middle of its window. */
const aboveCenterHu = 16;
/** Where the liver's window lies in a phase that other organs told; `plain` is the preset itself. */
const liverCentersHu: Readonly<Record<ScanPhase, number>> = { plain: 30, arterial: 50, venous: 90 };
/** Voxels of the liver looked at, evenly spread. */
const samples = 100_000;

/**
 * The window a scan is drawn in: a window of your own as it is, and of a preset's name what fits this scan. The liver's
 * follows the liver: its middle lies 16 HU below the liver's median, to tens, so that a liver with contrast agent is as grey
 * as one without; where no liver is labelled, it follows the phase that other organs tell. Numbers that are no HU, as those
 * of an MRI or PET, get a window from their 1st to their 99th percentile: DICOM says what a scan is, else its numbers tell (see
 * `judgeIntensities`).
 *
 * @param labels on the same grid; without them the liver's window is the preset.
 * @param asked default `"Soft tissue"`.
 * @throws LabError for a name that no preset has.
 */
export function fitWindow(
  volume: Volume,
  labels?: LabelMap | Mask,
  asked: string | HuWindow = huWindows[0],
): HuWindow {
  const preset = typeof asked === "string" ? findWindow(asked) : asked;
  return huWindows.includes(preset) ? fitPreset(preset, volume, labels, samplePercentiles(volume)) : preset;
}

function fitPreset(
  preset: HuWindow,
  volume: Volume,
  labels: LabelMap | Mask | undefined,
  sampled: SampledValues,
): HuWindow {
  if (!sampled.isCt) return measureWindows(sampled)[0] ?? preset;
  if (preset.name !== "Liver" || !labels || !("names" in labels)) return preset;
  return { ...preset, centerHu: findLiverCenter(volume, labels) ?? preset.centerHu };
}

/** The windows a viewer offers for a scan, the one asked for first: the presets as {@link fitWindow} fits them. */
export function fitWindows(volume: Volume, labels?: LabelMap | Mask, asked?: string): HuWindow[] {
  const first = fitWindow(volume, labels, asked);
  const sampled = samplePercentiles(volume);
  if (isMeasuredWindow(first)) return measureWindows(sampled);
  const others = huWindows.filter(({ name }) => name !== first.name);
  return [first, ...others.map((preset) => fitPreset(preset, volume, labels, sampled))];
}

/** Whether a window was measured in numbers that are no HU. */
export function isMeasuredWindow({ name }: Pick<HuWindow, "name">): boolean {
  return Object.hasOwn(measuredShares, name);
}

/** The name and the range of a window in words, such as `"Liver window, -45 to 105 HU"`. */
export function describeWindow(window: HuWindow, write: (value: number) => string = String): string {
  const [low, high] = windowRange(window).map(write);
  return `${window.name} window, ${low} to ${high}${isMeasuredWindow(window) ? " (no HU)" : " HU"}`;
}

/** Windows of the percentiles of numbers that are no HU; none where all are one number, or none is a number. */
function measureWindows({ at }: SampledValues): HuWindow[] {
  const round = (value: number): number => Number(value.toPrecision(3));
  return Object.entries(measuredShares).flatMap(([name, share]) => {
    const [low, high] = [at(share), at(1 - share)];
    if (high <= low) return [];
    const [from, to] = round(high) > round(low) ? [round(low), round(high)] : [low, high];
    return [{ name, centerHu: (from + to) / 2, widthHu: to - from }];
  });
}

function findLiverCenter(ct: Volume, labels: LabelMap): number | undefined {
  const median = medianOfLiver(ct, labels);
  if (median !== undefined) return 10 * Math.round((median - aboveCenterHu) / 10);
  const { phase } = measurePhase(ct, labels);
  return phase && liverCentersHu[phase];
}

/** Of few voxels of the liver, as a crop may hold, nothing is told. */
const fewest = 50;

function medianOfLiver(ct: Volume, labels: LabelMap): number | undefined {
  const isLiver = new Uint8Array(65536);
  for (const [value, name] of Object.entries(labels.names))
    if (findOrgan(name)?.name === "liver") isLiver[Number(value)] = 1;
  const values: number[] = [];
  const step = Math.max(1, Math.floor(labels.data.length / (20 * samples)));
  for (let i = 0; i < labels.data.length; i += step)
    if (isLiver[labels.data[i]] === 1) values.push(ct.data[i]);
  if (values.length < fewest) return undefined;
  const rising = Float64Array.from(values).sort();
  return rescaleValue(rising[Math.floor(rising.length / 2)], ct.rescale);
}
