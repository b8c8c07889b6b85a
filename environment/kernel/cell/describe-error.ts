import { inspect } from "node:util";
import { type Failure, formatExcerpt, formatHead } from "./failure.js";
import { adviseInstall } from "./missing-package.js";
import { sourceOf } from "./sources.js";
import { findCellPlace } from "./stack-format.js";

/** How deep causes of causes are followed. */
const maxCauses = 5;

/** What a cell threw, as an `error` message: name, message, frames and the lines of the cell around the place. */
export function describeError(thrown: unknown): Failure {
  if (!isError(thrown)) {
    const evalue = typeof thrown === "string" ? thrown : inspect(thrown, { depth: 2 });
    return { ename: "Thrown", evalue, traceback: [formatHead("Thrown", evalue)] };
  }
  const ename = nameOf(thrown);
  const message = String(thrown.message ?? "");
  const isMissing = /MODULE_NOT_FOUND$/.test(String((thrown as NodeJS.ErrnoException).code));
  const evalue = isMissing ? message.split("\n")[0] + adviseInstall(message) : message;
  const traceback = [formatHead(ename, evalue), ...framesOf(thrown), ...describeCauses(thrown)];
  return { ename, evalue, traceback: [...traceback, ...excerptOf(stackOf(thrown))] };
}

/** The lines of a cell around the first place of a stack in one, after an empty line; none where there is none. */
export function excerptOf(stack: string): string[] {
  const place = findCellPlace(stack);
  const excerpt = place ? formatExcerpt(sourceOf(place.file) ?? "", place.line, place.column) : [];
  return place && excerpt.length > 0 ? ["", `${place.file}, line ${place.line}`, ...excerpt] : [];
}

/** The lines of a stack that are frames. */
export function framesIn(stack: string): string[] {
  return stack.split("\n").filter((line) => /^\s+at /.test(line));
}

function describeCauses(error: Error): string[] {
  const lines: string[] = [];
  const pending: [label: string, thrown: unknown][] = related(error);
  for (let count = 0; pending.length > 0 && count < maxCauses; count++) {
    const [label, thrown] = pending.shift() as [string, unknown];
    if (!isError(thrown)) {
      lines.push(`${label}: ${inspect(thrown, { depth: 1 })}`);
      continue;
    }
    lines.push(`${label}: ${formatHead(nameOf(thrown), String(thrown.message ?? ""))}`, ...framesOf(thrown));
    pending.push(...related(thrown));
  }
  return lines;
}

function related(error: Error): [string, unknown][] {
  const inner = error instanceof AggregateError ? error.errors : [];
  const all: [string, unknown][] = inner.map((each, index) => [
    `Error ${index + 1} of ${inner.length}`,
    each,
  ]);
  if (error.cause !== undefined) all.push(["Caused by", error.cause]);
  return all;
}

function framesOf(error: Error): string[] {
  return framesIn(stackOf(error));
}

function stackOf(error: Error): string {
  const { stack } = error as { stack?: unknown };
  return typeof stack === "string" ? stack : "";
}

function nameOf(error: Error): string {
  return typeof error.name === "string" && error.name !== "" ? error.name : "Error";
}

function isError(thrown: unknown): thrown is Error {
  return (
    thrown instanceof Error ||
    Object.prototype.toString.call(thrown) === "[object Error]" ||
    thrown instanceof DOMException
  );
}
