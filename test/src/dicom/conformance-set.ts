import { readFileSync } from "node:fs";
import { makeDicom, makeSlice, packRle, type Part, type SliceSettings, syntaxes } from "./make-dicom";

/** A DICOM folder whose truth is known, because it was written from it. */
export interface ConformanceCase {
  name: string;
  /** What is in the folder, as the table of the documentation says it. */
  holds: string;
  files: () => Buffer[];
  /** The grid and the real number of each voxel; absent where the folder is refused. */
  truth?: {
    shape: readonly number[];
    affine: readonly number[];
    value: (x: number, y: number, z: number) => number;
  };
  /** What a note says, where something is resampled or passed over. */
  note?: RegExp;
  /** What the error says, where the folder is refused. */
  refused?: RegExp;
  /** Held against dcm2niix, whose numbers are in `test/golden/dicom/conformance.json`. */
  golden?: true;
}

/** The golden file: packed frames, and what dcm2niix makes of the cases. */
export interface ConformanceGolden {
  call: string;
  versions: Record<string, string>;
  /** Frames of slice 0, 1 and 2 by transfer syntax, in base64. */
  frames: Record<string, { by: string; frames: string[] }>;
  /** In RAS: shape, affine, and the sha256 of the real numbers as int32. */
  cases: Record<string, { shape: number[]; affine: number[]; sha256: string }>;
}

export const goldenFile = "test/golden/dicom/conformance.json";

const [columns, rows] = [24, 16];
const [rowMm, columnMm, sliceMm] = [2, 1.5, 2.5];
const origin = [-10, -20, 30];

/** Real number of a pixel of slice `z`: no two slices, rows or columns are alike, and runs for RLE are there. */
export function valueOf(x: number, y: number, z: number): number {
  return (y % 4 === 0 ? 100 : 9 * x + 7 * y) + 310 * z - 600;
}

type Directions = readonly [number, number, number, number, number, number];

function normalOf([a, b, c, d, e, f]: Directions): number[] {
  return [b * f - c * e, c * d - a * f, a * e - b * d];
}

/** The place of slice `z`, counted along row x column. */
function placeOf(directions: Directions, z: number): number[] {
  return normalOf(directions).map((each, axis) => origin[axis] + sliceMm * z * each);
}

/** By PS3.3, C.7.6.2.1.1, and from LPS to RAS. */
function affineOf(directions: Directions): number[] {
  const normal = normalOf(directions);
  const lps = [0, 1, 2].flatMap((axis) => [
    columnMm * directions[axis],
    rowMm * directions[3 + axis],
    sliceMm * normal[axis],
    origin[axis],
  ]);
  return [...lps.map((value, k) => (k < 8 ? -value : value)), 0, 0, 0, 1];
}

const supine: Directions = [1, 0, 0, 0, 1, 0];

function sliceOf(z: number, settings: Partial<SliceSettings> = {}): Buffer {
  const directions = (settings.orientation ?? supine) as Directions;
  return makeSlice({
    position: placeOf(directions, z),
    columns,
    rows,
    pixel: (x, y) => valueOf(x, y, z),
    uid: `1.2.3.${z + 1}`,
    ...settings,
    // dcm2niix takes slices without a number for copies of one.
    more: [...(settings.more ?? [[0x00200052, "UI", "1.2.3.99"]]), [0x00200013, "IS", String(z + 1)]],
  });
}

const count = 5;
const all = (settings: Partial<SliceSettings> = {}, some = [3, 0, 4, 1, 2]): Buffer[] =>
  some.map((z) => sliceOf(z, settings));

function truthOf(directions: Directions = supine, slices = count): ConformanceCase["truth"] {
  return { shape: [columns, rows, slices], affine: affineOf(directions), value: valueOf };
}

const turn = (degrees: number): [number, number] => [
  Math.cos((degrees * Math.PI) / 180),
  Math.sin((degrees * Math.PI) / 180),
];

function positions(): ConformanceCase[] {
  const [c, s] = turn(25);
  const list: [string, string, Directions][] = [
    ["HFS", "head first, supine", supine],
    ["HFP", "head first, prone", [-1, 0, 0, 0, -1, 0]],
    ["HFDL", "head first, on the left side", [0, -1, 0, 1, 0, 0]],
    ["HFDR", "head first, on the right side", [0, 1, 0, -1, 0, 0]],
    ["FFS", "feet first, supine", [-1, 0, 0, 0, 1, 0]],
    ["FFP", "feet first, prone", [1, 0, 0, 0, -1, 0]],
    ["FFDL", "feet first, on the left side", [0, 1, 0, 1, 0, 0]],
    ["FFDR", "feet first, on the right side", [0, -1, 0, -1, 0, 0]],
    ["sagittal", "sagittal slices", [0, 1, 0, 0, 0, -1]],
    ["coronal", "coronal slices", [1, 0, 0, 0, 0, -1]],
    ["oblique", "slices turned by 25 degrees about two axes", [c, s * c, s * s, -s, c * c, s * c]],
  ];
  return list.map(([name, holds, orientation]) => ({
    name,
    holds,
    files: () =>
      all({
        orientation,
        more: [
          [0x00200052, "UI", "1.2.3.99"],
          ...(/^[HF]F/.test(name) ? [[0x00185100, "CS", name] as Part] : []),
        ],
      }),
    truth: truthOf(orientation),
    golden: true as const,
  }));
}

