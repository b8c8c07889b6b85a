import type { Certificate } from "./certificate.js";

/** The paper whose numbers are worked out anew. */
const paper = {
  title: "Scaling Tumor Segmentation: Best Lessons from Real and Synthetic Data",
  authors: [
    ...["Qi Chen", "Xinze Zhou", "Chen Liu", "Hao Chen", "Wenxuan Li", "Zekun Jiang", "Ziyan Huang"],
    ...["Yuxuan Zhao", "Dexin Yu", "Junjun He", "Yefeng Zheng", "Ling Shao", "Alan Yuille", "Zongwei Zhou"],
  ],
  reference: "https://arxiv.org/abs/2510.14831",
};

/**
 * `codecheck.yml` after the CODECHECK configuration file specification 2.0: the outputs to be made again, the paper, and empty
 * fields for whoever checks and signs. What is not known, such as the authors' ORCIDs, stays empty and is said in a comment.
 */
export function formatCodecheck({ records, environment }: Certificate): string {
  const { version, commit } = environment;
  const manifest = records.flatMap(({ what, outputs }) =>
    outputs.map(({ name }) => `  - file: ${quote(name)}\n    comment: ${quote(what)}`),
  );
  const authors = paper.authors.map((name) => `    - name: ${quote(name)}\n      ORCID: # not known here`);
  return `%YAML 1.1
---
version: https://codecheck.org.uk/spec/config/2.0/

manifest:
${manifest.join("\n")}

paper: # whose numbers are worked out anew; the code is not its authors'
  title: ${quote(paper.title)}
  authors:
${authors.join("\n")}
  reference: ${paper.reference}

source: ${quote(`Tumorlab ${version}${commit === null ? "" : `, commit ${commit}`}: tumorlab certify`)}

# To be filled in by whoever checks and signs.
codechecker:
  - name: # who checked
    ORCID: #
report: # DOI or address of the published certificate
summary: # what was checked, and how it came out
certificate: # number in the CODECHECK register, YYYY-NNN
check_time: # when
`;
}

/** A text as YAML takes it: JSON's form is one of YAML's. */
function quote(text: string): string {
  return JSON.stringify(text);
}
