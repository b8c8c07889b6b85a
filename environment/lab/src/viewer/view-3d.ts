import { Niivue, NVImage, SLICE_TYPE } from "@niivue/niivue";
import type { PayloadLabel } from "tumorlab/internal/contracts/volume-payload";
import { parseColor } from "tumorlab/internal/viewer/structure-style";
import { element } from "../dom";
import type { DecodedVolume } from "../logic/decode";
import { createCtNifti, createLabelsNifti, findBodyRange } from "../logic/nifti";
import { keepShortcutsOut } from "./shortcuts";

/** What is drawn: a volume in the page, and the structures of its labels. */
export interface Scene3d {
  volume: DecodedVolume;
  table: readonly PayloadLabel[];
}

/** A 3D view that stands. */
export interface View3d {
  setHidden(hidden: ReadonlySet<number>): Promise<void>;
  /** Frees the WebGL context. */
  dispose(): void;
}

/** How much of an organ's surface is seen, 0..1, where lesions are to be seen behind it. */
const glassOpacity = 0.3;

/**
 * Draws bone and organs in 3D from the payload's own grid, or at the volume's own resolution where the reader asks for it.
 *
 * @param loadFull reads the volume at its own resolution; default: there is none finer than the payload's
 * @throws Error where WebGL fails
 */
export async function createView3d(
  scene: Scene3d,
  hidden: ReadonlySet<number>,
  parent: HTMLElement,
  loadFull?: () => Promise<DecodedVolume>,
): Promise<View3d> {
  const { payload } = scene.volume;
  const canvas = element("canvas", { tabindex: 0, role: "img", "aria-label": "3D view: drag to turn" });
  const body = checkbox(payload.kind === "values" ? "Brightest tissue" : "Bone and contrast", true);
  const organs = checkbox("Organs and lesions", true);
  const hasLesions = scene.table.some(({ lesion }) => lesion);
  const glass = checkbox("See through organs", hasLesions);
  const full = checkbox("Full resolution", false);
  const status = element("span", { role: "status" });
  const options = element("div", { class: "tl-Volume-controls" }, body.node);
  if (payload.labels) options.append(organs.node);
  if (hasLesions) options.append(glass.node);
  if (loadFull) options.append(full.node);
  options.append(status);
  parent.replaceChildren(options, element("div", { class: "tl-Volume-stage" }, canvas));
  keepShortcutsOut(parent);

  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    show3Dcrosshair: false,
    isOrientCube: true,
    dragAndDropEnabled: false,
    scrollRequiresFocus: true,
    isColorbar: false,
    logLevel: "error",
  });
  await niivue.attachToCanvas(canvas);
  niivue.setSliceType(SLICE_TYPE.RENDER);
  niivue.setRenderAzimuthElevation(200, 15);
  niivue.setScale(1.25);
  let current = new Set(hidden);
  let volume = scene.volume;

  // NiiVue draws a volume of labels in one opacity, so organs and lesions are a volume each.
  const showOpacity = () => {
    niivue.setOpacity(0, body.input.checked ? 1 : 0);
    const shown = organs.input.checked ? 1 : 0;
    [glass.input.checked ? glassOpacity : 1, 1].forEach((opacity, i) => {
      if (niivue.volumes.length > i + 1) niivue.setOpacity(i + 1, shown * opacity);
    });
  };
  const showLabels = async () => {
    if (!payload.labels) return;
    for (const old of niivue.volumes.slice(1)) niivue.removeVolume(old);
    const groups = hasLesions ? [false, true] : [false];
    for (const lesion of groups) {
      const others = scene.table.filter((entry) => entry.lesion !== lesion).map(({ value }) => value);
      const hollow = new Set(glass.input.checked && !lesion ? scene.table.map(({ value }) => value) : []);
      const bytes = createLabelsNifti(volume, new Set([...current, ...others]), hollow);
      const image = await loadBytes(bytes, lesion ? "lesions.nii" : "organs.nii");
      image.setColormapLabel(createLabelMap(scene.table));
      niivue.addVolume(image);
    }
    showOpacity();
  };
  const showBody = async () => {
    volume = full.input.checked && loadFull ? await loadFull() : scene.volume;
    const ct = await loadBytes(createCtNifti(volume), "ct.nii");
    for (const old of [...niivue.volumes]) niivue.removeVolume(old);
    [ct.cal_min, ct.cal_max] = findBodyRange(payload);
    niivue.addVolume(ct);
    await showLabels();
  };

  await showBody();
  body.input.addEventListener("change", showOpacity);
  organs.input.addEventListener("change", showOpacity);
  glass.input.addEventListener("change", () => void showLabels());
  full.input.addEventListener("change", () => {
    status.textContent = "Loading...";
    showBody().then(
      () => (status.textContent = ""),
      (error: unknown) => {
        full.input.checked = false;
        status.textContent = error instanceof Error ? error.message : String(error);
      },
    );
  });
  return {
    setHidden: (next) => {
      current = new Set(next);
      return showLabels();
    },
    dispose: () => {
      niivue.cleanup();
      niivue.gl.getExtension("WEBGL_lose_context")?.loseContext();
      parent.replaceChildren();
    },
  };
}

/** A colour for each value in order of values, as NiiVue takes them. */
function createLabelMap(table: readonly PayloadLabel[]) {
  const shown = [...table].sort((a, b) => a.value - b.value);
  const colors = shown.map(({ color }) => parseColor(color));
  return {
    R: [0, ...colors.map(([r]) => r)],
    G: [0, ...colors.map(([, g]) => g)],
    B: [0, ...colors.map(([, , b]) => b)],
    A: [0, ...shown.map(() => 255)],
    I: [0, ...shown.map(({ value }) => value)],
    labels: ["", ...shown.map(({ name }) => name)],
  };
}

function loadBytes(bytes: Uint8Array, name: string): Promise<NVImage> {
  return NVImage.loadFromFile({ file: new File([bytes as Uint8Array<ArrayBuffer>], name), name });
}

function checkbox(label: string, checked: boolean): { node: HTMLElement; input: HTMLInputElement } {
  const input = element("input", { type: "checkbox", checked });
  return { node: element("label", {}, input, element("span", {}, label)), input };
}
