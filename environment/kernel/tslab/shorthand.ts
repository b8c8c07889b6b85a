import type * as ts from "@tslab/typescript-for-tslab";

/**
 * `{ scale }` with a variable of an earlier cell as `{ scale: exports.scale }`: tslab rewrites every other use of such
 * a variable, and leaves this one undefined when the cell runs.
 *
 * @param declarations the file in which tslab declares what earlier cells made.
 * @returns `undefined` for every other node.
 */
export function rewriteShorthand(
  typescript: typeof ts,
  checker: ts.TypeChecker,
  declarations: ts.SourceFile | undefined,
  node: ts.Node,
): ts.Node | undefined {
  if (!typescript.isShorthandPropertyAssignment(node)) return undefined;
  const original = typescript.getOriginalNode(node);
  const symbol = checker.getShorthandAssignmentValueSymbol(original);
  if (!symbol?.declarations?.some((declaration) => declaration.getSourceFile() === declarations))
    return undefined;
  const { factory } = typescript;
  const variable = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name);
  const preset = node.objectAssignmentInitializer;
  return factory.createPropertyAssignment(
    factory.createIdentifier(node.name.text),
    preset ? factory.createAssignment(variable, preset) : variable,
  );
}
