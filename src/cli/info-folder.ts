import { isKind } from "../core/errors.js";
import { describeSeries } from "../dicom/choose-content.js";
import { collectDicom, type DicomContent, type DicomObject, type DicomSeries } from "../dicom/collect.js";
import { judgeGeometry } from "../dicom/geometry.js";
import { describeObject } from "../dicom/read-objects.js";
import { countSlices } from "../dicom/read-series.js";
import { findBeside } from "../formats/find-beside.js";
import { recognizeFormat } from "../formats/recognize.js";

/** `"512 x 512 pixels of 0.488 x 0.488 mm, 5.000 mm apart"`, or why that is no regular grid. */
function describeGrid({ name, slices }: DicomSeries, path: string): string {
  const [{ rows, columns, rowMm, columnMm }] = slices;
  const pixels = `${columns} x ${rows} pixels of ${columnMm.toFixed(3)} x ${rowMm.toFixed(3)} mm`;
  try {
    const { irregular, spacingMm } = judgeGeometry(slices, `${path}, series ${JSON.stringify(name)}`);
    if (!irregular) return `${pixels}, ${spacingMm[2].toFixed(3)} mm apart`;
    const { tiltDegrees, seemsToLack } = irregular;
    const [least, most] = irregular.gapsMm.map((mm) => mm.toFixed(2));
    const tilt = tiltDegrees > 0 ? `tilted by ${tiltDegrees.toFixed(1)} degrees, ` : "";
    const lack = seemsToLack > 0 ? `, as if ${countSlices(seemsToLack)} missing` : "";
    return `${pixels}, ${tilt}${least} to ${most} mm apart${lack}: no regular grid`;
  } catch (error) {
    if (!isKind(error, "bad-file")) throw error;
    return `${pixels}: ${error.message}`;
  }
}

/** A file that is no slice. */
interface OtherFile {
  file: string;
  is: string;
  structures?: readonly string[];
  /** Of structures: whether the series that they were made on is there. */
  hasSeries?: boolean;
}

async function describeStructures(
  object: DicomObject,
  content: DicomContent,
  path: string,
): Promise<OtherFile> {
  const { source, kind } = object;
  try {
    const { structures, isOn } = await describeObject(object);
    const hasSeries =
      content.series.some(isOn) ||
      // A file is also read by itself, with what lies around it.
      ((await recognizeFormat(path)) !== "zip" &&
        (await findBeside({ ...content, series: [] }, source.name, undefined)).some(isOn));
    return {
      file: source.name,
      is: `DICOM ${kind}`,
      structures: structures.map(({ name }) => name),
      hasSeries,
    };
  } catch (error) {
    if (!isKind(error, "bad-file")) throw error;
    return { file: source.name, is: `DICOM ${kind} that cannot be read: ${error.message}` };
  }
}

function formatOther({ file, is, structures, hasSeries }: OtherFile): string {
  const named = structures ? ` with ${structures.map((name) => JSON.stringify(name)).join(", ")}` : "";
  const rest = /segmentation/.test(is)
    ? "it is read on the grid of its own frames"
    : "it is read with --ct DIR, the folder of that series";
  const absent = hasSeries === false ? `; the series that it refers to is not beside it: ${rest}` : "";
  return `    ${file}: ${is}${named}${absent}`;
}

/** What lies in a folder or archive, as text and as JSON. Values of identifying elements are in neither. */
export async function describeFolder(path: string): Promise<{ text: string; json: object }> {
  const content = await collectDicom(path);
  const { series, objects, skipped, identifying } = content;
  const files: OtherFile[] = [];
  for (const object of objects) files.push(await describeStructures(object, content, path));
  for (const { file, reason } of skipped) {
    const format = reason === "no DICOM" ? await recognizeFormat(file).catch(() => "unknown") : reason;
    files.push({ file, is: format === "unknown" ? "none of the formats read here" : format });
  }
  const known = Object.entries(identifying).map(([name, count]) => `    ${name} (${count} files)`);
  const text = [
    path,
    `  series       ${series.length}`,
    ...series.flatMap((each) => [
      `    ${describeSeries(each)} ${each.slices[0].modality}`,
      `      ${describeGrid(each, path)}`,
    ]),
    ...(files.length > 0 ? [`  other files  ${files.length}`, ...files.map(formatOther)] : []),
    `  identifying  ${known.length === 0 ? "no element that has a value" : `${known.length} elements have a value`}`,
    ...known,
  ].join("\n");
  const list = series.map(({ name, number, uid, slices }) => {
    const [{ modality }] = slices;
    return { name, number: number ?? null, uid, slices: slices.length, modality };
  });
  return { text, json: { folder: path, series: list, files, identifying } };
}
