/** What a notebook file holds, as far as these tests write it. */
export interface FixtureNotebook {
  cells: Record<string, unknown>[];
  metadata: Record<string, unknown>;
  nbformat: 4;
  nbformat_minor: 5;
}

export const plotlyMime = "application/vnd.plotly.v1+json";
export const volumeMime = "application/vnd.tumorlab.volume+json";
export const progressMime = "application/vnd.tumorlab.progress+json";

type Output = Readonly<Record<string, unknown>>;

/** A code cell; each output is one MIME bundle that was saved with it. */
export function codeCell(source: string, ...outputs: Output[]): Record<string, unknown> {
  return {
    cell_type: "code",
    source,
    metadata: {},
    execution_count: null,
    outputs: outputs.map((data) => ({ output_type: "display_data", data, metadata: {} })),
  };
}

export function markdownCell(source: string): Record<string, unknown> {
  return { cell_type: "markdown", source, metadata: {} };
}

/** A notebook of these cells for the TypeScript kernel. */
export function createNotebook(cells: Record<string, unknown>[]): FixtureNotebook {
  return {
    cells: cells.map((cell, i) => ({ id: `cell-${i}`, ...cell })),
    metadata: {
      kernelspec: { name: "tumorlab", display_name: "TypeScript (Tumorlab)", language: "typescript" },
      language_info: { name: "typescript", mimetype: "text/typescript", file_extension: ".ts" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
}
