import { collectDicom, describeSeries } from "../dicom/collect.js";
import { recognizeFormat } from "../formats/recognize.js";

/** What lies in a folder or archive, as text and as JSON. Values of identifying elements are in neither. */
export async function describeFolder(path: string): Promise<{ text: string; json: object }> {
  const { series, objects, skipped, identifying } = await collectDicom(path);
  const files: { file: string; is: string }[] = [
    ...objects.map(({ source, kind }) => ({ file: source.name, is: `DICOM ${kind}` })),
  ];
  for (const { file, reason } of skipped) {
    const format = reason === "no DICOM" ? await recognizeFormat(file).catch(() => "unknown") : reason;
    files.push({ file, is: format === "unknown" ? "none of the formats read here" : format });
  }
  const known = Object.entries(identifying).map(([name, count]) => `    ${name} (${count} files)`);
  const text = [
    path,
    `  series       ${series.length}`,
    ...series.map((each) => `    ${describeSeries(each)} ${each.slices[0].modality}`),
    ...(files.length > 0
      ? [`  other files  ${files.length}`, ...files.map(({ file, is }) => `    ${file}: ${is}`)]
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
