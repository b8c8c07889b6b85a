import { openLabelMap } from "../anatomy/label-maps.js";
import { withData } from "../core/grid.js";
import { readLabelMap } from "../formats/read.js";
import { writeVolume } from "../formats/write.js";
import { findComponents, paintComponents } from "../volume/components.js";
import type { Connectivity } from "../volume/components.js";
import { parseOptions, toJson, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { forceHelp, requireFree } from "./output.js";
import { readingHelp, readingOptions, readReading } from "./reading.js";
import { formatTable } from "./table.js";

/** `tumorlab components` */
export const componentsCommand: Command = {
  name: "components",
  summary: "connected pieces of each label with volume, box and centroid",
  usage: `tumorlab components FILE [options]

  --connectivity 6|18|26      neighbours that touch: faces, edges too, corners too (default 26)
  --label-map NAME|FILE.json  names of label values, as for tumorlab evaluate
  ${readingHelp()}
  --merge                     everything above 0 is one structure
  --out FILE                  also writes a map with the number of each voxel's piece
  --force                     ${forceHelp}
  --json                      prints {file, connectivity, components} as JSON

Volumes are in ml and centroids in RAS mm. Boxes are in voxel indices, with both ends inside.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["connectivity", "label-map", "out", ...readingOptions],
      flags: ["json", "merge", "force"],
    });
    const [file, ...more] = options.positionals;
    if (file === undefined || more.length > 0)
      throw new UsageError(file === undefined ? "no file given" : `unexpected ${more[0]}`);
    const isChoice = (value: number): boolean => [6, 18, 26].includes(value);
    const connectivity = options.number("connectivity", 26, isChoice, "6, 18 or 26") as Connectivity;
    const mapName = options.value("label-map");
    const names = mapName === undefined ? {} : (await openLabelMap(mapName)).labels;
    const out = options.value("out");
    if (out !== undefined) await requireFree([out], [file, mapName], options.has("force"));
    const map = await readLabelMap(file, { names, ...readReading(options) });
    const table = findComponents(map, { connectivity, byLabel: !options.has("merge") });
    if (out !== undefined) {
      const painted = paintComponents(table, map);
      const narrow =
        table.components.length < 65536 ? withData(map, Uint16Array.from(painted.data)) : painted;
      await writeVolume(out, narrow);
    }
    const components = table.components.map((component) => ({
      ...component,
      name: options.has("merge") ? "all labels" : (map.names[component.label] ?? `label ${component.label}`),
    }));
    if (options.has("json")) {
      io.out(`${toJson({ file, connectivity, components })}\n`);
      return 0;
    }
    const rows = components.map(({ id, name, voxels, volumeMl, centroidMm, boxMin, boxMax }) => [
      id,
      name,
      voxels,
      volumeMl,
      centroidMm.map((mm) => mm.toFixed(1)).join(", "),
      `${boxMin.join(",")} to ${boxMax.join(",")}`,
    ]);
    io.out(`${formatTable(["piece", "label", "voxels", "ml", "centroid mm", "box"], rows)}\n`);
    return 0;
  },
};
