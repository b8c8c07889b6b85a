import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import type * as ts from "@tslab/typescript-for-tslab";

type TypeScript = typeof ts;
type Host = ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.EmitAndSemanticDiagnosticsBuilderProgram>;

/**
 * Makes the compiler find modules as cells do, and watch only what a reader edits beside the notebook.
 *
 * Modules that the notebook's folder does not know are looked for in the project, so that `import "tumorlab"` works
 * from everywhere; packages that describe themselves by an `exports` map alone are found too. Installed packages and
 * the built project are not watched: thousands of watches, for files whose JavaScript stays loaded until a restart.
 */
export function configureHost(typescript: TypeScript, host: Host, sys: ts.System, root: string): void {
  const dist = `${join(root, "src", "dist").replaceAll("\\", "/")}/`;
  const isLibrary = (path: string): boolean => path.includes("/node_modules/") || path.startsWith(dist);
  const known = new Map<string, ts.ResolvedModuleWithFailedLookupLocations>();
  const fallback = join(root, "cell.ts");
  // What the library's imports lead to stays; without it each of its thousand imports reads package.json again. A cache
  // knows nothing of the way a name was looked for: one for each way.
  const createCache = () => typescript.createModuleResolutionCache(root, (path) => path);
  const caches = { asAsked: createCache(), byExports: createCache() };

  function resolve(
    name: string,
    file: string,
    options: ts.CompilerOptions,
    redirect: ts.ResolvedProjectReference | undefined,
  ): ts.ResolvedModuleWithFailedLookupLocations {
    const find = (from: string, moduleResolution?: ts.ModuleResolutionKind) =>
      typescript.resolveModuleName(
        name,
        from,
        moduleResolution === undefined ? options : { ...options, moduleResolution },
        sys,
        isLibrary(from) ? caches[moduleResolution === undefined ? "asAsked" : "byExports"] : undefined,
        redirect,
      );
    const own = name.startsWith(".") && file.startsWith(dist) ? findOwn(name, file) : undefined;
    if (own) return own;
    const first = find(file);
    if (first.resolvedModule || isBuiltin(name)) return first;
    const byExports = find(file, typescript.ModuleResolutionKind.Bundler);
    if (byExports.resolvedModule) return byExports;
    if (name.startsWith(".") || name.startsWith("/")) return first;
    const ofProject = find(fallback);
    if (ofProject.resolvedModule) return ofProject;
    const ofProjectByExports = find(fallback, typescript.ModuleResolutionKind.Bundler);
    return ofProjectByExports.resolvedModule ? ofProjectByExports : first;
  }

  /** A file of the built library that another one imports: the compiler would look for it under five names and more. */
  function findOwn(name: string, file: string): ts.ResolvedModuleWithFailedLookupLocations | undefined {
    const resolvedFileName = join(dirname(file), name).replaceAll("\\", "/").replace(/\.js$/, ".d.ts");
    if (!resolvedFileName.endsWith(".d.ts") || !sys.fileExists(resolvedFileName)) return undefined;
    const resolvedModule = { resolvedFileName, extension: typescript.Extension.Dts };
    // The compiler reads places it need not look at again off a member that is not declared.
    return { resolvedModule, failedLookupLocations: [] } as ts.ResolvedModuleWithFailedLookupLocations;
  }

  host.resolveModuleNameLiterals = (literals, file, redirect, options) =>
    literals.map(({ text }) => {
      if (!isLibrary(file)) return resolve(text, file, options, redirect);
      const key = `${text}\0${file}`;
      const found = known.get(key) ?? resolve(text, file, options, redirect);
      known.set(key, found);
      return found;
    });
  (host as Host & { hasInvalidatedResolutions?(path: string): boolean }).hasInvalidatedResolutions = (path) =>
    !isLibrary(path);

  const nothing = { close() {} };
  const watchFile = host.watchFile.bind(host);
  host.watchFile = (path, ...rest) => (isLibrary(path) ? nothing : watchFile(path, ...rest));
  host.watchDirectory = () => nothing;
}
