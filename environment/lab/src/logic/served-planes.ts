import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { type PlaneGeometry, planes, planeSize, voxelToPixel } from "tumorlab/internal/volume/planes";

/** Real values of a slice. */
export type PlaneValues = Int16Array | Float32Array;

/** Asks the server for a slice. */
export type AskForPlane = (plane: string, index: number, signal: AbortSignal) => Promise<PlaneValues>;

/** Slices kept take no more than this: some 250 of 512 x 512. */
const keptBytes = 128 * 1024 * 1024;
/** So many slices further on are asked for while nothing else is to be had. */
const ahead = 3;

/** What becomes of slices that were asked for. */
export interface PlanesHost {
  /** A slice has come: paint again. */
  arrive(): void;
  /** A slice cannot be had. */
  fail(message: string): void;
}

interface Lane {
  /** The slice that was wanted last; it alone is asked for next. */
  wanted: number | undefined;
  direction: number;
  isAsking: boolean;
}

/**
 * The slices of a scan on the server, asked for one by one: of each plane one at a time, and next the one that is wanted by
 * then, so that a turn of the wheel over many slices asks for few of them. What was seen is kept, up to a limit.
 */
export class ServedPlanes {
  private readonly kept = new Map<string, PlaneValues>();
  private readonly lanes = new Map<string, Lane>();
  private readonly leaving = new AbortController();
  private bytes = 0;
  private hasFailed = false;

  constructor(
    readonly shape: Triple,
    private readonly ask: AskForPlane,
    private readonly host: PlanesHost,
  ) {}

  /** A slice that is there; one that is not is asked for. */
  get(plane: PlaneGeometry, index: number): PlaneValues | undefined {
    const key = `${plane.name} ${index}`;
    const found = this.kept.get(key);
    if (found) {
      this.kept.delete(key);
      this.kept.set(key, found);
    }
    const lane = this.laneOf(plane);
    if (lane.wanted !== index) {
      lane.direction = lane.wanted === undefined || index >= lane.wanted ? 1 : -1;
      lane.wanted = index;
    }
    void this.run(plane, lane);
    return found;
  }

  /** The value at a voxel, from a slice that is there; the axial one is asked for where there is none. */
  valueAt(voxel: Triple): number | undefined {
    for (const plane of planes) {
      const values = this.kept.get(`${plane.name} ${voxel[plane.through]}`);
      if (!values) continue;
      const [column, row] = voxelToPixel(plane, this.shape, voxel);
      return values[column + row * planeSize(plane, this.shape)[0]];
    }
    return undefined;
  }

  dispose(): void {
    this.leaving.abort();
    this.kept.clear();
  }

  private laneOf({ name }: PlaneGeometry): Lane {
    const lane = this.lanes.get(name) ?? { wanted: undefined, direction: 1, isAsking: false };
    this.lanes.set(name, lane);
    return lane;
  }

  private async run(plane: PlaneGeometry, lane: Lane): Promise<void> {
    if (lane.isAsking || this.hasFailed) return;
    lane.isAsking = true;
    const { signal } = this.leaving;
    try {
      for (let index = this.next(plane, lane); index !== undefined; index = this.next(plane, lane)) {
        const values = await this.ask(plane.name, index, signal);
        if (signal.aborted) return;
        this.keep(`${plane.name} ${index}`, values);
        if (index === lane.wanted) this.host.arrive();
      }
    } catch (error) {
      if (signal.aborted || this.hasFailed) return;
      // Not tried again: what is wrong with a file stays wrong until it is opened anew.
      this.hasFailed = true;
      this.host.fail(error instanceof Error ? error.message : String(error));
    } finally {
      lane.isAsking = false;
    }
  }

  /** What to ask for: the slice that is wanted, else one a little further on. */
  private next(plane: PlaneGeometry, { wanted, direction }: Lane): number | undefined {
    if (wanted === undefined) return undefined;
    for (let step = 0; step <= ahead; step++) {
      const index = wanted + step * direction;
      if (index < 0 || index >= this.shape[plane.through]) return undefined;
      if (!this.kept.has(`${plane.name} ${index}`)) return index;
    }
    return undefined;
  }

  private keep(key: string, values: PlaneValues): void {
    this.kept.set(key, values);
    this.bytes += values.byteLength;
    for (const [old, { byteLength }] of this.kept) {
      if (this.bytes <= keptBytes || old === key) break;
      this.kept.delete(old);
      this.bytes -= byteLength;
    }
  }
}
