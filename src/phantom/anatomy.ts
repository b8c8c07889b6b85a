import { createBody, type Part } from "./body.js";
import { buildBreastbone, buildPelvicBones, buildRibs, buildSpine } from "./bones.js";
import { buildColon, buildSmallBowel } from "./bowel.js";
import { buildChest, createDiaphragm } from "./chest.js";
import { buildLiver } from "./liver.js";
import { buildDuodenum, buildPancreas } from "./pancreas.js";
import type { PhantomPhase, Patient } from "./patient.js";
import { buildPelvicOrgans } from "./pelvis.js";
import { buildAdrenals, buildKidneys, buildSpleen } from "./spleen-kidneys.js";
import { buildStomach } from "./stomach.js";
import type { Trunk } from "./trunk.js";
import { buildVessels } from "./vessels.js";
import { buildInnerMuscles, buildWall } from "./wall.js";

/** A body without tumors, in its own coordinates: mm from the second lumbar vertebra, before size, pose and warp. */
export interface Anatomy {
  /** What is painted, in order: each part over those before it, so that no two organs overlap. */
  parts: readonly Part[];
  trunk: Trunk;
}

/**
 * Builds a patient's body in one phase of contrast. The order of the list is the priority where organs meet: loops of
 * bowel give way to solid organs, those to vessels.
 */
export function buildAnatomy(patient: Patient, phase: PhantomPhase): Anatomy {
  const body = createBody(patient, phase);
  const diaphragm = createDiaphragm(body);
  const parts = [
    ...buildWall(body),
    ...buildInnerMuscles(body),
    ...buildRibs(body),
    ...buildBreastbone(body),
    ...buildPelvicBones(body),
    ...buildChest(body, diaphragm),
    ...buildSmallBowel(body),
    ...buildColon(body),
    ...buildStomach(body, diaphragm),
    ...buildDuodenum(body),
    ...buildLiver(body, diaphragm),
    ...buildSpleen(body, diaphragm),
    ...buildKidneys(body),
    ...buildAdrenals(body),
    ...buildPancreas(body),
    ...buildPelvicOrgans(body),
    ...buildSpine(body),
    ...buildVessels(body),
  ];
  return { parts, trunk: body.trunk };
}