function packings(): ConformanceCase[] {
  const plain: [string, string, string][] = [
    ["implicit", "implicit VR, little-endian", syntaxes.implicit],
    ["explicit", "explicit VR, little-endian", syntaxes.little],
    ["big", "explicit VR, big-endian", syntaxes.big],
    ["deflated", "deflated", syntaxes.deflated],
  ];
  const cases = plain.map(([name, holds, syntax]): ConformanceCase => ({
    name,
    holds,
    files: () => all({ syntax }),
    truth: truthOf(),
    // dcm2niix does not inflate.
    ...(name === "deflated" ? {} : { golden: true as const }),
  }));
  const rle = (z: number): Buffer =>
    packRle(
      Array.from({ length: rows * columns }, (_, i) => valueOf(i % columns, Math.floor(i / columns), z)),
    );
  const packed: [string, string, string][] = [
    ["rle", "RLE", "1.2.840.10008.1.2.5"],
    ["jpeg-lossless", "JPEG lossless, any predictor", "1.2.840.10008.1.2.4.57"],
    ["jpeg-lossless-sv1", "JPEG lossless, first predictor", "1.2.840.10008.1.2.4.70"],
    ["jpeg-ls", "JPEG-LS lossless", "1.2.840.10008.1.2.4.80"],
    ["jpeg-2000", "JPEG 2000 lossless", "1.2.840.10008.1.2.4.90"],
  ];
  for (const [name, holds, syntax] of packed)
    cases.push({
      name,
      holds,
      files: () => {
        const frames = name === "rle" ? undefined : readConformance().frames[name].frames;
        return [2, 0, 1].map((z) => {
          const bytes = frames ? Buffer.from(frames[z], "base64") : rle(z);
          // dcmtk's coders take 12 bits without sign, as scanners store them.
          return sliceOf(z, { syntax, packed: bytes, ...(frames ? twelveBits : {}) });
        });
      },
      truth: truthOf(supine, 3),
    });
  return cases;
}

/** 12 bits without sign, and an intercept. */
export const twelveBits = { signed: false, bitsStored: 12, intercept: -1024 } as const;

/** A slice as scanners store it, to be packed by other programs. */
export function sliceToPack(z: number): Buffer {
  return sliceOf(z, { ...twelveBits, pixel: (x, y) => valueOf(x, y, z) + 1024 });
}

function enhanced(order: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * rows * columns * order.length);
  order.forEach((z, frame) => {
    for (let i = 0; i < rows * columns; i++)
      bytes.writeInt16LE(valueOf(i % columns, Math.floor(i / columns), z), 2 * (frame * rows * columns + i));
  });
  const us = (tag: number, value: number): Part => [tag, "US", [value]];
  return makeDicom([
    [0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.2.1"],
    [0x00080018, "UI", "1.2.3.77"],
    [0x00080060, "CS", "CT"],
    [0x0008103e, "LO", "Enhanced"],
    [0x0020000d, "UI", "1.2"],
    [0x0020000e, "UI", "1.2.3"],
    us(0x00280002, 1),
    [0x00280004, "CS", "MONOCHROME2"],
    [0x00280008, "IS", String(order.length)],
    ...[us(0x00280010, rows), us(0x00280011, columns), us(0x00280100, 16), us(0x00280101, 16)],
    ...[us(0x00280102, 15), us(0x00280103, 1)],
    [
      0x52009229,
      "SQ",
      [
        [
          [0x00209116, "SQ", [[[0x00200037, "DS", supine.join("\\")]]]],
          [
            0x00289110,
            "SQ",
            [
              [
                [0x00180050, "DS", "2.5"],
                [0x00280030, "DS", `${rowMm}\\${columnMm}`],
              ],
            ],
          ],
        ],
      ],
    ],
    [
      0x52009230,
      "SQ",
      order.map((z): Part[] => [[0x00209113, "SQ", [[[0x00200032, "DS", placeOf(supine, z).join("\\")]]]]]),
    ],
    [0x7fe00010, "OW", bytes],
  ]);
}

