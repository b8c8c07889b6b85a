import type { Certificate } from "./certificate.js";

/** What the records say of an item. */
export interface ItemAnswer {
  status: "answered" | "in part" | "open" | "not applicable";
  /** What is known, and what is missing. */
  text: string;
  /** Files of the certificate that it stands in. */
  records?: readonly string[];
}

/** An item of a checklist. */
export interface ChecklistItem {
  number: string;
  /** What is asked for, in this project's words. */
  asks: string;
  answer: (certificate: Certificate) => ItemAnswer;
}

/** A published checklist. */
export interface Checklist {
  title: string;
  /** The publication whose text counts. */
  source: string;
  items: readonly ChecklistItem[];
}

/** An answer that is all there. */
export function answered(text: string, ...records: string[]): ItemAnswer {
  return { status: "answered", text, records };
}

/** An answer of which a part is missing. */
export function inPart(text: string, ...records: string[]): ItemAnswer {
  return { status: "in part", text, records };
}

/** What no record can tell. */
export function open(text: string): ItemAnswer {
  return { status: "open", text };
}

/** What a run on phantoms does not have. */
export function notApplicable(text: string): ItemAnswer {
  return { status: "not applicable", text };
}

/** How many items have each status, in order. */
export function countStatuses(list: Checklist, certificate: Certificate): [ItemAnswer["status"], number][] {
  const statuses = ["answered", "in part", "open", "not applicable"] as const;
  const found = list.items.map((item) => item.answer(certificate).status);
  return statuses.map((status) => [status, found.filter((each) => each === status).length]);
}

/** A checklist as a table in Markdown. */
export function formatChecklist(list: Checklist, certificate: Certificate): string {
  const rows = list.items.map((item) => {
    const { status, text, records = [] } = item.answer(certificate);
    return `| ${item.number} | ${item.asks} | ${status} | ${text} | ${records.join(", ")} |`;
  });
  const counts = countStatuses(list, certificate).map(([status, count]) => `${count} ${status}`);
  return `# ${list.title}

What the records of this run answer, and what stays open: ${counts.join(", ")} of ${list.items.length} items. The items are shortened in our own
words, their numbers taken from published fill-ins of the list and not from the journal's table; the text that counts is in ${list.source}.

Read "this run" as the network of step training, which learns from phantoms.

| item | asks for | status | what the records say | record |
| ---- | -------- | ------ | -------------------- | ------ |
${rows.join("\n")}
`;
}
