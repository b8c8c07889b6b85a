import { describeStructure, type TumorOrgan, tumorOrgans } from "../anatomy/organs.js";
import { huOfTissue } from "../phantom/contrast.js";
import { phantomPhases } from "../phantom/patient.js";
import { tumorStatistics } from "../phantom/tumor-plan.js";
import { phantomTumorLook } from "../phantom/tumors.js";
import { lesionKinds } from "../tumor/contrast.js";
import { growthLookRanges } from "../tumor/growth/appearance.js";
import { handcraftedLookRanges } from "../tumor/handcrafted.js";
import { wallOrgans } from "../tumor/place.js";
import { nominalRadiusMm } from "../tumor/size.js";
import { textureRangesMm } from "../tumor/texture.js";

/** How near two choices are: by their numbers where both have some, else by what they do. */
export type LookAgreement = "the same" | "inside the generators' range" | "partly inside" | "different";

/** One property of the phantom's tumors beside that of the generators'. */
export interface TumorLookComparison {
  /** The organ, or `null` for what holds of all. */
  organ: TumorOrgan | null;
  organName: string;
  look: string;
  /** In words and numbers, kinds from the commonest. */
  phantom: string;
  generators: string;
  agreement: LookAgreement;
  /** What each rests on. */
  source: string;
}

const ownChoice = "both this project's choice";

/**
 * Everything that phantom and generators decide about a tumor, side by side: kinds with their shares and HU and sizes, organ
 * by organ, then growth, dead tissue, texture, rim, edge, what happens round it, and how far it leaves its organ. Where the
 * two agree by choice of one hand and not by measurement, a synthetic tumor may be closer to a phantom's than any is to a
 * person's, and a gain measured on phantoms is an upper bound.
 */
export function compareTumorLooks(): TumorLookComparison[] {
  return [...tumorOrgans.flatMap(compareOrgan), ...compareAll()];
}

function compareOrgan(organ: TumorOrgan): TumorLookComparison[] {
  const { kinds, medianMl, logSpread, limitsMl, source } = tumorStatistics[organ];
  const phantom = [...kinds].sort((a, b) => b.share - a.share);
  const generators = [...lesionKinds[organ]].sort((a, b) => b.share - a.share);
  const named = { organ, organName: describeStructure(organ).displayName };
  const sharesOf = (of: readonly { share: number }[]): string =>
    of.map(({ share }) => Math.round(100 * share)).join(" / ");
  const [ours, theirs] = [sharesOf(phantom), sharesOf(generators)];
  const contrasts = phantomPhases.map((phase, at) => {
    const home = wallOrgans.includes(organ) ? 0 : huOfOrgan(organ, at);
    const values = phantom.map(({ hu }) => Math.round(hu[at] - home));
    const ranges = generators.map(({ hu }) => hu[phase]);
    const inside = values.filter((value, k) => ranges[k] && value >= ranges[k][0] && value <= ranges[k][1]);
    return {
      ...named,
      look: `HU ${wallOrgans.includes(organ) ? "of the tumor" : "above the organ"}, ${phase}`,
      phantom: values.join(" / "),
      generators: ranges.map(([low, high]) => `${low} to ${high}`).join(" / "),
      agreement: agreementOf(inside.length, values.length),
      source: ownChoice,
    };
  });
  const radius = (ml: number): string =>
    Math.cbrt((3000 * Math.min(limitsMl[1], Math.max(limitsMl[0], ml))) / (4 * Math.PI)).toFixed(0);
  const [low, high] = [-1.645, 1.645].map((z) => radius(medianMl * Math.exp(z * logSpread)));
  return [
    {
      ...named,
      look: "shares of its kinds, %",
      phantom: ours,
      generators: `${theirs} (${generators.map(({ name }) => name).join(" / ")})`,
      agreement: ours === theirs ? "the same" : "different",
      source: ownChoice,
    },
    ...contrasts,
    {
      ...named,
      look: "radius, mm",
      phantom: `${radius(medianMl)} (90 % from ${low} to ${high})`,
      generators: `as asked: ${Object.values(nominalRadiusMm).join(", ")} by class`,
      agreement: "different",
      source: `phantom: ${source ?? "this project's choice"}; generators: the paper's mix of classes`,
    },
  ];
}

/** HU of an organ of the phantom, as of the table before a patient's own differences; of a kidney halfway between cortex and medulla. */
function huOfOrgan(organ: TumorOrgan, at: number): number {
  const phase = phantomPhases[at];
  if (organ === "kidney") return (huOfTissue("cortex", phase) + huOfTissue("medulla", phase)) / 2;
  return organ === "liver" || organ === "pancreas" || organ === "uterus" ? huOfTissue(organ, phase) : 0;
}

function agreementOf(inside: number, all: number): LookAgreement {
  return inside === all ? "inside the generators' range" : inside > 0 ? "partly inside" : "different";
}

function compareAll(): TumorLookComparison[] {
  const { necroticHu, rimShare, grainMm, grainHu } = phantomTumorLook;
  const { edgeMm, massEffectPercent, capsuleHu, capsuleShare } = handcraftedLookRanges;
  const [coldest, warmest] = growthLookRanges.necroticHu;
  const to = ([low, high]: readonly number[]): string => `${low} to ${high}`;
  const row = (
    look: string,
    phantom: string,
    generators: string,
    agreement: LookAgreement = "different",
    source = ownChoice,
  ): TumorLookComparison => ({
    ...{ organ: null, organName: "all", look, phantom, generators },
    ...{ agreement, source },
  });
  return [
    row(
      "outline",
      "cells that divide and wander (Fisher and Kolmogorov), in the body's own coordinates",
      "handcrafted: a deformed ellipsoid; growth: an automaton that the CT steers",
      "different",
      "phantom: reaction and diffusion; generators: Hu et al. (CVPR 2023), Pixel2Cancer",
    ),
    row(
      "HU of dead tissue",
      `${necroticHu}, where oxygen does not reach`,
      `handcrafted: none; growth: ${to(growthLookRanges.necroticHu)}, by size`,
      necroticHu >= coldest && necroticHu <= warmest ? "inside the generators' range" : "different",
    ),
    row(
      "texture",
      `grains of ${grainMm} mm, standard deviation ${grainHu} HU`,
      `noise blurred by ${to(textureRangesMm.coarse)} and ${to(textureRangesMm.fine)} mm, as a factor of the contrast`,
      "different",
      "phantom: this project's choice; generators: Hu et al. (CVPR 2023)",
    ),
    row(
      "rim",
      `${100 * rimShare} % of what it is above dead tissue more where oxygen is full, arterial and venous`,
      `handcrafted: ${to(capsuleHu)} HU in ${100 * capsuleShare} % of solid organs' lesions; growth: none`,
    ),
    row(
      "edge",
      "as steep as the front of cells, then the scanner's blur",
      `blurred by ${to(edgeMm)} mm (handcrafted) and ${to(growthLookRanges.edgeMm)} mm (growth), on the finished scan`,
    ),
    row(
      "what is round it",
      "the organ swells, but in the liver and where the tumor grows into fat",
      `handcrafted: tissue pushed by ${to(massEffectPercent)} %; growth: nothing`,
    ),
    row(
      "share out of the organ",
      "kidneys as in 51 tumors of Lipke et al. (2007), others none",
      "as asked, else none",
      "different",
      "phantom: J Endourol 21(12):1489-1491; generators: the caller",
    ),
    row(
      "tumors of a patient",
      "livers 1 to 6, kidneys seldom more than 1, others 1",
      "1; growth: with 1 to 4 daughters in one of three",
    ),
  ];
}
