import { requireThat } from "../core/errors.js";
import { createVolume } from "../core/grid.js";
import { throwIfAborted } from "../core/progress.js";
import { gaussianFilter } from "../volume/gaussian.js";
import { sampleContrast } from "./contrast.js";
import { explainShortShape, finishLesion } from "./finish.js";
import { wallOrgans } from "./place.js";
import { makeShape } from "./shape.js";
import { sampleInTissue, type LesionSite } from "./site.js";
import type { LesionPatch, SynthesisRequest, SynthesisOptions, Synthesizer } from "./synthesizer.js";
import { renderTexture, sampleTexture, type TextureParameters } from "./texture.js";
import { sampleGrain, measureGrain, pushTissue, smoothOrgan } from "./tissue.js";

/** Settings of the hand-crafted generator, beside those all generators know. */
export interface HandcraftedOptions extends SynthesisOptions {
  /** How far tissue round the lesion is pushed outward, in percent, 0 to 60; default drawn from 5 to 30. Solid organs only. */
  readonly massEffectPercent?: number;
  /** HU the rim is above the lesion, -100 to 200; default 10 to 25 in three of ten lesions of solid organs, else 0. */
  readonly capsuleHu?: number;
  /** Standard deviation of the blur of the edge in mm, 0 to 5; default drawn from 1 to 2. */
  readonly edgeMm?: number;
}

/**
 * Lesions by recipe, after the family of Hu et al. (CVPR 2023): a deformed ellipsoid (along the wall in hollow organs),
 * two-scale texture, a blurred edge, HU by organ and phase, mass effect and capsule; every length in mm.
 */
export const handcrafted: Synthesizer = {
  name: "handcrafted",
  version: "2",
  title: "deformed ellipsoid with noise texture (after Hu et al., CVPR 2023)",
  synthesize: (request: SynthesisRequest): LesionPatch => {
    const limits = checkOptions(request.options ?? {});
    const { site, drawn: shape } = sampleInTissue(request, {}, makeShape);
    throwIfAborted(request.signal);
    const look = sampleAppearance(site, limits);
    const { hu, grainHu } = renderLesion(site, shape.mask, look);
    return finishLesion(
      site,
      {
        mask: shape.mask,
        hu,
        clippedShare: shape.clippedShare,
        capReason: explainShortShape(site, shape.voxels),
        parameters: { ...shape.parameters, ...appearanceParameters(look, grainHu) },
      },
      handcrafted,
    );
  },
};

function checkOptions(options: HandcraftedOptions): HandcraftedOptions {
  const check = (
    name: "massEffectPercent" | "capsuleHu" | "edgeMm" | "contrastHu",
    low: number,
    high: number,
  ): void => {
    const value = options[name];
    requireThat(value === undefined || (value >= low && value <= high), name, value, `${low} to ${high}`);
  };
  check("massEffectPercent", 0, 60);
  check("capsuleHu", -100, 200);
  check("edgeMm", 0, 5);
  check("contrastHu", -1000, 1000);
  return options;
}

/** Share of the organ's own pattern (cortex and pyramids, vessels) that the tissue of a lesion takes the place of. */
const replacedShare = 0.85;
/** HU by which tissue of a wall lesion differs where its texture is 0 instead of 1. */
const wallSpreadHu = 25;

/** What is drawn evenly of how a lesion looks: least and greatest, and the share of lesions in solid organs with a capsule. */
export const handcraftedLookRanges = {
  edgeMm: [1, 2],
  massEffectPercent: [5, 30],
  capsuleHu: [10, 25],
  capsuleShare: 0.3,
} as const;

/** What is sampled of how a lesion looks. */
interface HandcraftedAppearance {
  kind: string;
  /** HU as in the table of kinds: a difference, or the lesion's own where it `replaces` what was there. */
  drawnHu: number;
  edgeMm: number;
  massEffectPercent: number;
  capsuleHu: number;
  texture: TextureParameters;
}

