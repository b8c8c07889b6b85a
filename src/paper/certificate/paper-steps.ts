import { writeFileWhole } from "../../core/files.js";
import { toFullJson, toJson } from "../../core/missing.js";
import { encodeText } from "../../platform/bytes.js";
import { join } from "../../platform/paths.js";
import { errorOfRow, selectRows } from "../../scaling/curve-table.js";
import { selectLaw } from "../../scaling/select.js";
import { computeLedger } from "../ledger/compute-ledger.js";
import { countVerdicts } from "../ledger/ledger-counts.js";
import { ledgerPage } from "../ledger/ledger-page.js";
import { openLedger } from "../ledger/open-ledger.js";
import { openPublishedCurves } from "../published-curves.js";
import type { CertificateStep } from "./certificate-step.js";

const curvesFile = "outputs/curves.json";

/** Scaling laws fitted to the published learning curves. */
export const curvesStep: CertificateStep = {
  id: "curves",
  what: "fits scaling laws to the published learning curves",
  call: () => "lab.scaling.selectLaw(points) for each arm of lab.paper.openPublishedCurves()",
  seed: () => null,
  engine: "javascript",
  after: [],
  reads: ["data-manifests/paper/jhh-scaling.json"],
  async run({ folder }) {
    const { table } = await openPublishedCurves();
    const fits = table.arms.map((arm) => {
      const points = selectRows(table, arm).map((row) => ({
        n: row.n,
        error: errorOfRow(row, table.isLoss),
      }));
      const { comparisons, chosen, rule, heldOutN } = selectLaw(points);
      const laws = comparisons.map(({ fit, ...judged }) => ({
        law: fit.law.name,
        parameters: fit.parameters,
        ...judged,
      }));
      return { arm, points, laws, chosen: chosen.law.name, rule, heldOutN };
    });
    await writeText(join(folder, curvesFile), `${JSON.stringify(JSON.parse(toFullJson(fits)), null, 2)}\n`);
    const curves = fits.map(({ arm, chosen, points }) => ({ arm, law: chosen, sizes: points.length }));
    return { outputs: [curvesFile], facts: { curves } };
  },
};

/** Every number of the paper beside what is computed here. */
export const ledgerStep: CertificateStep = {
  id: "ledger",
  what: "works out every number of the paper anew, beside what is published",
  call: () => "tumorlab ledger --json --out ledger.json; tumorlab ledger --html --out ledger.html",
  seed: () => null,
  engine: "javascript",
  after: [],
  reads: [
    "data-manifests/ledger.json",
    "data-manifests/paper",
    "data-manifests/cohorts",
    "notebooks/results",
  ],
  async run({ folder }) {
    const ledger = await openLedger();
    const rows = await computeLedger({ rows: ledger.rows });
    const { title, checked, figures } = ledger;
    await writeText(join(folder, "ledger.json"), `${toJson({ title, checked, rows, figures })}\n`);
    await writeText(join(folder, "ledger.html"), ledgerPage(rows, ledger));
    const fallen = rows.filter(({ stands }) => stands === false).map(({ id }) => id);
    return {
      outputs: ["ledger.json", "ledger.html"],
      facts: { ledger: { claims: rows.length, verdicts: countVerdicts(rows), fallen } },
    };
  },
};

async function writeText(path: string, text: string): Promise<void> {
  await writeFileWhole(path, [encodeText(text)]);
}
