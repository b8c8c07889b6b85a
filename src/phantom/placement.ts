import type { Vec3 } from "../core/types.js";
import type { Patient } from "./patient.js";
import { type Box, expandBox } from "./shape.js";
import { createWarp, type Warp } from "./texture.js";

/**
 * How a body's own coordinates lie in the patient's: size, pose on the couch and the warp that makes bodies differ. Body
 * coordinates are those organs are drawn in; patient coordinates are RAS+ mm, the world of the scan.
 */
export interface Placement {
  /**
   * For points along x of the patient, given by their places in mm: a function that writes their body coordinates to
   * `into` for a row at (y, z), three numbers a point.
   */
  rowToBody(places: Float64Array): (y: number, z: number, into: Float64Array) => void;
  /** A box in patient coordinates that holds what lies in `box` in body coordinates. */
  toPatientBox(box: Box): Box;
  /** Volume in the patient of one unit of volume in the body, leaving out the warp, which keeps volume on average. */
  volumeScale: number;
}

/** The placement of a patient. */
export function createPlacement(patient: Patient): Placement {
  const warp: Warp = createWarp(patient.key.split("warp"), 1);
  const [sx, sy, sz] = patient.scale;
  const [turn, tilt] = patient.poseRad;
  const [st, ct, sl, cl] = [Math.sin(turn), Math.cos(turn), Math.sin(tilt), Math.cos(tilt)];
  return {
    volumeScale: sx * sy * sz,
    rowToBody(places) {
      const addShifts = warp.alongX(places);
      return (y, z, into) => {
        const [v, w] = [y / sy, z / sz];
        for (let i = 0, at = 0; i < places.length; i++, at += 3) {
          const u = places[i] / sx;
          const a = ct * u + st * v;
          into[at] = cl * a + sl * w;
          into[at + 1] = ct * v - st * u;
          into[at + 2] = cl * w - sl * a;
        }
        addShifts(y, z, into);
      };
    },
    toPatientBox({ min, max }) {
      const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((corner): Vec3 => {
        const pick = (axis: number): number => ((corner >> axis) & 1 ? max[axis] : min[axis]);
        const [a, w] = [cl * pick(0) - sl * pick(2), cl * pick(2) + sl * pick(0)];
        return [(ct * a - st * pick(1)) * sx, (ct * pick(1) + st * a) * sy, w * sz];
      });
      const reach = (pick: (...values: number[]) => number): Vec3 => [
        pick(...corners.map(([x]) => x)),
        pick(...corners.map(([, y]) => y)),
        pick(...corners.map(([, , z]) => z)),
      ];
      return expandBox({ min: reach(Math.min), max: reach(Math.max) }, warp.reachMm * Math.max(sx, sy, sz));
    },
  };
}