/** Samples how the lesion of a site looks; what an option gives takes the place of what would be drawn. */
function sampleAppearance(
  { request, phase, key }: LesionSite,
  options: HandcraftedOptions,
): HandcraftedAppearance {
  const draw = key.split("look").stream();
  const isWall = wallOrgans.includes(request.organ);
  const contrast = sampleContrast(request.organ, phase, key.split("contrast").stream(), options.contrastHu);
  const edgeMm = options.edgeMm ?? draw.uniformBetween(...handcraftedLookRanges.edgeMm);
  const sampledPush = draw.uniformBetween(...handcraftedLookRanges.massEffectPercent);
  const hasCapsule = draw.uniform() < handcraftedLookRanges.capsuleShare;
  const sampledRim = draw.uniformBetween(...handcraftedLookRanges.capsuleHu);
  return {
    kind: contrast.kind,
    drawnHu: contrast.hu,
    edgeMm,
    massEffectPercent: isWall ? 0 : (options.massEffectPercent ?? sampledPush),
    capsuleHu: options.capsuleHu ?? (hasCapsule && !isWall ? sampledRim : 0),
    texture: sampleTexture(key.split("texture")),
  };
}

/** A look as records hold it, with the grain that was measured. */
function appearanceParameters(
  { texture, ...look }: HandcraftedAppearance,
  grainHu: number,
): Record<string, string | number> {
  return { ...look, grainHu, ...texture };
}

/** HU of the site's block with a lesion of that look in it, and the grain of the scan there. */
function renderLesion(
  site: LesionSite,
  mask: Uint8Array,
  look: HandcraftedAppearance,
): { hu: Float32Array; grainHu: number } {
  const { request, shape, spacingMm, center, radiusMm, organ, organHu, outer } = site;
  const { drawnHu, edgeMm, massEffectPercent, capsuleHu } = look;
  const texture = renderTexture(look.texture, site.key.split("texture"), 1.3 * radiusMm);
  const share = gaussianFilter(createVolume(mask, shape, { spacingMm }), edgeMm).data;

  // In a hollow organ the lesion takes the place of gas and stool; in a solid one it changes the tissue there.
  const replaces = wallOrgans.includes(request.organ) && request.options?.contrastHu === undefined;
  const hu = site.hu.slice();
  const smooth = replaces ? hu : smoothOrgan(site);
  const pushed = massEffectPercent > 0 ? pushTissue(site, smooth, massEffectPercent) : smooth;
  const drawn = replaces ? sampleGrain(site, site.key.split("grain")) : undefined;
  const grainHu = drawn?.sdHu ?? measureGrain(site, smooth);
  const beside = outer ? sampleGrain(site, site.key.split("grain")) : undefined;
  const [nx, ny, nz] = shape;
  for (let z = 0, i = 0; z < nz; z++)
    for (let y = 0; y < ny; y++)
      for (let x = 0; x < nx; x++, i++) {
        const isBeside = outer !== undefined && (outer.open[i] === 1 || outer.border[i] === 1);
        if (organ[i] === 0 && !isBeside) continue;
        const residue = hu[i] - smooth[i];
        if (!replaces && !isBeside) hu[i] = pushed[i] + residue;
        const part = share[i];
        if (part < 1e-3) continue;
        const tissue = texture.at(
          (x - center[0]) * spacingMm[0],
          (y - center[1]) * spacingMm[1],
          (z - center[2]) * spacingMm[2],
        );
        if (isBeside && beside) {
          // Beside the organ the lesion takes the place of fat, with its own tissue and the organ's grain.
          const grain = beside.grain[i] * (grainHu / (beside.sdHu || 1));
          hu[i] += part * (organHu.mean + drawnHu * tissue + grain - hu[i]);
        } else if (drawn) hu[i] += part * (drawnHu + wallSpreadHu * (tissue - 1) + drawn.grain[i] - hu[i]);
        else {
          // Beyond what is grain, the residue is edges of vessels and pyramids, which the lesion grew over.
          const edges = residue - Math.max(-2 * grainHu, Math.min(2 * grainHu, residue));
          const pattern = pushed[i] - organHu.mean + edges;
          hu[i] += part * (drawnHu * tissue - replacedShare * pattern);
        }
        if (capsuleHu !== 0) hu[i] += 4 * part * (1 - part) * capsuleHu;
      }
  return { hu, grainHu };
}
