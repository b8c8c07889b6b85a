import { escapeXml } from "../../core/escape.js";
import { formatDuration } from "../../core/progress.js";
import type { Certificate } from "./certificate.js";
import { countStatuses } from "./checklist.js";
import type { Checklist } from "./checklist.js";
import { claimItems } from "./claim-items.js";
import { describeComparison } from "./compare-hashes.js";
import type { DifferentFile, StepComparison } from "./compare-hashes.js";
import { factsOf, spellDice } from "./spell-facts.js";
import { tripodItems } from "./tripod-items.js";

const style = `
:root { color-scheme: light dark; --line: #b8b8b8; --soft: #f2f2f2; --text: #1a1a1a; --back: #fff; --good: #1a6b2f; --bad: #a32014; --link: #0b57a4 }
@media (prefers-color-scheme: dark) { :root { --line: #5a5a5a; --soft: #242424; --text: #e6e6e6; --back: #141414; --good: #7ed492; --bad: #ff9d8f; --link: #8ec5ff } }
@media print { body { margin: 0 } h2 { break-after: avoid } tr, .sign { break-inside: avoid } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); margin: 2rem auto; max-width: 64rem; padding: 0 1rem }
a { color: var(--link) } .wide { overflow-x: auto } table { border-collapse: collapse; width: 100% } th, td { border-bottom: 1px solid var(--line); padding: .4rem .5rem; text-align: left; vertical-align: top }
thead th { background: var(--soft) } tbody th { font-weight: 600; white-space: nowrap } td.number { text-align: right; white-space: nowrap } code { font-size: .85em; overflow-wrap: anywhere }
.outcome { border: 1px solid var(--line); border-left: .5rem solid; padding: .75rem 1rem; font-size: 1.1rem } .outcome.good { border-left-color: var(--good) } .outcome.bad { border-left-color: var(--bad) }
.good b { color: var(--good) } .bad b { color: var(--bad) } .sign { display: grid; grid-template-columns: 12rem 1fr; gap: 1.25rem 1rem; margin: 1rem 0 } .sign span { border-bottom: 1px solid var(--text); min-height: 1.5rem }`;

/** The certificate as one page of HTML to read, print and sign: what was run, what agrees, where a difference begins. */
export function certificatePage(certificate: Certificate): string {
  const { set, environment, records, comparison, sha256, finishedAt, seconds, peakMemoryMb } = certificate;
  const { version, commit, engine } = environment;
  const { ledger } = factsOf(certificate);
  const isGood = !comparison.first && comparison.compared === records.length;
  const kind = comparison.first ? "bad" : isGood ? "good" : "";
  const title = `Certificate of a run of Tumorlab, set ${set.name}`;
  const verdicts = Object.entries(ledger.verdicts).filter(([, count]) => count > 0);
  const fact = (name: string, value: string): string =>
    `<tr><th scope="row">${escapeXml(name)}</th><td>${escapeXml(value)}</td></tr>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeXml(title)}</h1>
<p class="outcome ${kind}"><b>${escapeXml(sentence(describeComparison(comparison)))}</b><br>
One hash for all of it: <code>${sha256}</code></p>
<p>Two machines with the same code, inputs and arithmetic have the same hash. It is the sha256 of <a href="hashes.json">hashes.json</a>, which holds what each step read and gave.</p>
<h2>What was run</h2>
<div class="wide"><table>
<thead><tr><th scope="col">Step</th><th scope="col">What it does, and the call</th><th scope="col">Arithmetic</th><th scope="col">Seconds</th><th scope="col">Beside what was expected</th></tr></thead>
<tbody>
${records.map((_, i) => stepRow(certificate, i, comparison.steps[i])).join("\n")}
</tbody>
</table></div>
${differences(comparison.first)}
${otherInputs(comparison.steps)}
<h2>What it ran on</h2>
<div class="wide"><table><tbody>
${fact("code", `Tumorlab ${version}${commit === null ? "" : `, commit ${commit}`}`)}
${commit?.endsWith("+") ? fact("", "The + says that files of the checkout differed from the commit.") : ""}
${fact("engine", `${engine.name}, arithmetic ${engine.arithmetic}: ${engine.detail}`)}
${fact("runs in", `Node.js ${environment.nodeVersion}, V8 ${environment.v8Version}, ${environment.system}, ${environment.architecture}`)}
${fact("processor", `${environment.processor || "not said"}, ${environment.cores} cores, ${environment.memoryGiB.toFixed(1)} GiB`)}
${fact("took", `${formatDuration(seconds)}, ${Math.round(peakMemoryMb)} MB at most, until ${finishedAt.slice(0, 16).replace("T", " ")} UTC`)}
</tbody></table></div>
<h2>What came out</h2>
<div class="wide"><table><tbody>
${fact("ledger", `${ledger.claims} claims, of the paper and of others beside it: ${verdicts.map(([verdict, count]) => `${count} ${verdict}`).join(", ")}${ledger.fallen.length > 0 ? `. No longer so: ${ledger.fallen.join(", ")}` : ""}`)}
${fact("network", `Dice on patients held out: ${spellDice(certificate)}`)}
${certificate.facts.experiment ? fact("experiment", `${certificate.facts.experiment.trials} networks, plan ${certificate.facts.experiment.planSha256.slice(0, 12)}`) : ""}
${checklistFact(claimItems, certificate)}
${checklistFact(tripodItems, certificate)}
</tbody></table></div>
<p>To open: <a href="ledger.html">the ledger</a>, <a href="model-card.md">model card</a>, <a href="data-card.md">data card</a>, <a href="claim-2024.md">CLAIM 2024</a>, <a href="tripod-ai.md">TRIPOD+AI</a>, <a href="run.json">the run</a>, <a href="environment.json">the machine</a>, <a href="ro-crate-metadata.json">the RO-Crate</a>, <a href="codecheck.yml">codecheck.yml</a>.</p>
<h2>What it says, and what it does not</h2>
<p>It says that this code, run here, gave files with these hashes. Where a step is as expected, it gave the same as the run that the expected hashes are of. It does not say that the paper is right: that is the ledger's matter, claim by claim. Phantoms are no patients, and nothing follows for patients from the network's scores.</p>
<h2>Signed by who checked it</h2>
<div class="sign"><div>Name</div><span></span><div>ORCID</div><span></span><div>Ran it on another machine (yes, no); its hash</div><span></span><div>Remarks</div><span></span><div>Date, signature</div><span></span></div>
<p>The same fields are in <a href="codecheck.yml">codecheck.yml</a>.</p>
</body>
</html>
`;
}

