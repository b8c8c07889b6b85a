import { makeDicom, type Part } from "./make-dicom";

/** A frame of a SEG: its place, its segment, and which of its pixels are in, by column and row. */
export interface SegFrame {
  position: readonly number[];
  segment?: number;
  pixel: (column: number, row: number) => number;
}

export interface SegSettings {
  frames: readonly SegFrame[];
  segments: readonly { number: number; name: string; description?: string }[];
  type?: "BINARY" | "FRACTIONAL" | "LABELMAP";
  series?: string;
  columns?: number;
  rows?: number;
  orientation?: readonly number[];
  /** mm between rows, and between columns. */
  spacing?: readonly [number, number];
  syntax?: string;
  more?: readonly Part[];
  description?: string;
}

const us = (tag: number, value: number): Part => [tag, "US", [value]];

/** A DICOM SEG by PS3.3, A.51, with what a reader needs: 6 x 4 pixels of 1.5 x 2 mm unless told otherwise. */
export function makeSeg(settings: SegSettings): Buffer {
  const { frames, segments, type = "BINARY", series = "1.2.3", columns = 6, rows = 4 } = settings;
  const bits = type === "BINARY" ? 1 : 8;
  const values = frames.flatMap(({ pixel }) =>
    Array.from({ length: rows * columns }, (_, i) => pixel(i % columns, Math.floor(i / columns))),
  );
  const bytes = Buffer.alloc(2 * Math.ceil((values.length * bits) / 16));
  values.forEach((value, i) => {
    if (bits === 8) bytes[i] = value;
    else bytes[i >> 3] |= value << (i & 7);
  });
  return makeDicom(
    [
      [0x00080005, "CS", "ISO_IR 192"],
      [0x00080016, "UI", `1.2.840.10008.5.1.4.1.1.66.${type === "LABELMAP" ? 7 : 4}`],
      [0x00080018, "UI", "1.7.1"],
      [0x00080060, "CS", "SEG"],
      ...(settings.description === undefined ? [] : [[0x0008103e, "LO", settings.description] as Part]),
      [0x00081115, "SQ", [[[0x0020000e, "UI", series]]]],
      [0x0020000e, "UI", "1.7"],
      us(0x00280002, 1),
      [0x00280008, "IS", String(frames.length)],
      ...[us(0x00280010, rows), us(0x00280011, columns), us(0x00280100, bits), us(0x00280101, bits)],
      ...[us(0x00280102, bits - 1), us(0x00280103, 0)],
      [0x00620001, "CS", type],
      [
        0x00620002,
        "SQ",
        segments.map(({ number, name, description }): Part[] => [
          us(0x00620004, number),
          [0x00620005, "LO", Buffer.from(name).toString("latin1")],
          ...(description === undefined ? [] : [[0x00620006, "ST", description] as Part]),
        ]),
      ],
      ...(type === "FRACTIONAL" ? [us(0x0062000e, 200)] : []),
      [
        0x52009229,
        "SQ",
        [
          [
            [
              0x00209116,
              "SQ",
              [[[0x00200037, "DS", (settings.orientation ?? [1, 0, 0, 0, 1, 0]).join("\\")]]],
            ],
            [0x00289110, "SQ", [[[0x00280030, "DS", (settings.spacing ?? [2, 1.5]).join("\\")]]]],
          ],
        ],
      ],
      [
        0x52009230,
        "SQ",
        frames.map(({ position, segment }): Part[] => [
          [0x00209113, "SQ", [[[0x00200032, "DS", position.join("\\")]]]],
          ...(segment === undefined ? [] : [[0x0062000a, "SQ", [[us(0x0062000b, segment)]]] as Part]),
        ]),
      ],
      ...(settings.more ?? []),
      [0x7fe00010, "OB", bytes],
    ],
    settings.syntax,
  );
}

export interface RoiSettings {
  number: number;
  name: string;
  contours: readonly { type?: string; points: readonly (readonly number[])[]; image?: string }[];
}

/** A DICOM RTSTRUCT by PS3.3, A.19, with what a reader needs. */
export function makeStructureSet(
  rois: readonly RoiSettings[],
  { series = "1.2.3", frame = "1.9" }: { series?: string | null; frame?: string } = {},
): Buffer {
  const study: Part[] = [[0x30060014, "SQ", series === null ? [] : [[[0x0020000e, "UI", series]]]]];
  return makeDicom([
    [0x00080005, "CS", "ISO_IR 192"],
    [0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.481.3"],
    [0x00080018, "UI", "1.8.1"],
    [0x00080060, "CS", "RTSTRUCT"],
    [0x0020000e, "UI", "1.8"],
    [0x30060002, "SH", "drawn"],
    [
      0x30060010,
      "SQ",
      [
        [
          [0x00200052, "UI", frame],
          [0x30060012, "SQ", [study]],
        ],
      ],
    ],
    [
      0x30060020,
      "SQ",
      rois.map(({ number, name }): Part[] => [
        [0x30060022, "IS", String(number)],
        [0x30060024, "UI", frame],
        [0x30060026, "LO", Buffer.from(name).toString("latin1")],
      ]),
    ],
    [
      0x30060039,
      "SQ",
      rois.map(({ number, contours }): Part[] => [
        [
          0x30060040,
          "SQ",
          contours.map(({ type = "CLOSED_PLANAR", points, image }): Part[] => [
            ...(image === undefined
              ? []
              : [[0x30060016, "SQ", [[[0x00081155, "UI", image] as Part]]] as Part]),
            [0x30060042, "CS", type],
            [0x30060046, "IS", String(points.length)],
            [0x30060050, "DS", points.flat().join("\\")],
          ]),
        ],
        [0x30060084, "IS", String(number)],
      ]),
    ],
  ]);
}
