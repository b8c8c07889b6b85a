import type { Routes } from "./http/router.js";

/** `/api/spec.yaml`: every address of the API that the tables hold and the methods it takes, as OpenAPI 3. */
export function formatApiSpec(version: string, ...tables: Routes[]): string {
  const methods = new Map<string, string[]>();
  for (const key of tables.flatMap((table) => Object.keys(table))) {
    const [method, pattern] = key.split(" ");
    const path = pattern.replace("**", "{path}").replace(/:(\w+)/g, "{$1}");
    methods.set(path, [...(methods.get(path) ?? []), method.toLowerCase()]);
  }
  const paths = [...methods].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = paths.flatMap(([path, names]) => [
    `  ${JSON.stringify(path)}:`,
    ...parametersOf(path),
    ...names.flatMap((name) => [
      `    ${name}:`,
      "      responses:",
      '        default: {description: "JSON or nothing"}',
    ]),
  ]);
  const info = `info: {title: Jupyter Server API as Tumorlab speaks it, version: ${JSON.stringify(version)}}`;
  return `${["openapi: 3.0.3", info, "paths:", ...lines].join("\n")}\n`;
}

function parametersOf(path: string): string[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  if (names.length === 0) return [];
  const one = (name: string) => `      - {name: ${name}, in: path, required: true, schema: {type: string}}`;
  return ["    parameters:", ...names.map(one)];
}