function numbers(): ConformanceCase[] {
  return [
    {
      name: "twelve-bits",
      holds: "12 bits without sign, intercept -1024, overlay bits above",
      files: () =>
        all().map((_, z) =>
          sliceOf(z, { ...twelveBits, pixel: (x, y) => 0xf000 | (valueOf(x, y, z) + 1024) }),
        ),
      truth: truthOf(),
    },
    {
      name: "slopes",
      holds: "slope and intercept that differ from slice to slice",
      files: () =>
        [0, 1, 2, 3, 4].map((z) =>
          sliceOf(z, {
            slope: 1 / (z + 1),
            intercept: -z,
            pixel: (x, y) => (valueOf(x, y, z) + z) * (z + 1),
          }),
        ),
      truth: truthOf(),
    },
    {
      name: "multi-frame",
      holds: "one enhanced file, frames in order",
      files: () => [enhanced([0, 1, 2, 3, 4])],
      truth: truthOf(),
      golden: true,
    },
    {
      name: "multi-frame-mixed",
      holds: "one enhanced file, frames in no order",
      files: () => [enhanced([3, 0, 4, 1, 2])],
      truth: truthOf(),
    },
    {
      name: "one-slice",
      holds: "one slice of 3 mm",
      files: () => [sliceOf(0)],
      truth: { ...truthOf(supine, 1)!, affine: affineOf(supine).map((value, k) => (k === 10 ? 3 : value)) },
      note: /one slice: its depth is the thickness/,
    },
  ];
}

function irregular(): ConformanceCase[] {
  const [c, s] = turn(18.5);
  const tilted: Directions = [1, 0, 0, 0, c, -s];
  const upright = (z: number): number[] => [origin[0], origin[1], origin[2] + sliceMm * z];
  const uneven = [0, 2, 5, 6.4, 9].map((z) => [origin[0], origin[1], origin[2] + z]);
  return [
    {
      name: "tilt",
      holds: "a gantry tilted by 18.5 degrees",
      files: () => [0, 1, 2, 3, 4].map((z) => sliceOf(z, { orientation: tilted, position: upright(z) })),
      note: /tilted by 18\.5 degrees: resampled .* largest displacement is 3\.2 mm/,
    },
    {
      name: "uneven",
      holds: "gaps of 1.4 to 3 mm",
      files: () => uneven.map((position, z) => sliceOf(z, { position })),
      note: /1\.40 to 3\.00 mm apart: resampled .* largest displacement is 0\.5 mm/,
    },
    {
      name: "rounded",
      holds: "positions rounded to a tenth of a mm",
      files: () =>
        [0, 1, 2, 3, 4].map((z) =>
          sliceOf(z, {
            position: [origin[0], origin[1], origin[2] + Math.round(25.3 * z) / 10],
          }),
        ),
      note: /up to 0\.\d+ mm beside a regular grid, which is taken for rounding/,
    },
    {
      name: "missing",
      holds: "a slice missing",
      files: () => all({}, [0, 1, 3, 4]),
      refused: /gaps of 2\.50 to 5\.00 mm, as if 1 slice is missing/,
    },
    {
      name: "doubled",
      holds: "two slices in one place",
      files: () => [...all(), sliceOf(1, { uid: "1.2.9", pixel: () => 0 })],
      refused: /two slices in one place/,
    },
    {
      name: "copied",
      holds: "a file twice",
      files: () => [...all(), sliceOf(1)],
      truth: truthOf(),
      note: /a copy of another file/,
    },
    {
      name: "mixed-orientations",
      holds: "slices of two orientations in one series",
      files: () => [...all(), sliceOf(0, { uid: "1.2.9", orientation: [0, 1, 0, 0, 0, -1] })],
      refused: /2 series/,
    },
    {
      name: "mixed-sizes",
      holds: "slices of two sizes in one series",
      files: () => [...all(), sliceOf(0, { uid: "1.2.9", columns: 20 })],
      refused: /2 series/,
    },
    {
      name: "two-series",
      holds: "two series",
      files: () => [...all(), sliceOf(9, { uid: "1.2.9", series: "9.9", seriesName: "Scout" })],
      refused: /2 series.*"Abdomen" \(number 7, 5 slices\); "Scout"/,
    },
    {
      name: "others",
      holds: "notes, a report and an empty file among the slices",
      files: () => [...all(), Buffer.from("notes"), makeDicom([[0x00080060, "CS", "SR"]]), Buffer.alloc(0)],
      truth: truthOf(),
      note: /no DICOM.*no image|no image.*no DICOM/s,
    },
    {
      name: "lossy-jpeg",
      holds: "JPEG with loss (baseline)",
      files: () => [
        sliceOf(0, { syntax: "1.2.840.10008.1.2.4.50", packed: Buffer.from([255, 216, 255, 217]) }),
      ],
      refused: /expected no compression, RLE, JPEG lossless, JPEG-LS or JPEG 2000/,
    },
  ];
}

/** Every case, in the order of the table. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...positions(),
  ...packings(),
  ...numbers(),
  ...irregular(),
];

/** Reads the golden file. Tests run at the repository root. */
export function readConformance(): ConformanceGolden {
  return JSON.parse(readFileSync(goldenFile, "utf8")) as ConformanceGolden;
}

/** What becomes of a case, in the words of the table. */
export function outcomeOf({
  truth,
  note,
  refused,
  golden,
}: ConformanceCase): [becomes: string, against: string] {
  const becomes = refused
    ? "refused, in words"
    : truth
      ? `read, every voxel and the grid exact${note ? "; noted" : ""}`
      : "resampled or taken as it is, and noted";
  return [becomes, golden ? "truth, dcm2niix" : truth ? "truth" : refused ? "its error" : "its note"];
}
