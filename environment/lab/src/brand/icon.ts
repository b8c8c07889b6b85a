import { LabIcon } from "@jupyterlab/ui-components";
import logo from "./logo.svg?raw";

/** Tumorlab's mark: an axial slice with the liver, the spine and one lesion. */
export const tumorlabIcon = new LabIcon({ name: "tumorlab:logo", svgstr: logo });
