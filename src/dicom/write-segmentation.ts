import { spacingOfAffine } from "../core/affine.js";
import { requireThat } from "../core/errors.js";
import { listLabelValues } from "../core/grid.js";
import type { LabelMap, Vec3 } from "../core/types.js";
import { sha256 } from "../platform/hash.js";
import type { FrameHeader } from "./frame-header.js";
import { type DicomPart, encodeDicomFile, formatDecimal } from "./write-elements.js";

/** A code with its scheme, SNOMED CT where none is named. */
export interface DicomCode {
  value: string;
  meaning: string;
  scheme?: string;
}

/** What a segment is, in codes. */
export interface SegmentCodes {
  category: DicomCode;
  type: DicomCode;
  side?: DicomCode;
  region?: DicomCode;
}

/** What a DICOM SEG is made of. */
export interface SegmentationSource {
  /** Labels by column, row and slice of the scan. */
  map: LabelMap;
  /** Slices of the scan in the order of the map. */
  slices: readonly FrameHeader[];
  /** Whether slice `k` of the map is that of the scan; where slices were resampled, the series alone is referred to. */
  onSlices: boolean;
  /** By label value. */
  codes: Readonly<Record<number, SegmentCodes>>;
  /** What the scan's header says of compression with loss, where it says so. */
  loss?: { ratio?: string; method?: string };
  /** Of this program. */
  version: string;
}

const classUid = "1.2.840.10008.5.1.4.1.1.66.4";

/**
 * A binary DICOM SEG of a label map, as bytes: a segment for each value in use, with its name and codes, and a frame for each
 * slice that it is in, which refers to the slice of the scan. Nothing that identifies the patient is in it but the UIDs of study,
 * series, frame of reference and slices, without which it refers to nothing; dates are the placeholder 1970-01-01. The same
 * labels of the same scan give the same bytes, UIDs and all.
 *
 * @throws LabError for a map without labels, or a name that DICOM cannot hold.
 */
export function encodeSegmentation(source: SegmentationSource, input: string): Uint8Array {
  const { map, slices, codes } = source;
  const values = listLabelValues(map.data).filter((value) => value !== 0);
  requireThat(
    values.length > 0,
    input,
    "no voxel with a label",
    "a label map: a DICOM SEG holds at least one structure",
  );
  const [{ studyUid, seriesUid, frameOfReferenceUid }] = slices;
  const { frames, bits } = packFrames(map, values);
  const seed = sha256(JSON.stringify([seriesUid, values, map.names, frames]) + sha256(bits));
  const uid = (what: string): string => `2.25.${BigInt(`0x${sha256(`${seed} ${what}`).slice(0, 32)}`)}`;
  const [columns, rows] = map.shape;
  return encodeDicomFile(
    [
      [0x00080005, "CS", "ISO_IR 192"],
      [0x00080008, "CS", "DERIVED\\PRIMARY"],
      [0x00080016, "UI", classUid],
      [0x00080018, "UI", uid("instance")],
      [0x00080020, "DA", ""],
      [0x00080023, "DA", "19700101"],
      [0x00080030, "TM", ""],
      [0x00080033, "TM", "000000"],
      [0x00080050, "SH", ""],
      [0x00080060, "CS", "SEG"],
      [0x00080070, "LO", "Tumorlab"],
      [0x00080090, "PN", ""],
      [0x0008103e, "LO", "Segmentation"],
      [0x00081090, "LO", "Tumorlab"],
      [0x00081115, "SQ", [referencedSeries(slices)]],
      ...patientParts,
      [0x00181000, "LO", "0"],
      [0x00181020, "LO", source.version],
      [0x0020000d, "UI", studyUid || uid("study")],
      [0x0020000e, "UI", uid("series")],
      [0x00200010, "SH", ""],
      [0x00200011, "IS", "1"],
      [0x00200013, "IS", "1"],
      [0x00200052, "UI", frameOfReferenceUid || uid("frame of reference")],
      [0x00201040, "LO", ""],
      ...dimensionParts(uid("dimensions")),
      us(0x00280002, 1),
      [0x00280004, "CS", "MONOCHROME2"],
      [0x00280008, "IS", String(frames.length)],
      ...[us(0x00280010, rows), us(0x00280011, columns), us(0x00280100, 1), us(0x00280101, 1)],
      ...[us(0x00280102, 0), us(0x00280103, 0)],
      ...lossParts(source.loss),
      [0x00620001, "CS", "BINARY"],
      [
        0x00620002,
        "SQ",
        values.map((value, k) => segmentParts(map.names[value], value, k + 1, codes[value])),
      ],
      [0x00620013, "CS", "NO"],
      [0x00700080, "CS", "SEGMENTATION"],
      [0x00700081, "LO", ""],
      [0x00700084, "PN", ""],
      [0x52009229, "SQ", [sharedParts(map)]],
      [0x52009230, "SQ", frames.map(([segment, slice]) => frameParts(source, segment, slice))],
      [0x7fe00010, "OB", bits],
    ],
    `2.25.${BigInt(`0x${sha256("Tumorlab").slice(0, 32)}`)}`,
  );
}

