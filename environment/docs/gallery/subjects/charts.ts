import * as lab from "tumorlab";

/**
 * Bars, dots and lines
 *
 * The plain figures that the others are made of. Every axis says its unit, and every bar has its number beside it.
 */
export async function given() {
  const { ct, labels } = await lab.openSample("abdomen-ct");
  return { ct, labels };
}

type Given = Awaited<ReturnType<typeof given>>;

/** One number a name, with a whisker that says what it is. */
export function barFigure() {
  const bars = [
    { name: "Liver", value: 61, spread: 12 },
    { name: "Spleen", value: 49, spread: 9 },
    { name: "Kidneys", value: 31, spread: 11 },
    { name: "Gall bladder", value: 9, spread: 14 },
  ];
  const axis = { title: "Attenuation of a made-up plain scan", unit: "HU" };
  const options = { title: "Organs of a plain scan", axis, spreadName: "standard deviation", digits: 0 };
  return lab.plot.barFigure(bars, options);
}

/** Volume (or mean HU) of the regions of a label map, in the colours of the organs. */
export function organBarFigure({ ct, labels }: Given) {
  const names = ["liver", "spleen", "kidney_left", "kidney_right", "pancreas"];
  const regions = lab.volume.measureRegions(labels, ct).filter(({ name }) => names.includes(name));
  return lab.plot.organBarFigure(regions, "volumeMl", { title: "Volume of five organs" });
}

/** Several numbers a name; one that nobody knows says so and is no bar of length 0. */
export function groupedBarFigure() {
  const groups = [
    { name: "First set", values: [131, 908] },
    { name: "Second set", values: [210, 214] },
    { name: "Third set", values: [420, null] },
  ];
  const axis = { title: "Made-up sets of scans", unit: "count" };
  const options = { title: "What the sets hold", axis, series: ["Scans", "Tumors"] };
  return lab.plot.groupedBarFigure(groups, options);
}

/** Values with their intervals over the cases they sum up. */
export function dotFigure() {
  const rows = [
    { name: "Liver", value: 0.93, low: 0.91, high: 0.95, cases: [0.89, 0.92, 0.95, 0.96], note: "n = 4" },
    { name: "Pancreas", value: 0.71, low: 0.6, high: 0.8, cases: [0.52, 0.7, 0.78, 0.84], note: "n = 4" },
  ];
  const axis = { title: "Dice of made-up cases", unit: "1" };
  const options = { title: "Two organs", axis, intervalName: "95 % interval over patients" };
  return lab.plot.dotFigure(rows, { ...options, range: [0, 1] });
}

/** Curves with the bands around them; on a log axis where sizes double. */
export function lineFigure() {
  const x = [10, 20, 40, 80, 160];
  const series = [
    { name: "Power law", x, y: [52, 60, 66, 71, 75], low: [48, 57, 64, 69, 73], high: [56, 63, 68, 73, 77] },
    { name: "Law with a floor", x, y: [51, 61, 67, 70, 71.5] },
  ];
  return lab.plot.lineFigure(series, {
    title: "Two made-up laws",
    x: { title: "Real scans", unit: "count, log axis" },
    y: { title: "Dice", unit: "%" },
    xScale: "log",
    bandName: "95 % band",
  });
}

/** What each thing has, by shape and not by colour alone. */
export async function presenceFigure() {
  const manifests = await lab.data.openAllCohorts();
  const rows = manifests.map((each) => ({ name: each.title, has: lab.data.labelledTumors(each) }));
  return lab.plot.presenceFigure(
    rows.filter(({ has }) => has.length > 0),
    {
      title: "Tumors of which organs are labelled?",
      columns: lab.anatomy.tumorOrgans.map((name) => ({ name })),
      present: "labelled",
      absent: "not labelled",
    },
  );
}
