import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { readNotebooks, root } from "./read-notebooks.js";
import { startKernel } from "#environment/client/kernel-client.js";
import { executeNotebook } from "#environment/runner/execute.js";
import { type CodeCell, type Notebook, tagsOf } from "#environment/runner/notebook.js";
import { injectParameters } from "#environment/runner/parameters.js";
import { createRunWorkspace, type RunWorkspace } from "#environment/runner/workspace.js";

const data = path.resolve(root, "../shared/data");
const abdomen = `"${data}/totalsegmentator"`;
const thigh = `"${data}/ibsi_sts_tumour/STS_002_CT_image.nii.gz"`;
const mri = `"${data}/dicom_ct/In/HFP/2_t1_fl2d_sag"`;

const opens = /lab\.data\.openScan\("abdomen-ct"(, \{ scale)?( \})?\)/;
const practises = "await lessons.openPracticeStudy({ scale })";

/** The call of `openScan` in notebooks 01, 02, 04 and 05, with another path and further options. */
const openInstead = (file: string, more = "") => ({
  line: opens,
  by: (found: string) => {
    const options = [found.includes("scale") ? "scale" : "", more].filter(Boolean).join(", ");
    return `lab.data.openScan(${file}${options ? `, { ${options} }` : ""})`;
  },
});

interface OwnRun {
  notebook: string;
  what: string;
  line: RegExp | string;
  by: (found: string) => string;
  /** What must be said. */
  says: RegExp[];
}

const tumor = 'names: { 1: "tumor" }';
const runs: OwnRun[] = [
  {
    notebook: "01",
    what: "an abdomen",
    ...openInstead(abdomen),
    says: [/phase: plain/, /left out: urinary bladder/],
  },
  {
    notebook: "02",
    what: "an abdomen",
    ...openInstead(abdomen),
    says: [/Real CT, plain/],
  },
  {
    notebook: "01",
    what: "a thigh",
    ...openInstead(thigh, tumor),
    says: [/lesions: tumor/, /left out: liver, spleen/],
  },
  {
    notebook: "02",
    what: "a thigh",
    ...openInstead(thigh, tumor),
    says: [/phase not known: no such square/, /none of these organs labelled/],
  },
  {
    notebook: "01",
    what: "an MRI without labels",
    ...openInstead(mri),
    says: [/not in HU/, /Nothing is labelled/, /no labels were found/],
  },
  {
    notebook: "04",
    what: "an abdomen",
    ...openInstead(abdomen),
    says: [/lent by the phantom: esophagus, uterus/],
  },
  {
    notebook: "04",
    what: "a thigh",
    ...openInstead(thigh, tumor),
    says: [
      /no liver that can be used: a phantom lends its own/,
      /lent by the phantom: liver, pancreas, kidney, colon, esophagus, uterus/,
    ],
  },
  {
    notebook: "05",
    what: "an abdomen",
    ...openInstead(abdomen),
    says: [/phase: plain/, /voxels are called tumor/],
  },
  { notebook: "05", what: "a thigh", ...openInstead(thigh, tumor), says: [/No liver or kidney is labelled/] },
  {
    notebook: "05",
    what: "an MRI without labels",
    ...openInstead(mri),
    says: [/not in HU/, /No liver or kidney is labelled/],
  },
  ...[abdomen, thigh].map((file, i) => ({
    notebook: "03",
    what: `practice on ${["an abdomen", "a thigh"][i]}`,
    line: practises,
    by: () =>
      `await lessons.openPracticeStudy({ scale, scan: await lab.data.openScan(${file}, { ${tumor.repeat(i)} }) })`,
    says: [[/labels of example_ct_sm, CT, plain/], [/STS_002_CT, CT, phase not known, with its own lesions/]][
      i
    ],
  })),
  {
    notebook: "03",
    what: "predictions of an abdomen",
    line: practises,
    by: () => {
      const [reference, prediction, ct] = ["seg", "seg_fast", "ct_sm"].map(
        (name) => `"${data}/totalsegmentator/example_${name}.nii.gz"`,
      );
      return `await lab.evaluation.openStudy({ reference: ${reference}, prediction: ${prediction}, ct: ${ct} })`;
    },
    says: [/1 scans/],
  },
];

/** Notebooks with one line changed for a scan of somebody's own; the rest is as it is committed. */
describe("notebooks on a reader's own scan", function () {
  this.timeout(1_200_000);
  let workspace: RunWorkspace;
  before(async function () {
    if (!existsSync(path.join(data, "ibsi_sts_tumour"))) {
      console.log("      skipped: ../shared/data is not there");
      this.skip();
    }
    workspace = await createRunWorkspace(root);
  });
  after(() => workspace?.remove());

  for (const { notebook, what, line, by, says } of runs)
    it(`${notebook}: ${what}`, async () => {
      const committed = readNotebooks().find(({ name }) => name.startsWith(notebook));
      assert.ok(committed);
      const changed = changeLine(shorten(committed.notebook, notebook), line, by);
      const kernel = await startKernel({ cwd: workspace.folderFor(committed.file), root });
      try {
        const prepared = injectParameters(changed, { scale: "tiny" }, committed.name);
        const { notebook: done, failure } = await executeNotebook(prepared, kernel, {
          cellTimeoutMs: 600_000,
        });
        assert.equal(failure, undefined, JSON.stringify(failure, null, 1));
        const told = textOf(done);
        for (const sentence of says) assert.match(told, sentence);
      } finally {
        await kernel.shutdown();
      }
    });
});

/** Of notebook 05 the trainings on phantoms, which know nothing of the scan, are left out: what is defined for later stays. */
function shorten(notebook: Notebook, number: string): Notebook {
  if (number !== "05") return notebook;
  const real = notebook.cells.findIndex(({ source }) => /^## A real CT/m.test(source));
  assert.ok(real > 0);
  const recipe = notebook.cells.findIndex(({ source }) => source.startsWith("const recipe"));
  return {
    ...notebook,
    cells: notebook.cells.filter(({ id }, at) => at <= recipe || at >= real || id === "compare"),
  };
}

function changeLine(notebook: Notebook, line: RegExp | string, by: (found: string) => string): Notebook {
  let changes = 0;
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code" || tagsOf(cell).includes("exercise")) return cell;
    const source = cell.source.replace(line, (found) => {
      changes++;
      return by(found);
    });
    return { ...cell, source };
  });
  assert.equal(changes, 1, "the line to change is not there once");
  return { ...notebook, cells };
}

/** All that the cells printed, and the words of what they showed. */
function textOf({ cells }: Notebook): string {
  return cells
    .filter((cell): cell is CodeCell => cell.cell_type === "code")
    .flatMap(({ outputs }) =>
      outputs.map((output) => {
        if (output.output_type === "stream") return output.text;
        return "data" in output ? JSON.stringify(output.data["text/plain"] ?? "") : "";
      }),
    )
    .join("\n");
}
