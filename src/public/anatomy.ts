/**
 * Organs, lesions, size classes and the names of labels: the words that every label map is read with.
 * @module
 */

export { readClassesFile } from "../anatomy/classes-file.js";
export type { ClassesFile } from "../anatomy/classes-file.js";
export type { LabelClasses } from "../anatomy/label-classes.js";
export { listLabelMaps, openLabelMap, parseLabels } from "../anatomy/label-maps.js";
export type { NamedLabelMap } from "../anatomy/label-maps.js";
export {
  canonicalName,
  describeStructure,
  findLesion,
  findOrgan,
  lesionColor,
  lesions,
  organs,
  tumorOrgans,
} from "../anatomy/organs.js";
export type { Lesion, Organ, TumorOrgan } from "../anatomy/organs.js";
export { measurePhase } from "../anatomy/phase.js";
export type { MeasuredPhase } from "../anatomy/phase.js";
export { findRegions } from "../anatomy/regions.js";
export type { Region } from "../anatomy/regions.js";
export { equivalentRadiusMm, sizeClassOf, sizeClasses } from "../anatomy/size-class.js";
export type { SizeClass, SizeClassInfo } from "../anatomy/size-class.js";
export { canonicalNames, describeLabels } from "../anatomy/structures.js";
export type { LabelledStructure } from "../anatomy/structures.js";
