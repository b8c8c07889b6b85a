import { findLesion, findOrgan } from "../anatomy/organs.js";
import type { Key } from "../core/random.js";
import { attenuationOf, type Attenuation } from "./contrast.js";
import type { PhantomPhase, Patient } from "./patient.js";
import type { Shape } from "./shape.js";
import { createTexture, type Texture } from "./texture.js";
import { createTrunk, type Trunk } from "./trunk.js";

/** One structure as it is painted: later parts of a list lie over earlier ones. */
export interface Part {
  /** Name in the organ table, or a name of its own for what the data set does not label. */
  name: string;
  /** Label value in the layout of AbdomenAtlas 2.0; 0 for unlabelled tissue. */
  labelId: number;
  shape: Shape;
  /** Attenuation in HU at a point `depthMm` inside the surface (0 or more). */
  hu(x: number, y: number, z: number, depthMm: number): number;
  /** Painted only where one of these labels lies; absent for anywhere. */
  onlyOver?: readonly number[];
}

/** What every organ is built from: the patient, the walls of the trunk, tissues and their grain. */
export interface Body {
  patient: Patient;
  trunk: Trunk;
  tissue: Attenuation;
  /** Fine and coarse unevenness of tissue, the same in every scan of the patient. */
  fine: Texture;
  coarse: Texture;
  /** A source of randomness for one organ. */
  keyOf(organ: string): Key;
}

/** The body of a patient as a scan in `phase` would meet it. */
export function createBody(patient: Patient, phase: PhantomPhase): Body {
  const key = patient.key.split("body");
  return {
    patient,
    trunk: createTrunk(patient.fatness, patient.subcutaneousFatMm),
    tissue: attenuationOf(patient, phase),
    fine: createTexture(key.split("fine"), 3.5),
    coarse: createTexture(key.split("coarse"), 13),
    keyOf: (organ) => key.split(organ),
  };
}

/** A part of one tissue whose attenuation varies by `spreadHu` from place to place. */
export function solid(body: Body, name: string, shape: Shape, meanHu: number, spreadHu = 3): Part {
  const { fine, coarse } = body;
  return {
    name,
    labelId: labelOf(name),
    shape,
    hu: (x, y, z) => meanHu + spreadHu * (0.7 * fine(x, y, z) + 0.7 * coarse(x, y, z)),
  };
}

/** Label value of an organ or lesion; 0 where the table has none of that name. */
export function labelOf(name: string): number {
  return (findOrgan(name) ?? findLesion(name))?.labelId ?? 0;
}
