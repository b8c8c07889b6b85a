/** The global under which whoever starts a thread of a page leaves what it starts with. */
export const threadStartKey: symbol = Symbol.for("tumorlab.page.thread");
