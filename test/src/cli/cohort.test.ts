import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runCommandLine } from "tumorlab/internal/cli/main";
import { downloadCohort } from "tumorlab/internal/data/download-cohort";
import type { CohortManifest } from "tumorlab/internal/data/manifest";
import { listCohorts, openCohort } from "tumorlab/internal/data/open-cohort";
import { makeContent, serve, sha256Of, startFileServer } from "../data/file-server.js";
import type { FileServer } from "../data/file-server.js";

interface Outcome {
  code: number;
  out: string;
  err: string;
}

async function runWith(
  io: { isTerminal?: boolean; signal?: AbortSignal; onErr?: (text: string) => void },
  ...args: string[]
): Promise<Outcome> {
  let out = "";
  let err = "";
  const code = await runCommandLine(["cohort", ...args], {
    out: (text) => (out += text),
    err: (text) => {
      err += text;
      io.onErr?.(text);
    },
    isTerminal: io.isTerminal ?? false,
    signal: io.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}

const run = (...args: string[]): Promise<Outcome> => runWith({}, ...args);

describe("tumorlab cohort", function () {
  this.timeout(60_000);

  it("lists its subcommands", async () => {
    const help = await run("--help");
    assert.equal(help.code, 0);
    for (const name of ["list", "show", "download", "export"])
      assert.match(help.out, new RegExp(`^  cohort ${name} `, "m"));
    assert.doesNotMatch(help.out, /scaling/);
    assert.equal((await run()).code, 2);
    assert.equal((await run("fetch")).code, 2);
    assert.match((await run("download", "--help")).out, /--into DIR/);
  });

  describe("list", () => {
    it("prints a row for each set, a dash for what is not known", async () => {
      const { code, out } = await run("list");
      assert.equal(code, 0);
      assert.equal(out.trim().split("\n").length, listCohorts().length + 1);
      assert.match(out, /^kipa22 +130 +kidney +- +registration +KiPA22$/m);
    });

    it("prints JSON, for the organ that is asked for", async () => {
      const rows = JSON.parse((await run("list", "--organ", "esophagus", "--json")).out);
      assert.deepEqual(
        rows.map(({ name }: { name: string }) => name),
        ["abdomenatlas-2.0", "phantom"],
      );
      assert.equal(rows[0].scans, 10135);
      assert.equal((await run("list", "extra")).code, 2);
    });
  });

  describe("show", () => {
    it("prints what is known, with its sources, and the paper's numbers in all versions", async () => {
      const { code, out } = await run("show", "abdomenatlas-2.0");
      assert.equal(code, 0);
      assert.match(out, /licence: +CC-BY-NC-ND-4\.0 \[1\]/);
      assert.match(out, /phases: +-\n/);
      for (const scans of ["10136", "10134", "10135"]) assert.match(out, new RegExp(`ctScans ${scans}`));
      assert.match(out, /^ +31 +endometrioma_tumor +lesion +uterus/m);
      assert.match(out, /\[1\] BodyMaps\/AbdomenAtlas2\.0/);
      assert.match((await run("show", "lits")).out, /3d-ircadb: 20 scans/);
      assert.match((await run("show", "healthyct")).out, /labels|licence/);
      const jhh = (await run("show", "jhh")).out;
      // One source above the rows of a table, or one a row; what is read off a plot says so.
      assert.match(jhh, /\(a reader's long note[^\n]*\)\n {2}n 60, arm real, dicePercent 40\.2\n/);
      assert.match(jhh, /\n {2}n 500, arm real, dicePercent 54 \(estimate\)\n/);
      assert.match(jhh, /\n {2}annotated scans of Johns Hopkins Hospital: 3151 scans \(T\. Lin and others/);
      assert.match(out, /\n {2}axial slices: 4700000 slices, rounded to 100000 \(official/);
    });

    it("prints the manifest as JSON, and names the sets there are", async () => {
      assert.deepEqual(JSON.parse((await run("show", "phantom", "--json")).out), await openCohort("phantom"));
      const unknown = await run("show", "nothing");
      assert.equal(unknown.code, 1);
      assert.match(unknown.err, /found "nothing", expected one of 3d-ircadb, abdomenatlas/);
      assert.equal((await run("show")).code, 2);
      assert.equal((await run("show", "lits", "kits23")).code, 2);
    });
  });

  describe("export", () => {
    let folder: string;
    before(() => (folder = mkdtempSync(path.join(tmpdir(), "tumorlab-export-"))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("prints Croissant, and what is left out on standard error", async () => {
      const { code, out, err } = await run("export", "healthyct", "--format", "croissant");
      assert.equal(code, 0);
      assert.equal(JSON.parse(out).name, "healthyct");
      assert.equal(
        err,
        "warning: Croissant asks for creator, datePublished, distribution, which no source gives: left out\n",
      );
    });

    it("tells of files whose checksum nobody knows", async () => {
      const { err } = await run("export", "kits23", "--format", "croissant");
      assert.equal(err, "warning: no sha256 is known of 978 files: mlcroissant refuses them\n");
    });

    it("writes nnU-Net's dataset.json", async () => {
      const file = path.join(folder, "dataset.json");
      const { code, out } = await run(
        "export",
        "phantom",
        "--format",
        "nnunet",
        "--cases",
        "8",
        "--out",
        file,
      );
      assert.deepEqual([code, out], [0, ""]);
      const dataset = JSON.parse(readFileSync(file, "utf8"));
      assert.equal(dataset.numTraining, 8);
      assert.equal(dataset.labels.pancreatic_lesion, 28);
    });

    it("refuses what it cannot do", async () => {
      assert.match((await run("export", "chaos", "--format", "nnunet")).err, /labels: found null/);
      for (const format of [[], ["--format", "dicom"]])
        assert.equal((await run("export", "chaos", ...format)).code, 2);
      assert.equal((await run("export", "phantom", "--format", "nnunet", "--cases", "-1")).code, 2);
    });
  });

  describe("download", () => {
    const image = makeContent(300_000);
    const label = makeContent(1000, "label");
    let folder: string;
    let server: FileServer;
    let manifestFile: string;
    let manifest: CohortManifest;

    beforeEach(async () => {
      folder = mkdtempSync(path.join(tmpdir(), "tumorlab-fetch-"));
      server = await startFileServer((request, response, start) =>
        serve(request.url === "/label.tar" ? label : image)(request, response, start),
      );
      const base = new URL(server.url).origin;
      const file = { bytes: null, unstable: false };
      manifest = {
        ...(await openCohort("phantom")),
        name: "mine",
        title: "Mine",
        access: { kind: "open", askAt: null, note: null },
        downloads: [
          {
            ...file,
            name: "a/image.tar",
            url: `${base}/image.tar`,
            sha256: sha256Of(image),
            content: "images",
          },
          { ...file, name: "label.tar", url: `${base}/label.tar`, sha256: null, content: "labels" },
        ],
      };
      manifest = { ...manifest, provenance: { ...manifest.provenance, downloads: ["PROJECT"] } };
      manifestFile = path.join(folder, "mine.json");
      writeFileSync(manifestFile, JSON.stringify(manifest));
    });
    afterEach(async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it("fetches the files, tells their hashes and leaves a record", async () => {
      const into = path.join(folder, "into");
      const { code, out, err } = await run("download", manifestFile, "--into", into);
      assert.equal(code, 0, err);
      assert.ok(readFileSync(path.join(into, "a", "image.tar")).equals(image));
      assert.ok(readFileSync(path.join(into, "label.tar")).equals(label));
      assert.match(err, /^Mine, licence MIT/);
      assert.match(out, /image\.tar +300 kB +sha256 [0-9a-f]{64} \(verified\)/);
      assert.match(out, /label\.tar +1\.00 kB +sha256 [0-9a-f]{64} \(no known one to compare with\)/);
      const record = JSON.parse(readFileSync(path.join(into, "download.json"), "utf8"));
      assert.equal(record.name, "mine");
      assert.deepEqual(
        record.files.map(({ name, verified, sha256 }: Record<string, unknown>) => [name, verified, sha256]),
        [
          ["a/image.tar", true, sha256Of(image)],
          ["label.tar", false, sha256Of(label)],
        ],
      );
      const again = await run("download", manifestFile, "--into", into, "--json");
      assert.ok(JSON.parse(again.out).every(({ wasThere }: { wasThere: boolean }) => wasThere));
      assert.equal(server.asked.length, 2);
    });

    it("draws a bar with amount, speed and time left", async () => {
      const into = path.join(folder, "into");
      const { err } = await runWith({ isTerminal: true }, "download", manifestFile, "--into", into);
      assert.match(err, /image\.tar \[#+-*\] [\d.]+ k?B\/300 kB, [\d.]+ [kMG]?B\/s, [\d.]+ s left/);
      assert.match(err, /label\.tar \[#{24}\] 1\.00 kB\/1\.00 kB/);
    });

    it("fetches labels alone, and says what it would fetch", async () => {
      const into = path.join(folder, "into");
      assert.equal((await run("download", manifestFile, "--into", into, "--only", "labels")).code, 0);
      assert.ok(existsSync(path.join(into, "label.tar")) && !existsSync(path.join(into, "a")));
      const dry = await run("download", manifestFile, "--dry-run");
      assert.match(dry.out, /^a\/image\.tar +size not known +[0-9a-f]{64} +http/);
      const kits = async (...only: string[]): Promise<unknown[]> =>
        JSON.parse((await run("download", "kits23", "--dry-run", "--json", ...only)).out);
      assert.equal((await kits()).length, 2 * 489);
      assert.equal((await kits("--only", "labels")).length, 489);
      assert.match((await run("download", "abdomenatlas-2.0", "--dry-run")).out, /30\.6 GB/);
      assert.match((await run("download", manifestFile, "--only", "metadata")).err, /no file with metadata/);
      assert.equal((await run("download", manifestFile, "--only", "masks")).code, 2);
    });

    it("stops at Ctrl-C, keeps what is there and goes on", async () => {
      const into = path.join(folder, "into");
      server.answers.push(serve(image, { until: 200_000, stall: true }));
      const controller = new AbortController();
      const onErr = (text: string): void => {
        if (text.includes("image.tar")) controller.abort();
      };
      const stopped = await runWith(
        { isTerminal: true, signal: controller.signal, onErr },
        "download",
        manifestFile,
        "--into",
        into,
      );
      assert.equal(stopped.code, 130);
      assert.match(stopped.err, /Interrupted\.\n$/);
      assert.ok(!existsSync(path.join(into, "a", "image.tar")));
      assert.ok(existsSync(path.join(into, "a", "image.tar.partial")));
      assert.ok(!existsSync(path.join(into, "download.json")));
      assert.equal((await run("download", manifestFile, "--into", into)).code, 0);
      assert.ok(server.asked[1].start > 0);
    });

    it("refuses with one line and a code where what comes is not what was described", async () => {
      const changed = Buffer.from(image);
      changed[0] ^= 1;
      server.answers.push(serve(changed));
      const into = path.join(folder, "into");
      const { code, err } = await run("download", manifestFile, "--into", into);
      assert.equal(code, 1);
      assert.match(err, /tumorlab cohort download: http.*found "sha256/);
      assert.ok(!existsSync(path.join(into, "a", "image.tar")));
    });

    const refusals: [string, RegExp][] = [
      ["jhh", /not given out.*The hospital has not released it/],
      ["btcv", /given out on registration.*Ask at https:\/\/www\.synapse\.org/],
      ["kipa22", /Ask at https:\/\/kipa22\.grand-challenge\.org/],
      ["flare23", /given out on registration/],
      ["phantom", /made here.*tumorlab phantom/],
      ["3d-ircadb", /no known licence.*Ask at https:\/\/www\.ircad\.fr.*--licence-checked/],
      ["totalsegmentator", /no file that can be fetched by its address.*doi\.org/],
    ];
    for (const [name, message] of refusals)
      it(`refuses ${name} and says where to ask`, async () => {
        const { code, err, out } = await run("download", name, "--into", path.join(folder, "into"));
        assert.deepEqual([code, out], [1, ""]);
        assert.match(err, message);
        assert.ok(!existsSync(path.join(folder, "into")));
      });

    it("goes on where the reader has looked up the terms", async () => {
      const unknown = { ...manifest, licence: { spdx: null, redistribution: null, note: null } };
      writeFileSync(manifestFile, JSON.stringify(unknown));
      const into = path.join(folder, "into");
      assert.match((await run("download", manifestFile, "--into", into)).err, /no known licence/);
      const { code, err } = await run("download", manifestFile, "--into", into, "--licence-checked");
      assert.equal(code, 0);
      assert.match(err, /licence not known/);
    });

    it("reports each file's bytes under its name", async () => {
      const seen: string[] = [];
      await downloadCohort(manifest, path.join(folder, "into"), {
        progress: ({ label: name, done, total }) => {
          if (done === total) seen.push(`${name} ${done}`);
        },
      });
      assert.deepEqual(seen, ["a/image.tar 300000", "label.tar 1000"]);
      await assert.rejects(
        downloadCohort(manifest, path.join(folder, "into"), { signal: AbortSignal.abort(new Error("no")) }),
        /no/,
      );
    });
  });
});
