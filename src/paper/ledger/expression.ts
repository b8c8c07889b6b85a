import jsep from "jsep";
import { LabError } from "../../core/errors.js";
import { ownValue } from "../../core/own-value.js";

/** What an expression is made of, and what it gives. */
export type LedgerValue = number | string | boolean | readonly number[];

/** A function that expressions call by its name. */
export type LedgerFunction = (...values: LedgerValue[]) => LedgerValue | Promise<LedgerValue>;

/** What an expression can name: numbers worked out before, and functions. */
export interface LedgerScope {
  values: Readonly<Record<string, LedgerValue>>;
  functions: Readonly<Record<string, LedgerFunction>>;
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number | boolean>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
  "==": (a, b) => a === b,
};

/**
 * Works out an expression such as `log10(tumors / max(cells("dataset-comparison.tumors[!AbdomenAtlas 2.0]")))`: numbers, texts,
 * names and functions of the scope, `+ - * /`, comparisons, `&&` and `||`. Nothing else is run: an expression is data.
 *
 * @throws LabError naming the expression and what in it is not known, or is of the wrong kind.
 */
export async function evaluateExpression(text: string, scope: LedgerScope): Promise<LedgerValue> {
  let tree: jsep.Expression;
  try {
    tree = jsep(text);
  } catch (error) {
    throw refuse(text, (error as Error).message, "an expression");
  }
  return evaluate(tree, text, scope);
}

async function evaluate(node: jsep.Expression, text: string, scope: LedgerScope): Promise<LedgerValue> {
  if (isKind<jsep.Literal>(node, "Literal")) {
    if (node.value === null || typeof node.value === "object")
      throw refuse(text, node.raw, "a number or a text");
    return node.value;
  }
  if (isKind<jsep.Identifier>(node, "Identifier"))
    return look(scope.values, node.name, text, "a number worked out before it");
  if (isKind<jsep.UnaryExpression>(node, "UnaryExpression")) {
    if (node.operator !== "-") throw refuse(text, node.operator, "- before a number");
    return -requireNumber(await evaluate(node.argument, text, scope), text);
  }
  if (isKind<jsep.BinaryExpression>(node, "BinaryExpression")) return evaluateBinary(node, text, scope);
  if (isKind<jsep.CallExpression>(node, "CallExpression")) {
    if (!isKind<jsep.Identifier>(node.callee, "Identifier"))
      throw refuse(text, node.callee.type, "a function's name");
    const call = look(scope.functions, node.callee.name, text, "a function");
    const values: LedgerValue[] = [];
    for (const argument of node.arguments) values.push(await evaluate(argument, text, scope));
    return call(...values);
  }
  throw refuse(text, node.type, "numbers, texts, names, calls and + - * / < <= > >= && ||");
}

async function evaluateBinary(
  node: jsep.BinaryExpression,
  text: string,
  scope: LedgerScope,
): Promise<LedgerValue> {
  const left = await evaluate(node.left, text, scope);
  if (node.operator === "&&" || node.operator === "||") {
    if (requireTruth(left, text) === (node.operator === "||")) return left;
    return requireTruth(await evaluate(node.right, text, scope), text);
  }
  const operate = look(arithmetic, node.operator, text, "an operator");
  const [a, b] = [requireNumber(left, text), requireNumber(await evaluate(node.right, text, scope), text)];
  // Infinity would pass for a number that is large, and let a verdict stand.
  if (node.operator === "/" && b === 0) throw refuse(text, `${a} / 0`, "no division by 0");
  return operate(a, b);
}

function isKind<T extends jsep.Expression>(node: jsep.Expression, type: T["type"]): node is T {
  return node.type === type;
}

function look<T>(from: Readonly<Record<string, T>>, name: string, text: string, what: string): T {
  const found = ownValue(from, name);
  if (found === undefined) throw refuse(text, name, `${what}: ${Object.keys(from).join(", ")}`);
  return found;
}

function requireNumber(value: LedgerValue, text: string): number {
  if (typeof value !== "number") throw refuse(text, value, "a number on each side of an operator");
  return value;
}

function requireTruth(value: LedgerValue, text: string): boolean {
  if (typeof value !== "boolean") throw refuse(text, value, "a comparison on each side of && and ||");
  return value;
}

function refuse(text: string, found: unknown, expected: string): LabError {
  return new LabError(`the ledger's expression ${JSON.stringify(text)}`, found, expected);
}
