import { orientationOf } from "../core/affine.js";
import { LabError, readAsFile, requireThat } from "../core/errors.js";
import { countVoxels, createVolume, toLabelMap } from "../core/grid.js";
import type { LabelMap, Volume, VoxelArray } from "../core/types.js";
import { littleEndianMachine } from "../platform/bytes.js";
import { geometryOf, type NiftiGeometry } from "./affine.js";
import { swapByteOrder, viewVoxels } from "./datatype.js";
import { agreesWithHeader, decodeExact, type ExactNumbers } from "./exact.js";
import { parseFields, type NiftiFields } from "./fields.js";
import { fileOf, rememberFile } from "./origin.js";
import { isReadable, readRange, readStart } from "./source.js";

/** What a NIfTI header says, with its geometry worked out in millimetres. */
export interface NiftiHeader extends NiftiFields, NiftiGeometry {
  /** The path it was read from. */
  file: string;
  compressed: boolean;
  /** Number of 3D volumes: the product of `dims` beyond the third. */
  volumes: number;
  /** Where x, y and z grow toward, such as `"RAS"`. */
  orientation: string;
}

/** Which part of a file to read. */
export interface ReadOptions {
  /** Which 3D volume of a 4D to 7D file, from 0, counted along all further axes; needed only where there are several. */
  volume?: number;
}

/** {@link ReadOptions} of a label map. */
export interface ReadLabelOptions extends ReadOptions {
  /** Name of each label value; values found without one are called `"label 7"`. */
  names?: Readonly<Record<number, string>>;
}

/** All voxels of a file, x fastest, over every axis it has. */
export interface NiftiImage {
  header: NiftiHeader;
  /** Stored numbers in the byte order of this machine, length the product of `header.dims`. */
  data: VoxelArray;
}

/**
 * Reads the header of a `.nii`, `.nii.gz`, `.hdr` or `.img` file (of a pair, either name) without inflating the voxels.
 * Throws a LabError naming the file, the field, the value found and the one expected.
 */
export async function readNiftiHeader(path: string): Promise<NiftiHeader> {
  const headerPath = imageName.test(path) ? await companionOf(path, imageName, "hdr") : path;
  const { bytes, compressed } = await readStart(headerPath);
  const { fields, geometry } = await readAsFile(async () => {
    const parsed = await parseFields(bytes, headerPath);
    const exact = await readExact(headerPath, parsed, bytes);
    return { fields: parsed, geometry: { ...geometryOf(parsed, headerPath), ...exact } };
  });
  return {
    ...fields,
    ...geometry,
    file: headerPath,
    compressed,
    volumes: fields.dims.slice(3).reduce((product, n) => product * n, 1),
    orientation: orientationOf(geometry.affine),
  };
}

/** Extensions longer than this are not searched for exact numbers, which take less than 1 KiB. */
const longestExtension = 1 << 16;

async function readExact(
  path: string,
  fields: NiftiFields,
  start: Uint8Array,
): Promise<ExactNumbers | undefined> {
  const after = fields.version === 1 ? 348 : 540;
  const end = Math.min(fields.voxOffset, after + longestExtension);
  if (fields.pair || end <= after + 4 || !start[after]) return undefined;
  const { bytes } = start.length >= end ? { bytes: start } : await readStart(path, end);
  const exact = decodeExact(bytes.subarray(after, end), fields.littleEndian);
  return exact && agreesWithHeader(exact, fields) ? exact : undefined;
}

/** Reads a whole file with all its axes; {@link readVolume} is the one for 3D work. Errors as there. */
export async function readNifti(path: string): Promise<NiftiImage> {
  const header = await readNiftiHeader(path);
  return { header, data: await readVoxels(header, 0, header.volumes) };
}

/**
 * Reads one 3D volume: its stored numbers, untouched, with `rescale` where the header scales them (see
 * `rescaleValue`), spacing and affine in mm. 64-bit integers become `Int32Array` where all fit, else exact
 * `Float64Array`, else an error. A file of several volumes needs `options.volume`.
 *
 * Throws a LabError naming the file, the value found and the one expected: no such file, wrong magic, sizes below 1
 * or larger than the file can hold, a colour or complex datatype, spacing or affine that make no grid, data cut
 * short, a damaged gzip checksum.
 */
export async function readVolume(path: string, options: ReadOptions = {}): Promise<Volume> {
  const header = await readNiftiHeader(path);
  const which = chooseVolume(header, options.volume);
  const data = await readAsFile(() => readVoxels(header, which, 1));
  const { shape, spacingMm, affine, rescale } = header;
  const read = createVolume(data, shape, { spacingMm, affine, rescale });
  return header.volumes === 1 && !header.pair ? rememberFile(read, path) : read;
}

/**
 * Reads one 3D volume as labels (whole numbers from 0 to 65535 in any datatype, floats included), in bytes where
 * they fit. Errors as {@link readVolume}, and a LabError naming the first voxel that holds no label.
 */
export async function readLabelMap(path: string, options: ReadLabelOptions = {}): Promise<LabelMap> {
  const volume = await readVolume(path, options);
  const labels = toLabelMap(volume, options.names, path);
  return fileOf(volume) === undefined ? labels : rememberFile(labels, path);
}

function chooseVolume(header: NiftiHeader, volume: number | undefined): number {
  if (volume === undefined && header.volumes === 1) return 0;
  requireThat(
    volume !== undefined && Number.isInteger(volume) && volume >= 0 && volume < header.volumes,
    `${header.file} volume`,
    volume === undefined ? `${header.volumes} volumes (${header.dims.join(" x ")})` : volume,
    `one volume, or the number of one from 0 to ${header.volumes - 1}`,
    "Name it: readVolume(path, { volume: 0 }), or --volume 0 on a command line",
  );
  return volume;
}

async function readVoxels(header: NiftiHeader, firstVolume: number, volumes: number): Promise<VoxelArray> {
  const volumeBytes = countVoxels(header.shape) * header.bytesPerVoxel;
  const from = header.voxOffset + firstVolume * volumeBytes;
  const total = header.voxOffset + header.volumes * volumeBytes;
  const bytes = await readRange(await voxelPath(header), from, volumes * volumeBytes, total);
  if (header.littleEndian !== littleEndianMachine) swapByteOrder(bytes, header.bytesPerVoxel);
  return viewVoxels(bytes, header.datatype, header.file);
}

/** The file with the voxels: of a pair the `.img` beside the `.hdr`. */
async function voxelPath(header: NiftiHeader): Promise<string> {
  return header.pair ? companionOf(header.file, headerName, "img") : header.file;
}

const headerName = /\.hdr(\.gz)?$/i;
const imageName = /\.img(\.gz)?$/i;

/** The other file of a pair, compressed or not, whichever exists. */
async function companionOf(path: string, name: RegExp, ending: "hdr" | "img"): Promise<string> {
  const stem = path.replace(name, "");
  const candidates = [ending, `${ending}.gz`, ending.toUpperCase(), `${ending.toUpperCase()}.gz`];
  for (const candidate of candidates)
    if (await isReadable(`${stem}.${candidate}`)) return `${stem}.${candidate}`;
  throw new LabError(path, `no .${ending} file beside it`, `${stem}.${ending} or ${stem}.${ending}.gz`);
}
