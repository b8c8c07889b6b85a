import { createVolume } from "../../core/grid.js";
import type { RandomStream } from "../../core/random.js";
import { median } from "../../stats/describe.js";
import { gaussianFilter } from "../../volume/gaussian.js";
import { sampleContrast } from "../contrast.js";
import { wallOrgans } from "../place.js";
import type { LesionSite } from "../site.js";
import { type LesionTexture, renderTexture, sampleTexture, type TextureParameters } from "../texture.js";
import { smoothOrgan } from "../tissue.js";

/** What a grown tumor looks like in CT, drawn once for all steps of its growth. */
export interface GrowthAppearance {
  /** Kind of lesion, such as `"hypo-attenuating"`. */
  kind: string;
  /** HU of living tumor less what it replaces; its own HU where `replaces`. */
  contrastHu: number;
  /** Whether tumor takes the place of what was there, as in hollow organs, where that is gas and stool. */
  replaces: boolean;
  /** HU of dead tumor. */
  necroticHu: number;
  /** Standard deviation of the blur of the edge in mm. */
  edgeMm: number;
  texture: LesionTexture;
  /** Noise of the scan in the organ, in HU, as far as neighbouring voxels do not share it. */
  noiseHu: number;
  /** One number a voxel of the site's block, of standard deviation 1: noise where tumor replaces gas or fat. */
  noise: Float32Array | undefined;
  /** Coarse structure of the organ in the block, less its median, in HU: vessels and fat that tumor takes the place of. */
  structure: Float32Array;
}

/** Structure of the organ wider than this belongs to what tumor replaces; finer is noise, and stays. */
const structureMm = 4;
/** Share of vessels and fat that is gone where tumor is. */
const replacedShare = 0.7;
/** HU by which tissue of a wall tumor differs where its texture is 0 instead of 1. */
const wallSpreadHu = 25;

/** What is drawn evenly of a look: least and greatest. */
export const growthLookRanges = { edgeMm: [0.4, 1], necroticHu: [12, 26] } as const;

/** What is sampled of a look; the rest of it is measured in the scan or noise. */
export type GrowthAppearanceParameters = Pick<
  GrowthAppearance,
  "kind" | "contrastHu" | "necroticHu" | "edgeMm"
> & {
  texture: TextureParameters;
};

/** Samples how a tumor of a site looks. */
export function sampleGrowthAppearance(
  { request, phase, key }: LesionSite,
  { contrastHu, edgeMm }: { contrastHu?: number; edgeMm?: number },
): GrowthAppearanceParameters {
  const draw = key.split("look").stream();
  const contrast = sampleContrast(request.organ, phase, key.split("contrast").stream(), contrastHu);
  // Drawn also where it is given, so that what follows stays what it is.
  const sampledEdge = draw.uniformBetween(...growthLookRanges.edgeMm);
  return {
    kind: contrast.kind,
    contrastHu: contrast.hu,
    necroticHu: draw.uniformBetween(...growthLookRanges.necroticHu),
    edgeMm: edgeMm ?? sampledEdge,
    texture: sampleTexture(key.split("texture")),
  };
}

/** Makes ready for rendering a look in its site: texture, noise, and what is measured in the scan. */
export function openLook(site: LesionSite, sampled: GrowthAppearanceParameters): GrowthAppearance {
  const { request, shape, spacingMm, hu, organ, outer } = site;
  const replaces = wallOrgans.includes(request.organ) && request.options?.contrastHu === undefined;
  const grid = { spacingMm };
  // Fat beside the organ is no structure of it where a tumor goes on into that fat.
  const smooth = outer
    ? smoothOrgan(site, structureMm)
    : gaussianFilter(createVolume(hu, shape, grid), structureMm).data;
  const inside = smooth.filter((_, i) => organ[i] === 1);
  const middle = inside.length > 0 ? median(inside) : 0;
  return {
    ...sampled,
    replaces,
    texture: renderTexture(sampled.texture, site.key.split("texture"), 1.5 * site.radiusMm),
    noiseHu: measureSiteNoise(site),
    noise: replaces || outer ? drawNoise(hu.length, site.key.split("noise").stream()) : undefined,
    structure: smooth.map((value) => value - middle),
  };
}

/**
 * HU of a site's block with tumor in it.
 *
 * @param share how much of each voxel is tumor, 0 to 1, and how much of that is dead.
 */
export function renderGrowth(
  site: LesionSite,
  look: GrowthAppearance,
  share: Float32Array,
  dead: Float32Array,
): Float32Array {
  const { shape, spacingMm, center, organ, organHu, outer } = site;
  const { contrastHu, replaces, necroticHu, texture, noise, noiseHu, structure } = look;
  const hu = site.hu.slice();
  const part = gaussianFilter(createVolume(share, shape, { spacingMm }), look.edgeMm).data;
  const livingHu = replaces ? contrastHu : organHu.mean + contrastHu;
  const [nx, ny, nz] = shape;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const isBeside = outer !== undefined && (outer.open[i] === 1 || outer.border[i] === 1);
        if (part[i] < 1e-3 || (organ[i] === 0 && !isBeside)) continue;
        const tissue = texture.at(
          (x - center[0]) * spacingMm[0],
          (y - center[1]) * spacingMm[1],
          (z - center[2]) * spacingMm[2],
        );
        const dying = dead[i] * Math.min(0, necroticHu - livingHu);
        const grain = noise ? noiseHu * noise[i] : 0;
        if (isBeside) hu[i] += part[i] * (organHu.mean + contrastHu * tissue + grain + dying - hu[i]);
        else if (replaces)
          hu[i] += part[i] * (contrastHu + wallSpreadHu * (tissue - 1) + grain + dying - hu[i]);
        else hu[i] += part[i] * (contrastHu * tissue + dying - replacedShare * structure[i]);
      }
  return hu;
}

/**
 * Noise in the organ: from differences of neighbours along x, of which the median of the absolute ones is taken, so that
 * edges do not count.
 */
function measureSiteNoise({ hu, organ, shape: [nx] }: LesionSite): number {
  const steps: number[] = [];
  for (let i = 0; i + 1 < hu.length; i++) {
    if ((i + 1) % nx === 0 || organ[i] === 0 || organ[i + 1] === 0) continue;
    if (hu[i] > -100 && hu[i + 1] > -100) steps.push(Math.abs(hu[i + 1] - hu[i]));
  }
  // The median of absolute values is 0.6745 standard deviations, and a difference has the noise of two voxels.
  return steps.length > 0 ? Math.min(40, median(steps) / 0.6745 / Math.SQRT2) : 0;
}

function drawNoise(length: number, draw: RandomStream): Float32Array {
  const noise = new Float32Array(length);
  for (let i = 0; i < length; i++) noise[i] = draw.normal();
  return noise;
}
