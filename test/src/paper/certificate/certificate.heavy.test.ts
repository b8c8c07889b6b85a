import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Certificate } from "tumorlab/internal/paper/certificate/certificate";
import { findCertificateSet } from "tumorlab/internal/paper/certificate/certificate-set";
import { describeComparison } from "tumorlab/internal/paper/certificate/compare-hashes";
import { hashContent } from "tumorlab/internal/paper/certificate/hashed-file";
import { issueCertificate } from "tumorlab/internal/paper/certificate/issue-certificate";
import { describeMachine } from "tumorlab/internal/platform/machine";
import { run } from "../../cli/run.js";

describe("the certificate of the set tiny", function () {
  this.timeout(1_800_000);
  let folder: string;
  let certificate: Certificate;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "certificate-"));
    certificate = await issueCertificate({
      set: findCertificateSet("tiny"),
      folder: path.join(folder, "one"),
      workers: describeMachine().cores,
    });
  });
  after(() => rm(folder, { recursive: true }));

  it("has the hashes that come with the project, as far as they are known for this arithmetic", () => {
    const { comparison } = certificate;
    assert.equal(comparison.first, undefined, describeComparison(comparison));
    assert.ok(comparison.compared >= 5);
  });

  it("names calls that give the same files", async () => {
    const again = path.join(folder, "again");
    const calls = certificate.records.filter(({ call }) => call.startsWith("tumorlab "));
    assert.ok(calls.length >= 6);
    for (const { id, call, outputs } of calls) {
      if (id === "experiment") continue; // most of the time of all, and its call is the step's own
      for (const words of call.split("; ")) {
        const parts = words
          .split(" ")
          .slice(1)
          .map((word) => (/^(outputs\/|ledger\.)/.test(word) ? path.join(again, word) : word));
        const { code, err } = await run(...parts);
        assert.equal(code, 0, `${words}: ${err}`);
      }
      for (const { name, sha256 } of outputs)
        assert.equal(await hashContent(path.join(again, name)), sha256, `${id}: ${name}`);
    }
  });
});
