import { emptyPolicies } from "./empty.js";
import type { PolicyName } from "./empty.js";
import { applyPolicy } from "./evaluate.js";
import type { ScoreRow } from "./evaluate.js";
import { summarizeScores } from "./summary.js";
import type { SummaryOptions, SummaryRow } from "./summary.js";

/** A summary as one policy would have reported it. */
export interface PolicySummary extends SummaryRow {
  policy: PolicyName;
  /** What the policy does, in one sentence. */
  description: string;
  /** Where it comes from. */
  source: string;
}

/** What to compare. */
export interface PolicyOptions extends SummaryOptions {
  /** Defaults to all of `emptyPolicies`, in the order of that table. */
  policies?: readonly PolicyName[];
}

/**
 * What each policy for empty masks would report for the same predictions: the summaries of `summarizeScores`, policy
 * by policy. The rows' own policy does not matter. No rows give an empty list.
 */
export function comparePolicies(rows: readonly ScoreRow[], options: PolicyOptions = {}): PolicySummary[] {
  const policies = options.policies ?? (Object.keys(emptyPolicies) as PolicyName[]);
  return policies.flatMap((policy) => {
    const applied = rows.map((row) => applyPolicy(row, policy));
    const { description, source } = emptyPolicies[policy];
    return summarizeScores(applied, options).map((summary) => ({ policy, description, source, ...summary }));
  });
}