function stepRow({ records }: Certificate, index: number, compared: StepComparison): string {
  const { id, what, call, arithmetic, seconds, outputs } = records[index];
  const kind = { same: "good", differs: "bad", "other inputs": "", "not compared": "" }[compared.state];
  const files = `${outputs.length} file${outputs.length === 1 ? "" : "s"}`;
  return `<tr class="${kind}"><th scope="row">${index + 1} ${escapeXml(id)}</th><td>${escapeXml(sentence(what))}.<br><code>${escapeXml(call)}</code></td><td>${escapeXml(arithmetic)}</td><td class="number">${seconds.toFixed(1)}</td><td><b>${escapeXml(compared.state)}</b><br>${files}</td></tr>`;
}

function differences(first: StepComparison | undefined): string {
  if (!first) return "";
  return `<h2>Where the difference begins</h2>
<p>In step ${first.index + 1}, ${escapeXml(first.id)}. Steps after it that use its files may differ for that alone.</p>
${fileTable(first.files)}`;
}

function otherInputs(steps: readonly StepComparison[]): string {
  const files = steps.flatMap((step) => (step.state === "other inputs" ? step.files : []));
  if (files.length === 0) return "";
  return `<h2>Other inputs than expected</h2>
<p>The expected hashes are of a run that read other files of the project. Steps that read these are not compared.</p>
${fileTable(files)}`;
}

function fileTable(files: readonly DifferentFile[]): string {
  const rows = files.map(
    ({ name, found, expected }) =>
      `<tr><td><code>${escapeXml(name)}</code></td><td><code>${found ?? "no such file"}</code></td><td><code>${expected ?? "no such file"}</code></td></tr>`,
  );
  return `<div class="wide"><table><thead><tr><th scope="col">File</th><th scope="col">Found</th><th scope="col">Expected</th></tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}

function checklistFact(list: Checklist, certificate: Certificate): string {
  const counts = countStatuses(list, certificate).map(([status, count]) => `${count} ${status}`);
  return `<tr><th scope="row">${escapeXml(list.title)}</th><td>${list.items.length} items: ${counts.join(", ")}</td></tr>`;
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}
