import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import path from "node:path";
import { JSDOM } from "jsdom";
import type { Certificate } from "tumorlab/internal/paper/certificate/certificate";
import { readHashes } from "tumorlab/internal/paper/certificate/certificate-hashes";
import { compareHashes } from "tumorlab/internal/paper/certificate/compare-hashes";
import { hashContent, listFiles } from "tumorlab/internal/paper/certificate/hashed-file";
import { issueCertificate } from "tumorlab/internal/paper/certificate/issue-certificate";
import { projectFolder } from "tumorlab/internal/platform/locations";
import { run } from "../../cli/run.js";
import { checkCodecheck } from "./check-codecheck.js";
import { checkRoCrate } from "./check-ro-crate.js";
import { minuteSet as set } from "./minute-set.js";

describe("a certificate", function () {
  this.timeout(300_000);
  let folder: string;
  let one: string;
  let other: string;
  let expected: string;
  let first: Certificate;
  let second: Certificate;
  const read = (name: string): Promise<string> => readFile(path.join(one, name), "utf8");
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "certificate-"));
    [one, other, expected] = ["one", "other", "expected.json"].map((name) => path.join(folder, name));
    first = await issueCertificate({ set, folder: one, workers: 1, expected, updateExpected: true });
    // In the place of an older one.
    await cp(one, other, { recursive: true });
    await writeFile(path.join(other, "older.md"), "");
    second = await issueCertificate({ set, folder: other, workers: 2, expected, overwrite: true });
  });
  after(() => rm(folder, { recursive: true }));

  it("has the same hash in two runs, whatever the number of workers", async () => {
    assert.equal(await read("hashes.json"), await readFile(path.join(other, "hashes.json"), "utf8"));
    assert.equal(first.sha256, second.sha256);
    assert.equal(first.comparison.compared, 0);
    assert.deepEqual(
      second.comparison.steps.map(({ state }) => state),
      second.records.map(() => "same"),
    );
    assert.equal(second.records.length, 8);
    for (const { name, sha256 } of first.records.flatMap(({ outputs }) => outputs))
      assert.equal(await hashContent(path.join(one, name)), sha256, name);
  });

  it("says from which step on another run differs", async () => {
    const changed = path.join(folder, "changed");
    await cp(other, changed, { recursive: true });
    const hashes = await readHashes(other);
    const at = hashes.steps.findIndex(({ id }) => id === "training");
    const steps = hashes.steps.map((step, i) =>
      i < at ? step : { ...step, outputs: step.outputs.map((file) => ({ ...file, sha256: "0".repeat(64) })) },
    );
    await writeFile(path.join(changed, "hashes.json"), JSON.stringify({ ...hashes, steps }));
    assert.equal(compareHashes(steps, hashes.steps).first?.id, "training");
    const { code, out } = await run("certify", "--compare", one, changed);
    assert.equal(code, 1);
    assert.match(out, /differs from step 6 on: training has another outputs\/training\/best\/weights\.bin/);
    const same = await run("certify", "--compare", one, other);
    assert.deepEqual([same.code, same.err], [0, ""]);
    assert.match(same.out, /8 of 8 steps as expected/);
  });

  it("names no machine, no person and no place on disk", async () => {
    const names = [hostname(), userInfo().username, homedir(), tmpdir(), projectFolder, folder];
    const told = names.filter((name) => name.length > 4);
    for (const name of await listFiles(one)) {
      if (/\.(gz|bin|safetensors)$/.test(name)) continue;
      const text = await read(name);
      for (const secret of told) assert.ok(!text.includes(secret), `${name} tells ${secret}`);
    }
  });

  it("is an RO-Crate 1.2 that describes each file", async () => {
    await checkRoCrate(one);
  });

  it("has a codecheck.yml of which only what the signer knows is missing", async () => {
    assert.deepEqual(await checkCodecheck(one), [
      "codechecker 1: name",
      "report",
      "summary",
      "certificate",
      ...Array.from({ length: 14 }, (_, i) => `author ${i + 1}: ORCID`),
    ]);
  });

  it("answers every item of the checklists, or says that it is open", async () => {
    const rowsOf = async (name: string): Promise<string[][]> =>
      (await read(name))
        .split("\n")
        .filter((line) => /^\| \d/.test(line))
        .map((line) => line.split("|").map((cell) => cell.trim()));
    const claim = await rowsOf("claim-2024.md");
    assert.deepEqual(
      claim.map(([, number]) => Number(number)),
      Array.from({ length: 44 }, (_, i) => i + 1),
    );
    const tripod = await rowsOf("tripod-ai.md");
    assert.equal(tripod.length, 52);
    assert.deepEqual(
      [...new Set(tripod.map(([, number]) => parseInt(number)))],
      Array.from({ length: 27 }, (_, i) => i + 1),
    );
    const files = await listFiles(one);
    for (const [, number, , status, text, records] of [...claim, ...tripod]) {
      assert.match(status, /^(answered|in part|open|not applicable)$/, number);
      assert.ok(text.length > 5, number);
      assert.ok(!/undefined|NaN|\[object/.test(text), text);
      if (status === "answered" || status === "in part") assert.notEqual(records, "", number);
      for (const record of records.split(", ").filter(Boolean)) {
        const form = new RegExp(`^${record.replaceAll(".", "\\.").replace("*", "[^/]+")}(/|$)`);
        assert.ok(record === "ro-crate-metadata.json" || files.some((file) => form.test(file)), record);
      }
    }
  });

  it("has cards that hold what the records hold", async () => {
    const [model, data] = [await read("model-card.md"), await read("data-card.md")];
    const record = JSON.parse(await read("outputs/training/run.json")) as {
      weightsSha256: string;
      data: string;
    };
    assert.ok(model.includes(record.weightsSha256));
    assert.equal(record.data, "outputs/phantoms");
    for (const { caseId } of first.facts.phantoms!) assert.ok(data.includes(`| ${caseId} |`));
    assert.equal(data.match(/\| held out \|/g)?.length, first.facts.training!.heldOut.length);
    for (const text of [model, data]) assert.doesNotMatch(text, /undefined|NaN|\[object/);
  });

  it("has a page to sign, whose links lead to files", async () => {
    const { window } = new JSDOM(await read("certificate.html"));
    const { document } = window;
    assert.equal(document.querySelectorAll("table tbody tr th[scope=row]").length > 8, true);
    assert.ok(document.body.textContent.includes(first.sha256));
    assert.match(document.querySelector(".sign")!.textContent, /Name.*ORCID.*signature/);
    const links = [...document.querySelectorAll("a")].map((a) => a.getAttribute("href")!);
    const files = await readdir(one);
    for (const link of links) assert.ok(files.includes(link), link);
    assert.doesNotMatch(document.body.innerHTML, /undefined|NaN|\[object/);
  });

  it("replaces nothing unasked, and no folder that is no certificate", async () => {
    const refuse = (place: string, overwrite: boolean, message: RegExp): Promise<void> =>
      assert.rejects(issueCertificate({ set, folder: place, workers: 1, expected, overwrite }), {
        name: "LabError",
        message,
      });
    await refuse(one, false, /expected a name that is free/);
    const precious = path.join(folder, "precious");
    await mkdir(precious);
    await writeFile(path.join(precious, "thesis.md"), "");
    await refuse(precious, true, /no certificate/);
    await refuse(expected, true, /a file/);
    assert.deepEqual(await listFiles(other), await listFiles(one), "what was replaced is gone");
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith(".tmp")),
      [],
    );
    assert.deepEqual(await readdir(precious), ["thesis.md"]);
  });

  it("names the folder that was asked for where none can be made", async function () {
    if (process.platform !== "linux") this.skip();
    await assert.rejects(issueCertificate({ set, folder: "/proc/certificate", workers: 1, expected }), {
      name: "LabError",
      message: /^\/proc\/certificate: found "[^"]+", expected a place that can be written/,
    });
  });

  it("leaves nothing behind when it is stopped or a step fails", async () => {
    const stop = new AbortController();
    const left = path.join(folder, "left");
    await mkdir(left);
    const onEvent = (): void => stop.abort(new Error("stopped"));
    const options = { set, folder: path.join(left, "a"), workers: 1, expected };
    await assert.rejects(issueCertificate({ ...options, signal: stop.signal, onEvent }), /stopped/);
    const impossible = { ...set, lesions: { ...set.lesions, radiusMm: 0.1 } };
    await assert.rejects(issueCertificate({ ...options, set: impossible }), /^LabError: step 2, lesions: /);
    assert.deepEqual(await readdir(left), []);
  });
});
