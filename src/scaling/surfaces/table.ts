import type { SurfaceLaw } from "../surface-law.js";
import { additiveSurface } from "./additive-surface.js";
import { diminishingSurface, exchangeSurface } from "./exchange-surface.js";
import { syntheticSurface } from "./synthetic-surface.js";

/** Every law of two amounts: three of real and synthetic scans, and one of model and data. */
export const surfaceLaws: readonly SurfaceLaw[] = [
  exchangeSurface,
  diminishingSurface,
  syntheticSurface,
  additiveSurface,
];
