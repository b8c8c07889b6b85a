import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { load } from "js-yaml";
import { listFiles } from "tumorlab/internal/paper/certificate/hashed-file";

interface Named {
  name?: string | null;
  ORCID?: string | null;
}

/**
 * Holds a bundle against the rules that its specification publishes (codecheckers/register, rules-2.0.yml, CC-CFG and
 * CC-BUN of severity error); no package on npm does.
 *
 * @returns mandatory nodes that are there and empty.
 */
export async function checkCodecheck(folder: string): Promise<string[]> {
  const text = await readFile(path.join(folder, "codecheck.yml"), "utf8");
  assert.match(text, /^---$/m); // CC-CFG-002
  assert.doesNotMatch(text, /FIXME|TODO|XXXXX/); // CC-CFG-023
  // js-yaml reads version 1.2 and passes over the directive.
  const parsed = load(text) as {
    version: string;
    manifest: { file: string; comment: string }[];
    paper: { title: string; authors: Named[]; reference: string };
    codechecker: Named[];
    report: string | null;
    summary: string | null;
    certificate: string | null;
  };
  assert.equal(parsed.version, "https://codecheck.org.uk/spec/config/2.0/"); // CC-CFG-015
  const files = await listFiles(folder);
  assert.ok(parsed.manifest.length > 0); // CC-CFG-004
  for (const { file, comment } of parsed.manifest) {
    assert.ok(!path.isAbsolute(file), file); // CC-CFG-006
    assert.ok(files.includes(file), file); // CC-BUN-001
    assert.ok(comment.length > 0); // CC-CFG-007
  }
  assert.ok(parsed.paper.title.length > 0); // CC-CFG-017
  assert.ok(parsed.paper.authors.length > 0 && parsed.paper.authors.every(({ name }) => name)); // CC-CFG-018, 019
  assert.match(parsed.paper.reference, /^https:\/\/(?!.*\.pdf$)/); // CC-CFG-021, 022, 027
  assert.ok(parsed.codechecker.length > 0); // CC-CFG-008
  const empty = (["report", "summary", "certificate"] as const).filter((name) => {
    assert.ok(name in parsed); // CC-CFG-011, 024, 025
    return parsed[name] === null;
  });
  return [
    ...parsed.codechecker.flatMap(({ name }, i) => (name ? [] : [`codechecker ${i + 1}: name`])), // CC-CFG-009
    ...empty,
    ...parsed.paper.authors.flatMap(({ ORCID }, i) => (ORCID ? [] : [`author ${i + 1}: ORCID`])), // CC-CFG-020
  ];
}
