import type * as ts from "@tslab/typescript-for-tslab";

/**
 * Lets a cell of parameters, such as papermill puts behind the one that declares them, assign to constants of earlier
 * cells. That is a cell of nothing but declarations and `name = value` with plain data; any other assignment to a
 * constant stays the mistake that it is.
 *
 * @param declarations what earlier cells made, as TypeScript declarations.
 * @returns the declarations, with those constants as variables: of the type they were declared with, else of that of
 *   their value (`string` for `"small"`).
 */
export function loosenConstants(typescript: typeof ts, declarations: string, code: string): string {
  if (!declarations.includes("const ") || !/^\s*[\w$]+\s*=[^=>]/m.test(code)) return declarations;
  const names = listAssigned(typescript, parse(typescript, "cell.ts", code));
  if (names.size === 0) return declarations;
  const file = parse(typescript, "declarations.d.ts", declarations);
  let text = "";
  let end = 0;
  for (const statement of file.statements) {
    if (!typescript.isVariableStatement(statement)) continue;
    const { declarationList } = statement;
    if ((declarationList.flags & typescript.NodeFlags.Const) === 0) continue;
    if (!declarationList.declarations.some(({ name }) => names.has(name.getText(file)))) continue;
    const rewritten = declarationList.declarations.map((each) => {
      const name = each.name.getText(file);
      if (!names.has(name)) return `declare const ${each.getText(file)};`;
      return `declare let ${name}: ${each.type?.getText(file) ?? typeOfLiteral(typescript, each.initializer)};`;
    });
    text += declarations.slice(end, statement.getStart(file)) + rewritten.join(" ");
    end = statement.end;
  }
  return text + declarations.slice(end);
}

function parse(typescript: typeof ts, name: string, text: string): ts.SourceFile {
  return typescript.createSourceFile(name, text, typescript.ScriptTarget.Latest, true);
}

/** Names that a cell of parameters assigns to; none in any other cell. */
function listAssigned(typescript: typeof ts, file: ts.SourceFile): Set<string> {
  const names = new Set<string>();
  for (const statement of file.statements) {
    if (typescript.isVariableStatement(statement) || typescript.isEmptyStatement(statement)) continue;
    const expression = typescript.isExpressionStatement(statement) ? statement.expression : undefined;
    const isAssignment =
      expression !== undefined &&
      typescript.isBinaryExpression(expression) &&
      expression.operatorToken.kind === typescript.SyntaxKind.EqualsToken &&
      typescript.isIdentifier(expression.left) &&
      isPlainData(typescript, expression.right);
    if (!isAssignment) return new Set();
    names.add(expression.left.text);
  }
  return names;
}

function isPlainData(typescript: typeof ts, node: ts.Expression): boolean {
  const isData = (each: ts.Expression): boolean => isPlainData(typescript, each);
  if (typescript.isPrefixUnaryExpression(node)) return typescript.isNumericLiteral(node.operand);
  if (typescript.isArrayLiteralExpression(node)) return node.elements.every(isData);
  if (typescript.isObjectLiteralExpression(node))
    return node.properties.every((each) => typescript.isPropertyAssignment(each) && isData(each.initializer));
  const { TrueKeyword, FalseKeyword, NullKeyword } = typescript.SyntaxKind;
  return (
    typescript.isStringLiteralLike(node) ||
    typescript.isNumericLiteral(node) ||
    typescript.isBigIntLiteral(node) ||
    (typescript.isIdentifier(node) && ["undefined", "NaN", "Infinity"].includes(node.text)) ||
    [TrueKeyword, FalseKeyword, NullKeyword].includes(node.kind)
  );
}

function typeOfLiteral(typescript: typeof ts, value: ts.Expression | undefined): string {
  if (!value) return "any";
  if (typescript.isPrefixUnaryExpression(value)) return typeOfLiteral(typescript, value.operand);
  if (typescript.isStringLiteralLike(value)) return "string";
  if (typescript.isNumericLiteral(value)) return "number";
  return typescript.isBigIntLiteral(value) ? "bigint" : "boolean";
}
