import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { plotlyMime } from "tumorlab/internal/contracts/plotly-payload";
import { volumeMime } from "tumorlab/internal/contracts/volume-payload";
import { LabError } from "tumorlab/internal/core/errors";
import type { Figure } from "tumorlab/internal/plot/figure";
import { choosePlotlyBuild, plotlyFiles } from "tumorlab/internal/plot/plotly-build";
import type { LiveOutput } from "./output.js";

/** The scripts of a page and the part of its content security policy that allows them and no others. */
export interface PageScripts {
  html: string;
  /** Value of `script-src`. */
  policy: string;
}

// Figures come to life when they are near the screen, so that a long page opens at once.
const starter = `
(() => {
  const start = async (figure) => {
    const stage = figure.querySelector(".stage");
    const source = document.getElementById(stage.id + "-data");
    const content = JSON.parse(source.textContent);
    if (source.dataset.type === "${plotlyMime}") {
      const { data, layout, config, frames } = content;
      await Plotly.newPlot(stage, { data, layout, frames, config: { ...config, displaylogo: false } });
    } else {
      await tumorlabViewer.mount(stage, content);
    }
    figure.classList.add("is-live");
  };
  const watcher = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      start(target).catch((error) => {
        console.error(error);
        target.classList.add("is-still");
      });
    }
  }, { rootMargin: "600px" });
  for (const figure of document.querySelectorAll("figure.live")) watcher.observe(figure);
})();
`;

/**
 * The scripts a page needs: nothing for a page without live outputs, otherwise the data of each, plotly.js
 * and the volume viewer once, as far as there are such outputs.
 *
 * @param root the project folder.
 * @throws LabError when the viewer has not been built.
 */
export async function collectScripts(live: readonly LiveOutput[], root: string): Promise<PageScripts> {
  if (live.length === 0) return { html: "", policy: "'none'" };
  const codes: string[] = [];
  const types = new Set(live.map((output) => output.type));
  const figures = live.filter(({ type }) => type === plotlyMime).map(({ content }) => content as Figure);
  if (figures.length > 0) {
    const builds = new Set(figures.map(choosePlotlyBuild));
    const file = plotlyFiles[builds.has("full") ? "full" : "basic"];
    codes.push(await readFile(require.resolve(file), "utf8"));
  }
  let licences = "";
  if (types.has(volumeMime)) {
    codes.push(await readStandalone(root, "viewer.js"));
    licences = await readStandalone(root, "THIRD-PARTY-LICENCES.txt");
  }
  codes.push(starter);

  const data = live.map(
    ({ id, type, content }) =>
      `<script type="application/json" id="${id}-data" data-type="${type}">${embedJson(content)}</script>`,
  );
  const closed = codes.map((code) => code.replace(/<\/script/gi, "<\\/script"));
  const hashes = closed.map(hashOf);
  // WebGL figures compile their shaders' wrappers from text.
  const evaluation = usesWebgl(live) ? " 'unsafe-eval'" : "";
  return {
    html: [comment(licences), ...data, ...closed.map((code) => `<script>${code}</script>`)].join("\n"),
    policy: hashes.join(" ") + evaluation,
  };
}

/** One script of our own; none for an empty text. */
export function writeScript(code: string): PageScripts {
  if (code === "") return { html: "", policy: "'none'" };
  return { html: `<script>${code}</script>`, policy: hashOf(code) };
}

function hashOf(code: string): string {
  return `'sha256-${createHash("sha256").update(code).digest("base64")}'`;
}

/** A file of the viewer's build; plotly.js carries its licence in itself. */
async function readStandalone(root: string, name: string): Promise<string> {
  const file = path.join(root, "environment", "lab", "dist", "standalone", name);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new LabError(
      "--html",
      `no environment/lab/dist/standalone/${name}`,
      "the built volume viewer",
      "Run npm run build first",
      { cause: error },
    );
  }
}

function comment(text: string): string {
  return text === "" ? "" : `<!--\n${text.replace(/--+/g, "-")}-->`;
}

function usesWebgl(live: readonly LiveOutput[]): boolean {
  return live.some(({ type, content }) => {
    if (type !== plotlyMime) return false;
    const traces = (content as { data?: { type?: string }[] }).data ?? [];
    return traces.some((trace) =>
      /gl$|3d$|^(surface|isosurface|volume|cone|streamtube|parcoords)$/.test(trace.type ?? ""),
    );
  });
}

/** JSON that can stand in a script element whatever it holds. */
function embedJson(value: unknown): string {
  return JSON.stringify(value).replace(/</g, "\\u003c");
}