/** Type 2 elements of a patient are there and empty. */
const patientParts: DicomPart[] = [
  [0x00100010, "PN", ""],
  [0x00100020, "LO", ""],
  [0x00100030, "DA", ""],
  [0x00100040, "CS", ""],
  [0x00120062, "CS", "YES"],
  [0x00120063, "LO", "no element of the patient was copied"],
];

/** Segment from 1 and slice of each frame, and their bits one after another, the lowest bit of a byte first. */
function packFrames(
  { data, shape }: LabelMap,
  values: readonly number[],
): { frames: [segment: number, slice: number][]; bits: Uint8Array } {
  const pixels = shape[0] * shape[1];
  const segmentOf = new Uint16Array(65536);
  values.forEach((value, k) => (segmentOf[value] = k + 1));
  const found = Array.from({ length: values.length + 1 }, () => new Set<number>());
  for (let z = 0; z < shape[2]; z++) {
    let last = 0;
    for (let i = z * pixels; i < (z + 1) * pixels; i++) {
      if (data[i] === last) continue;
      last = data[i];
      if (last !== 0) found[segmentOf[last]].add(z);
    }
  }
  const frames = found.flatMap((slices, segment) =>
    [...slices].map((slice): [number, number] => [segment, slice]),
  );
  const bits = new Uint8Array(2 * Math.ceil((frames.length * pixels) / 16));
  frames.forEach(([segment, slice], k) => {
    const value = values[segment - 1];
    for (let i = 0, at = k * pixels; i < pixels; i++, at++)
      if (data[slice * pixels + i] === value) bits[at >>> 3] |= 1 << (at & 7);
  });
  return { frames, bits };
}

function us(tag: number, value: number): DicomPart {
  return [tag, "US", [value]];
}

function codeItem({ value, meaning, scheme = "SCT" }: DicomCode): DicomPart[] {
  return [
    [0x00080100, "SH", value],
    [0x00080102, "SH", scheme],
    [0x00080104, "LO", meaning],
  ];
}

function segmentParts(name: string, value: number, number: number, codes: SegmentCodes): DicomPart[] {
  requireThat(
    name.length <= 64 && !/[\\\p{Cc}]/u.test(name),
    `name of label ${value}`,
    name,
    "at most 64 characters without a backslash or control character, as DICOM holds",
  );
  return [
    us(0x00620004, number),
    [0x00620005, "LO", name],
    // Segments count from 1; other values are told in words, which the reader knows.
    ...(value === number ? [] : [[0x00620006, "ST", `label value ${value}`] as DicomPart]),
    [0x00620008, "CS", "SEMIAUTOMATIC"],
    [0x00620009, "LO", "not stated"],
    [0x00620003, "SQ", [codeItem(codes.category)]],
    [
      0x0062000f,
      "SQ",
      [
        [
          ...codeItem(codes.type),
          ...(codes.side ? [[0x00620011, "SQ", [codeItem(codes.side)]] as DicomPart] : []),
        ],
      ],
    ],
    ...(codes.region ? [[0x00082218, "SQ", [codeItem(codes.region)]] as DicomPart] : []),
  ];
}

