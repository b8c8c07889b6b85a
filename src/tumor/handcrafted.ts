import { requireThat } from "../core/errors.js";
import { createVolume } from "../core/grid.js";
import { throwIfAborted } from "../core/progress.js";
import { gaussianFilter } from "../volume/gaussian.js";
import { drawContrast } from "./contrast.js";
import { finishLesion } from "./finish.js";
import { wallOrgans } from "./place.js";
import { drawShape } from "./shape.js";
import { drawInTissue, type LesionSite } from "./site.js";
import type { LesionPatch, SynthesisRequest, SynthesisOptions, Synthesizer } from "./synthesizer.js";
import { drawTexture } from "./texture.js";
import { drawGrain, measureGrain, pushTissue, smoothOrgan } from "./tissue.js";

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
    const { site, drawn: shape } = drawInTissue(request, {}, drawShape);
    throwIfAborted(request.signal);
    const { hu, parameters } = renderLesion(site, shape.mask, limits);
    const short = shape.voxels < site.voxels;
    const room = site.outer ? `the ${request.organ} and the fat beside it` : `the ${request.organ}`;
    return finishLesion(
      site,
      {
        mask: shape.mask,
        hu,
        clippedShare: shape.clippedShare,
        ...(short ? { capReason: `no more of ${room} is connected with the place` } : {}),
        parameters: { ...shape.parameters, ...parameters },
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

/** HU of the site's block with the lesion in it. */
function renderLesion(
  site: LesionSite,
  mask: Uint8Array,
  options: HandcraftedOptions,
): { hu: Float32Array; parameters: Record<string, string | number> } {
  const { request, shape, spacingMm, center, radiusMm, organ, organHu, outer } = site;
  const draw = site.key.split("look").stream();
  const isWall = wallOrgans.includes(request.organ);
  const contrastKey = site.key.split("contrast");
  const contrast = drawContrast(request.organ, site.phase, contrastKey.stream(), options.contrastHu);
  const edgeMm = options.edgeMm ?? draw.uniformBetween(1, 2);
  const drawnPush = draw.uniformBetween(5, 30);
  const hasCapsule = draw.uniform() < 0.3;
  const drawnRim = draw.uniformBetween(10, 25);
  const massEffectPercent = isWall ? 0 : (options.massEffectPercent ?? drawnPush);
  const capsuleHu = options.capsuleHu ?? (hasCapsule && !isWall ? drawnRim : 0);
  const texture = drawTexture(site.key.split("texture"), 1.3 * radiusMm);
  const share = gaussianFilter(createVolume(mask, shape, { spacingMm }), edgeMm).data;

  // In a hollow organ the lesion takes the place of gas and stool; in a solid one it changes the tissue there.
  const replaces = isWall && options.contrastHu === undefined;
  const hu = site.hu.slice();
  const smooth = replaces ? hu : smoothOrgan(site);
  const pushed = massEffectPercent > 0 ? pushTissue(site, smooth, massEffectPercent) : smooth;
  const drawn = replaces ? drawGrain(site, site.key.split("grain")) : undefined;
  const grainHu = drawn?.sdHu ?? measureGrain(site, smooth);
  const beside = outer ? drawGrain(site, site.key.split("grain")) : undefined;
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
          hu[i] += part * (organHu.mean + contrast.hu * tissue + grain - hu[i]);
        } else if (drawn)
          hu[i] += part * (contrast.hu + wallSpreadHu * (tissue - 1) + drawn.grain[i] - hu[i]);
        else {
          // Beyond what is grain, the residue is edges of vessels and pyramids, which the lesion grew over.
          const edges = residue - Math.max(-2 * grainHu, Math.min(2 * grainHu, residue));
          const pattern = pushed[i] - organHu.mean + edges;
          hu[i] += part * (contrast.hu * tissue - replacedShare * pattern);
        }
        if (capsuleHu !== 0) hu[i] += 4 * part * (1 - part) * capsuleHu;
      }
  return {
    hu,
    parameters: {
      kind: contrast.kind,
      drawnHu: contrast.hu,
      edgeMm,
      massEffectPercent,
      capsuleHu,
      grainHu,
      ...(texture.parameters as Record<string, number>),
    },
  };
}
