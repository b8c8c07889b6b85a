import { reduceImports, type Room } from "./rooms.js";

/** What each room holds, in a few words. */
export const holds: Readonly<Record<string, string>> = {
  platform: "files, workers; knows Node",
  core: "types, grids, errors",
  contracts: "what parts hand over",
  anatomy: "organs, lesions, labels",
  volume: "geometry, filters",
  nifti: "NIfTI files",
  dicom: "DICOM series",
  formats: "one reader for all",
  stats: "means, intervals, tests",
  data: "sets, layouts, splits",
  phantom: "made-up patients",
  metrics: "Dice, NSD, lesions",
  scaling: "laws of curves",
  tumor: "one synthetic lesion",
  model: "networks and engines",
  synthesis: "lesions into cohorts",
  realism: "how real lesions look",
  evaluation: "studies scored",
  training: "cohorts learned",
  experiment: "plan, run, analyze",
  paper: "its claims beside ours",
  plot: "figures",
  viewer: "slices painted",
  notebook: "show, view, tables",
  cli: "the commands",
  lessons: "exercises",
  public: "the namespaces of lab.",
};

const width = 1080;
const rowPx = 100;
const box = { width: 148, height: 50 };
const left = 70;
const top = 20;
/** Room that a line keeps from boxes it passes by. */
const clear = 7;
const font = `font-family="Liberation Sans, Arial, Helvetica, sans-serif"`;

/** Where a room stands: its middle, and its row from above. */
interface Place {
  x: number;
  row: number;
}

/**
 * The rooms as a house: one row per floor, the lowest at the bottom, and a line from each room down to those it imports. Lines
 * that others imply are left out. The same rooms give the same text.
 *
 * @throws Error for a room of which nobody said what it holds.
 */
export function drawRooms(rooms: readonly Room[]): string {
  const floors = [...new Set(rooms.map(({ floor }) => floor))].sort((a, b) => b - a);
  const height = top + floors.length * rowPx;
  const rows = floors.map((floor) => rooms.filter((room) => room.floor === floor));
  const places = new Map<string, Place>();
  rows.forEach((own, row) =>
    own.forEach(({ name }, i) => {
      const x = Math.round(left + ((i + 0.5) * (width - left)) / own.length);
      places.set(name, { x, row });
    }),
  );
  const middles = rows.map((own) => own.map(({ name }) => places.get(name)!.x));
  const lines = [...reduceImports(rooms)].flatMap(([name, imports]) =>
    imports.map((other) => drawLine(places.get(name)!, places.get(other)!, middles)),
  );
  const boxes = rooms.map((room) => drawBox(room, places.get(room.name)!));
  const names = floors.map(
    (floor, row) =>
      `<text x="8" y="${top + row * rowPx + 30}" font-size="13" fill="#5b6270">floor ${floor}</text>`,
  );
  const open = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ${font}>`;
  const paper = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  return `${[open, paper, ...lines, ...boxes, ...names, "</svg>"].join("\n")}\n`;
}

/** A line from the foot of a room to the head of another, past the rooms of the floors between them. */
function drawLine(from: Place, to: Place, middles: readonly (readonly number[])[]): string {
  const head = (row: number): number => top + row * rowPx;
  const foot = (row: number): number => head(row) + box.height;
  const stroke = `fill="none" stroke="#8a94a6" stroke-width="1.3"`;
  if (from.row === to.row) {
    // Rooms that stand beside each other are joined by an arc above them.
    const y = head(from.row);
    return `<path d="M${from.x} ${y} C${from.x} ${y - 34} ${to.x} ${y - 34} ${to.x} ${y}" ${stroke}/>`;
  }
  let path = `M${from.x} ${foot(from.row)}`;
  let at = { x: from.x, y: foot(from.row) };
  const bendTo = (x: number, y: number): void => {
    const middle = (at.y + y) / 2;
    path += ` C${at.x} ${middle} ${x} ${middle} ${x} ${y}`;
    at = { x, y };
  };
  for (let row = from.row + 1; row < to.row; row++) {
    const straight = from.x + ((to.x - from.x) * (row - from.row)) / (to.row - from.row);
    const x = Math.round(passBy(straight, middles[row]));
    bendTo(x, head(row) - clear);
    path += ` L${x} ${foot(row) + clear}`;
    at = { x, y: foot(row) + clear };
  }
  bendTo(to.x, head(to.row));
  return `<path d="${path}" ${stroke}/>`;
}

/** The place nearest to `x` at which a line meets no room of a row. */
function passBy(x: number, middles: readonly number[]): number {
  const half = box.width / 2 + clear;
  const hit = middles.find((middle) => Math.abs(middle - x) < half);
  return hit === undefined ? x : x < hit ? hit - half : hit + half;
}

function drawBox({ name }: Room, { x, row }: Place): string {
  const words = Object.hasOwn(holds, name) ? holds[name] : undefined;
  if (words === undefined) throw new Error(`Say in environment/docs/rooms/draw.ts what src/${name} holds.`);
  const y = top + row * rowPx;
  return [
    `<rect x="${x - box.width / 2}" y="${y}" width="${box.width}" height="${box.height}" rx="6" fill="#f3f5f9" stroke="#5b6270"/>`,
    `<text x="${x}" y="${y + 22}" font-size="15" font-weight="bold" text-anchor="middle" fill="#1c2230">${name}</text>`,
    `<text x="${x}" y="${y + 40}" font-size="11" text-anchor="middle" fill="#4a5160">${words}</text>`,
  ].join("\n");
}

/** The rooms as a table in Markdown, the highest floor first, with everything that each one imports. */
export function tabulateRooms(rooms: readonly Room[]): string {
  const rows = [...rooms]
    .reverse()
    .map(
      ({ name, floor, files, imports }) =>
        `| ${floor} | \`${name}\` | ${holds[name]} | ${files} | ${imports.map((other) => `\`${other}\``).join(" ")} |`,
    );
  return ["| floor | room | holds | files | imports |", "| --- | --- | --- | --- | --- |", ...rows].join(
    "\n",
  );
}