function dimensionParts(organization: string): DicomPart[] {
  const index = (pointer: number, group: number, label: string): DicomPart[] => [
    [0x00209164, "UI", organization],
    [0x00209165, "AT", [Math.floor(pointer / 65536), pointer % 65536]],
    [0x00209167, "AT", [Math.floor(group / 65536), group % 65536]],
    [0x00209421, "LO", label],
  ];
  return [
    [0x00209221, "SQ", [[[0x00209164, "UI", organization]]]],
    [
      0x00209222,
      "SQ",
      [
        index(0x0062000b, 0x0062000a, "Referenced Segment Number"),
        index(0x00200032, 0x00209113, "Image Position (Patient)"),
      ],
    ],
  ];
}

function lossParts(loss: SegmentationSource["loss"]): DicomPart[] {
  if (!loss) return [[0x00282110, "CS", "00"]];
  return [
    [0x00282110, "CS", "01"],
    ...(loss.ratio === undefined ? [] : [[0x00282112, "DS", loss.ratio] as DicomPart]),
    ...(loss.method === undefined ? [] : [[0x00282114, "CS", loss.method] as DicomPart]),
  ];
}

/** The series with each of its instances once. */
function referencedSeries(slices: readonly FrameHeader[]): DicomPart[] {
  const instances = new Map(slices.map((slice) => [slice.instanceUid, slice.classUid]));
  return [
    [0x0020000e, "UI", slices[0].seriesUid],
    [
      0x0008114a,
      "SQ",
      [...instances].map(([instance, kind]): DicomPart[] => [
        [0x00081150, "UI", kind],
        [0x00081155, "UI", instance],
      ]),
    ],
  ];
}

/** LPS unit vectors along columns and rows, which are x and y of the map. */
function sharedParts({ affine, spacingMm }: LabelMap): DicomPart[] {
  const lengths = spacingOfAffine(affine);
  const cosines = [0, 1].flatMap((axis) => lpsColumn(affine, axis).map((value) => value / lengths[axis]));
  return [
    [0x00209116, "SQ", [[[0x00200037, "DS", cosines.map(formatDecimal).join("\\")]]]],
    [
      0x00289110,
      "SQ",
      [
        [
          [0x00180050, "DS", formatDecimal(spacingMm[2])],
          [0x00180088, "DS", formatDecimal(spacingMm[2])],
          [0x00280030, "DS", [spacingMm[1], spacingMm[0]].map(formatDecimal).join("\\")],
        ],
      ],
    ],
  ];
}

function frameParts(
  { map, slices, onSlices }: SegmentationSource,
  segment: number,
  slice: number,
): DicomPart[] {
  const { affine } = map;
  const step = lpsColumn(affine, 2);
  const origin = lpsColumn(affine, 3);
  // The scan's own numbers, where there are, so that a frame lies in its slice to the last digit.
  const position = onSlices ? slices[slice].position! : origin.map((mm, axis) => mm + slice * step[axis]);
  return [
    ...(onSlices ? [[0x00089124, "SQ", [derivationParts(slices[slice])]] as DicomPart] : []),
    [0x00209111, "SQ", [[[0x00209157, "UL", [segment, slice + 1]]]]],
    [0x00209113, "SQ", [[[0x00200032, "DS", position.map(formatDecimal).join("\\")]]]],
    [0x0062000a, "SQ", [[us(0x0062000b, segment)]]],
  ];
}

function derivationParts({ classUid: kind, instanceUid, frame, frames }: FrameHeader): DicomPart[] {
  const purpose = { value: "121322", scheme: "DCM", meaning: "Source image for image processing operation" };
  return [
    [
      0x00082112,
      "SQ",
      [
        [
          [0x00081150, "UI", kind],
          [0x00081155, "UI", instanceUid],
          ...(frames > 1 ? [[0x00081160, "IS", String(frame + 1)] as DicomPart] : []),
          [0x0028135a, "CS", "YES"],
          [0x0040a170, "SQ", [codeItem(purpose)]],
        ],
      ],
    ],
    [0x00089215, "SQ", [codeItem({ value: "113076", scheme: "DCM", meaning: "Segmentation" })]],
  ];
}

/** A column of an affine in LPS: an axis times its spacing, or with 3 the place of the first voxel. */
function lpsColumn(affine: LabelMap["affine"], column: number): Vec3 {
  return [-affine[column] + 0, -affine[4 + column] + 0, affine[8 + column]];
}
