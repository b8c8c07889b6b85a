import type { CertificateEnvironment } from "./certificate-environment.js";
import type { CertificateFacts } from "./certificate-facts.js";
import type { CertificateHashes } from "./certificate-hashes.js";
import type { CertificateSet } from "./certificate-set.js";
import type { StepRecord } from "./certificate-step.js";
import type { HashComparison } from "./compare-hashes.js";

/** A set that ran, and how it stands beside what was expected of it. */
export interface Certificate {
  set: CertificateSet;
  environment: CertificateEnvironment;
  records: readonly StepRecord[];
  facts: Partial<CertificateFacts>;
  hashes: CertificateHashes;
  /** sha256 of `hashes.json`: the one hash that two machines compare. */
  sha256: string;
  comparison: HashComparison;
  startedAt: string;
  finishedAt: string;
  seconds: number;
  peakMemoryMb: number;
}
