import { stat } from "node:fs/promises";
import type {
  PieceSize,
  ScanDescription,
  ScanKind,
  SeriesChoice,
} from "tumorlab/internal/contracts/scan-description";
import type { HuWindow, Triple } from "tumorlab/internal/contracts/volume-payload";
import { LabError } from "tumorlab/internal/core/errors";
import { createVolume, toLabelMap } from "tumorlab/internal/core/grid";
import type { LabelMap, Volume } from "tumorlab/internal/core/types";
import { findNamesOf } from "tumorlab/internal/data/named-labels";
import { describeSeries } from "tumorlab/internal/dicom/choose-content";
import { collectDicom } from "tumorlab/internal/dicom/collect";
import { notesOf } from "tumorlab/internal/formats/notes";
import { readVolume } from "tumorlab/internal/formats/read";
import { recognizeFormat } from "tumorlab/internal/formats/recognize";
import { measurePiece } from "tumorlab/internal/metrics/piece-size";
import { readGrowing } from "tumorlab/internal/nifti/read-growing";
import { colorApart } from "tumorlab/internal/viewer/color-apart";
import { prepareLabels } from "tumorlab/internal/viewer/payload";
import { type RasView, slicesNeeded, takePlane, viewInRas } from "tumorlab/internal/viewer/plane-values";
import { findStartVoxel } from "tumorlab/internal/viewer/start-voxel";
import { type ComponentTable, findComponents } from "tumorlab/internal/volume/components";
import { looksLikeLabels } from "tumorlab/internal/volume/looks-like-labels";
import { toRas } from "tumorlab/internal/volume/orientation";
import { planes } from "tumorlab/internal/volume/planes";
import { samplePercentiles } from "tumorlab/internal/volume/sample-percentiles";
import { huWindows } from "tumorlab/internal/volume/window";
import { readMasks } from "./read-overlay.js";

/** What to open, and as what. */
export interface ScanPlace {
  /** Its place on this computer. */
  file: string;
  /** Its path in the project. */
  path: string;
  /** Of a folder or archive that holds several. */
  series?: string;
  /** Whether it is to be taken as a label map whatever it looks like; default: its voxels and name tell. */
  asLabels?: boolean;
}

/** What is known of a scan, beside its version, which the server knows. */
export type ScanWords = Omit<ScanDescription, "version">;

/** A scan held open: its voxels stay in memory, and slices are taken from them. */
export class OpenScan {
  private view: RasView | undefined;
  private slices = 0;
  private isWhole = false;
  private failure: Error | undefined;
  private waiting: { slices: number; go: () => void; fail: (error: unknown) => void }[] = [];
  /** In RAS+ order. */
  private labels: LabelMap | undefined;
  private pieces: ComponentTable | undefined;

  constructor(private readonly place: ScanPlace) {}

  /** Bytes of its voxels; 0 before it is described. */
  get bytes(): number {
    return this.view?.volume.data.byteLength ?? 0;
  }

  /** Fulfilled when all voxels are there. */
  get whole(): Promise<void> {
    return this.wait(Infinity);
  }

  /**
   * Begins to read, and says what it is as soon as that can be seen: of a large NIfTI file before all of it is there.
   *
   * @throws LabError as `readVolume`
   */
  async describe(): Promise<ScanWords | SeriesChoice> {
    const { file, path, series, asLabels } = this.place;
    const choice = series === undefined ? await this.findSeries() : undefined;
    if (choice) return choice;
    const info = await stat(file);
    if (asLabels && info.isDirectory()) return this.takeLabels(await readMasks(file), [], true);
    const growing = (await recognizeFormat(file)) === "nifti" ? await this.grow() : undefined;
    if (growing) {
      const view = viewInRas(growing);
      const middle = view.shape[view.slowAxis] >> 1;
      await this.wait(slicesNeeded(view, view.slowAxis, middle));
      const part = firstSlices(growing, this.slices);
      if (!asLabels && !looksLikeLabels(part, path)) {
        this.view = view;
        return this.describePicture(view, part, []);
      }
      await this.whole;
    }
    const volume = growing ?? (await readVolume(file, { series }));
    const notes = notesOf(volume);
    if (asLabels || looksLikeLabels(volume, path)) {
      const names = await findNamesOf(volume, file);
      return this.takeLabels(toLabelMap(volume, names, path), notes, asLabels === true);
    }
    this.view = viewInRas(volume);
    this.finish();
    return this.describePicture(this.view, volume, notes);
  }

  /**
   * The real values of a slice, or the places in the table of a label map: as a picture, first row at the top.
   *
   * @throws LabError where the scan cannot be read to its end, or has no such slice
   */
  async takePlane(plane: string, index: number): Promise<Int16Array | Float32Array> {
    const view = this.requireView();
    const geometry = planes.find(({ name }) => name === plane);
    if (!geometry || !Number.isInteger(index) || index < 0 || index >= view.shape[geometry.through])
      throw new LabError(this.place.path, `slice ${index} of plane ${plane}`, "a slice that it has");
    await this.wait(slicesNeeded(view, geometry.through, index));
    return takePlane(view, geometry, index);
  }

