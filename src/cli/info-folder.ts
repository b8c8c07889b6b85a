import { isKind } from "../core/errors.js";
import { collectDicom, describeSeries, type DicomSeries } from "../dicom/collect.js";
import { judgeGeometry } from "../dicom/geometry.js";
import { listStructures } from "../dicom/read-objects.js";
import { countSlices } from "../dicom/read-series.js";
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

/** What lies in a folder or archive, as text and as JSON. Values of identifying elements are in neither. */
export async function describeFolder(path: string): Promise<{ text: string; json: object }> {
  const { series, objects, skipped, identifying } = await collectDicom(path);
  const files: { file: string; is: string; structures?: readonly string[] }[] = [];
  for (const object of objects) {
    const { source, kind } = object;
    try {
      files.push({ file: source.name, is: `DICOM ${kind}`, structures: await listStructures(object) });
    } catch (error) {
      if (!isKind(error, "bad-file")) throw error;
      files.push({ file: source.name, is: `DICOM ${kind} that cannot be read: ${error.message}` });
    }
  }
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
    ...(files.length > 0
      ? [
          `  other files  ${files.length}`,
          ...files.map(
            ({ file, is, structures }) =>
              `    ${file}: ${is}${structures ? ` with ${structures.map((name) => JSON.stringify(name)).join(", ")}` : ""}`,
          ),
        ]
      : []),
    `  identifying  ${known.length === 0 ? "no element that has a value" : `${known.length} elements have a value`}`,
    ...known,
  ].join("\n");
  const list = series.map(({ name, number, uid, slices }) => {
    const [{ modality }] = slices;
    return { name, number: number ?? null, uid, slices: slices.length, modality };
  });
  return { text, json: { folder: path, series: list, files, identifying } };
}
