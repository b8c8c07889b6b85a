import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Figure, plot } from "tumorlab";
import { drawExamples } from "./example.js";
import { subjects } from "./subjects.js";

/** A picture of the gallery: SVG where it is small, PNG where it shows scans or would be large. */
interface Picture {
  /** Name of its file, such as `dotFigure.svg`. */
  file: string;
  bytes: Uint8Array;
}

/** Bytes up to which a figure without scans is kept as SVG. */
const maxSvgBytes = 60_000;

/**
 * Draws every example of the gallery. The same code gives the same pictures.
 *
 * Paths in examples are relative to `notebooks/`: the process must be in that folder.
 */
async function* drawPictures(): AsyncGenerator<Picture> {
  for (const subject of subjects)
    for await (const { name, figures } of drawExamples(subject))
      for (const [index, figure] of figures.entries())
        yield await drawPicture(figures.length > 1 ? `${name}-${index + 1}` : name, figure);
}

async function drawPicture(name: string, figure: Figure): Promise<Picture> {
  const showsScans = Array.isArray(figure.layout.images) && figure.layout.images.length > 0;
  if (!showsScans) {
    const svg = Buffer.from(await plot.renderSvg(figure));
    if (svg.length <= maxSvgBytes) return { file: `${name}.svg`, bytes: svg };
  }
  return { file: `${name}.png`, bytes: await plot.renderPng(figure, { scale: 1 }) };
}

/** Names of the pictures in a folder, in order; none where there is no folder. */
export async function listPictures(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.(svg|png)$/.test(name)).sort();
}

/**
 * Writes the pictures of the gallery anew; one that is the same keeps its file, and one that no example draws goes.
 *
 * @returns names of what was written and of what went.
 */
export async function writePictures(folder: string): Promise<{ written: string[]; removed: string[] }> {
  const drawn = new Set<string>();
  const written: string[] = [];
  for await (const { file, bytes } of drawPictures()) {
    drawn.add(file);
    const before = await readFile(join(folder, file)).catch(() => undefined);
    if (before && Buffer.compare(before, bytes) === 0) continue;
    await writeFile(join(folder, file), bytes);
    written.push(file);
  }
  const removed = (await listPictures(folder)).filter((name) => !drawn.has(name));
  for (const name of removed) await rm(join(folder, name));
  return { written, removed };
}
