import type * as ts from "@tslab/typescript-for-tslab";

/**
 * Whether a cell awaits outside of any function, in whatever position: `await (x)`, `for await`, inside a template.
 *
 * tslab asks the compiler's complaints instead, and the compiler does not complain where `await (x)` could be a call.
 */
export function hasTopLevelAwait(typescript: typeof ts, file: ts.SourceFile): boolean {
  const visit = (node: ts.Node): boolean => {
    if (typescript.isAwaitExpression(node)) return true;
    if (typescript.isForOfStatement(node) && node.awaitModifier) return true;
    if (typescript.isFunctionLike(node) || typescript.isClassStaticBlockDeclaration(node)) return false;
    // A property's value runs in a function of its own; its computed name does not.
    if (typescript.isPropertyDeclaration(node)) return visit(node.name);
    return typescript.forEachChild(node, visit) ?? false;
  };
  return visit(file);
}
