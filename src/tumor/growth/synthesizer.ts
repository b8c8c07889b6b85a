import { requireThat } from "../../core/errors.js";
import { fillWith } from "../../core/fill-with.js";
import { createVolume, withData } from "../../core/grid.js";
import { throwIfAborted } from "../../core/progress.js";
import type { LabelMap, Mask, Volume } from "../../core/types.js";
import { crop } from "../../volume/crop.js";
import { finishLesion, nameRoom } from "../finish.js";
import { wallOrgans } from "../place.js";
import { sampleInTissue, type LesionSite } from "../site.js";
import type { LesionPatch, SynthesisOptions, SynthesisRequest, Synthesizer } from "../synthesizer.js";
import { type GrowthAppearance, openLook, renderGrowth, sampleGrowthAppearance } from "./appearance.js";
import { growLesion } from "./grow.js";
import { type GrowthSeries, lesionAtStep } from "./series.js";

/** Settings of growth, beside those all generators know. */
export interface GrowthOptions extends SynthesisOptions {
  /** About how many steps it takes to grow, 8 to 1000; more steps, finer cells. */
  readonly steps?: number;
  /** How unevenly it grows, 0 to 1; default 0.8. */
  readonly irregularity?: number;
  /** Number of daughter tumors beside it, 0 to 50; default drawn, most have none. */
  readonly satellites?: number;
  /** Share that is dead at the end, 0 to 0.8; default drawn, none in small tumors. */
  readonly necroticShare?: number;
  /** Standard deviation of the blur of the edge in mm, 0 to 5; default drawn from 0.4 to 1. */
  readonly edgeMm?: number;
}

/** A grown tumor with its history. */
export interface GrownTumor {
  /** The tumor at the end, as every generator gives it. */
  patch: LesionPatch;
  /** Its history; `series.box` is that of the patch. */
  series: GrowthSeries;
  site: LesionSite;
  look: GrowthAppearance;
}

/** Depth in mm below the surface of a hollow organ in which tumor grows with ease. */
const wallMm = 5;

/**
 * Tumors that grow cell by cell in the organ's own tissue, after the family of Pixel2Cancer (MICCAI 2024): along the wall
 * of hollow organs, round vessels, with daughters and dead middles; every length in mm.
 */
export const growth: Synthesizer = {
  name: "growth",
  version: "2",
  title: "cellular automaton in the organ's tissue (after Pixel2Cancer, MICCAI 2024)",
  synthesize: (request: SynthesisRequest): LesionPatch => growTumor(request).patch,
};

/**
 * What the generator `"growth"` does, with the whole history of the tumor: hand it to {@link tumorAtStep} to see any step.
 *
 * @throws LabError as every generator does, and for settings out of their range.
 */
export function growTumor(request: SynthesisRequest): GrownTumor {
  const options: GrowthOptions = request.options ?? {};
  const { steps, irregularity, satellites, necroticShare, edgeMm, contrastHu } = options;
  requireThat(edgeMm === undefined || (edgeMm >= 0 && edgeMm <= 5), "edgeMm", edgeMm, "0 to 5 mm");
  requireThat(
    contrastHu === undefined || Math.abs(contrastHu) <= 1000,
    "contrastHu",
    contrastHu,
    "-1000 to 1000 HU",
  );
  const isWall = wallOrgans.includes(request.organ);
  const { site, drawn } = sampleInTissue(request, { reach: isWall ? 3 : 2.2 }, (found) => {
    const grid = { spacingMm: found.spacingMm };
    const series = growLesion({
      ct: createVolume(found.hu, found.shape, grid),
      organ: createVolume(found.organ, found.shape, grid),
      ...(found.outer ? { outer: found.outer } : {}),
      seedVoxel: found.center,
      radiusMm: found.radiusMm,
      key: found.key,
      ...(isWall ? { wallMm } : {}),
      ...(steps === undefined ? {} : { steps }),
      ...(irregularity === undefined ? {} : { irregularity }),
      ...(satellites === undefined ? {} : { satellites }),
      ...(necroticShare === undefined ? {} : { necroticShare }),
    });
    throwIfAborted(request.signal);
    const whole = spreadOut(series, found);
    return { whole, mask: lesionAtStep(whole, whole.steps).data };
  });
  const { whole, mask } = drawn;
  const look = openLook(site, sampleGrowthAppearance(site, { contrastHu, edgeMm }));
  const hu = renderGrowth(site, look, whole.coverage.data, whole.dead.data);
  const short = whole.stopped === "organ" && site.cap === null;
  const patch = finishLesion(
    site,
    {
      mask,
      hu,
      clippedShare: 0,
      ...(short ? { capReason: `the tumor found no more room in ${nameRoom(site)} round its place` } : {}),
      parameters: {
        kind: look.kind,
        drawnHu: look.contrastHu,
        edgeMm: look.edgeMm,
        steps: whole.steps,
        cellMm: whole.cellMm,
        satellites: whole.satellites,
        necroticShare: whole.necroticShare,
        necroticHu: look.necroticHu,
        tissueMedianHu: whole.tissue.medianHu,
        tissueSpreadHu: whole.tissue.spreadHu,
        ...look.texture.parameters,
      },
    },
    growth,
  );
  return { patch, series: whole, site, look };
}

/**
 * The block of a grown tumor as it was after a step, 0 for the healthy scan: CT in HU, labels with the lesion's, mask.
 *
 * @throws LabError for a step the tumor did not take.
 */
export function tumorAtStep(
  { patch, series, site, look }: GrownTumor,
  step: number,
): { ct: Volume; labels: LabelMap; mask: Mask } {
  const mask = withData(patch.ct, lesionAtStep(series, step).data);
  const labels = crop(site.request.labels, site.box);
  const data = patch.labels.data.slice();
  for (let i = 0; i < data.length; i++) if (mask.data[i] === 0) data[i] = labels.data[i];
  const names = patch.labels.names;
  if (step === series.steps) return { ct: patch.ct, labels: { ...labels, data, names }, mask };
  const dead = fillWith(new Float32Array(series.diedStep.data.length), series.diedStep.data, (died) =>
    died > 0 && died <= step ? 1 : 0,
  );
  const hu = renderGrowth(site, look, Float32Array.from(mask.data), dead);
  return { ct: withData(patch.ct, hu), labels: { ...labels, data, names }, mask };
}

/** The series on the whole block of a site: growth itself looks at the part within reach alone. */
function spreadOut(series: GrowthSeries, { box, request }: LesionSite): GrowthSeries {
  const { boxMin } = series.box;
  const block = crop(request.labels, box);
  const [nx, ny] = block.shape;
  const spread = <T extends Uint16Array | Float32Array>({ data, shape }: Volume<T>, wide: T): Volume<T> => {
    for (let z = 0; z < shape[2]; z++)
      for (let y = 0; y < shape[1]; y++) {
        const from = shape[0] * (y + shape[1] * z);
        const to = boxMin[0] + nx * (boxMin[1] + y + ny * (boxMin[2] + z));
        wide.set(data.subarray(from, from + shape[0]), to);
      }
    return withData(block, wide);
  };
  const n = block.data.length;
  return {
    ...series,
    box,
    reachedStep: spread(series.reachedStep, new Uint16Array(n)),
    diedStep: spread(series.diedStep, new Uint16Array(n)),
    coverage: spread(series.coverage, new Float32Array(n)),
    dead: spread(series.dead, new Float32Array(n)),
  };
}