  /** Measures the connected piece at a voxel in RAS+ order; null in the background. */
  measure(voxel: Triple): PieceSize | null {
    if (!this.labels) throw new LabError(this.place.path, "no label map", "a label map");
    this.pieces ??= findComponents(this.labels);
    return measurePiece(this.labels, voxel, this.pieces) ?? null;
  }

  private requireView(): RasView {
    if (!this.view)
      throw new LabError(this.place.path, "a scan that is not described yet", "to be described first");
    return this.view;
  }

  /** A list to choose from where a folder, archive or file holds several series. */
  private async findSeries(): Promise<SeriesChoice | undefined> {
    const { file } = this.place;
    if (this.place.asLabels) return undefined;
    if (!["folder", "zip", "dicom"].includes(await recognizeFormat(file))) return undefined;
    const { series } = await collectDicom(file);
    if (series.length < 2) return undefined;
    return { series: series.map((each) => ({ name: each.name, words: describeSeries(each) })) };
  }

  private async grow(): Promise<Volume | undefined> {
    const growing = await readGrowing(this.place.file, (count) => {
      this.slices = count;
      this.waiting = this.waiting.filter(({ slices, go }) => slices > count || (go(), false));
    });
    growing?.whole.then(
      () => this.finish(),
      (error: unknown) => this.fail(error),
    );
    return growing?.volume;
  }

  private takeLabels(map: LabelMap, notes: readonly string[], isOverlay: boolean): ScanWords {
    const overlay = prepareLabels(map, map);
    const labels = toRas(overlay.map);
    const view = viewInRas(labels);
    this.labels = labels;
    this.view = view;
    this.finish();
    // Beside organs, structures without a colour of their own are context; else they are what is looked at.
    const isContext = isOverlay && overlay.known.size > 0;
    const table = isContext ? overlay.table : colorApart(overlay.table);
    return {
      kind: "labels",
      ...gridWords(view, this.title),
      windows: [{ name: "Labels", centerHu: 128, widthHu: 256 }],
      crosshair: findStartVoxel(labels.shape, labels.data, overlay.lesions, overlay.known),
      table,
      notes: [...notes],
    };
  }

  private describePicture(view: RasView, part: Volume, notes: readonly string[]): ScanWords {
    const { kind, windows } = chooseWindows(part);
    const { shape } = view;
    const crosshair: Triple = [shape[0] >> 1, shape[1] >> 1, shape[2] >> 1];
    return { kind, ...gridWords(view, this.title), windows, crosshair, table: [], notes: [...notes] };
  }

  private get title(): string {
    const { path, series } = this.place;
    const name = path.slice(path.lastIndexOf("/") + 1);
    return series === undefined ? name : `${name}, ${series}`;
  }

  /** Fulfilled when so many slices along memory's last axis are there. */
  private wait(slices: number): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.isWhole || slices <= this.slices) return Promise.resolve();
    return new Promise((go, fail) => this.waiting.push({ slices, go, fail }));
  }

  private finish(): void {
    this.isWhole = true;
    for (const { go } of this.waiting.splice(0)) go();
  }

  private fail(error: unknown): void {
    this.failure = error instanceof Error ? error : new Error(String(error));
    for (const { fail } of this.waiting.splice(0)) fail(error);
  }
}

/** Windows for HU where the scan is a CT, else for the numbers that there are. */
export function chooseWindows(volume: Volume): { kind: ScanKind; windows: HuWindow[] } {
  const found = samplePercentiles(volume);
  if (found.isCt) return { kind: "ct", windows: huWindows.map((window) => ({ ...window })) };
  const between = (name: string, low: number, high: number): HuWindow => ({
    name,
    centerHu: Number(((low + high) / 2).toPrecision(4)),
    widthHu: Math.max(Number((high - low).toPrecision(4)), Number.MIN_VALUE),
  });
  return {
    kind: "values",
    windows: [
      between("1 to 99 % of the values", found.at(0.01), found.at(0.99)),
      between("5 to 95 % of the values", found.at(0.05), found.at(0.95)),
      between("All values", found.at(0), found.at(1)),
    ],
  };
}

function gridWords({ shape, spacingMm, affine }: RasView, title: string) {
  return { title, shape, spacingMm, affine: [...affine] };
}

/** The first slices along memory's last axis. */
function firstSlices(volume: Volume, count: number): Volume {
  const [nx, ny] = volume.shape;
  const { spacingMm, affine, rescale } = volume;
  return createVolume(volume.data.subarray(0, nx * ny * count), [nx, ny, count], {
    spacingMm,
    affine,
    rescale,
  });
}
