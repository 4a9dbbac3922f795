import { findingAt, type Finding, type Repository } from '../repository.ts';
import { importsOf, isShippedSource, type Import } from '../source-code.ts';
import { LAYERS, layerFolder, layerOf, type Layer } from '../layers.ts';

/** Imports go one way only, by the table in layers.ts, in sources and in the dependencies of manifests alike. */
export function importDirections(repository: Repository): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [file, text] of repository) {
    const folder = layerFolder(file);
    if (folder === undefined) continue;
    const layer = LAYERS[folder];
    if (layer === undefined) {
      if (file === `${folder}/package.json`)
        findings.push({ file, message: `${folder} has no row in the layer table` });
    } else if (file === `${folder}/package.json`) {
      findings.push(...manifestFindings(file, text, layer));
    } else if (isShippedSource(file)) {
      const dependencies = dependencyNames(repository.get(`${folder}/package.json`) ?? '{}');
      for (const found of importsOf(text)) {
        const message = importMistake(folder, layerOf(file) ?? layer, dependencies, file, found);
        if (message !== undefined) findings.push(findingAt(file, text, found.offset, message));
      }
    }
  }
  return findings;
}

function manifestFindings(file: string, text: string, layer: Layer): readonly Finding[] {
  return dependencyNames(text)
    .filter((name) => isOurs(name) && !layer.imports.includes(name))
    .map((name) => ({ file, message: `may not depend on ${name}` }));
}

function importMistake(
  folder: string,
  layer: Layer,
  dependencies: readonly string[],
  file: string,
  { specifier, typeOnly }: Import,
): string | undefined {
  if (specifier.startsWith('.')) {
    const target = new URL(specifier, `file:///${file}`).pathname.slice(1);
    return target.startsWith(`${folder}/`) ? undefined : `${specifier} leaves the package`;
  }
  if (specifier.startsWith('node:'))
    return layer.purity === 'node' ? undefined : `${specifier} in a package for any runtime`;
  const name = packageName(specifier);
  if (isOurs(name) && !layer.imports.includes(name)) return `may not import ${name}`;
  if (layer.typesOnly?.includes(name) === true && !typeOnly) return `may import only types from ${name}`;
  return dependencies.includes(name) ? undefined : `${name} is not among the dependencies`;
}

function dependencyNames(manifest: string): readonly string[] {
  const { dependencies, peerDependencies }: Readonly<Record<string, Record<string, string>>> = JSON.parse(manifest);
  return Object.keys({ ...dependencies, ...peerDependencies });
}

function isOurs(name: string): boolean {
  return name.startsWith('@skua/') || name.startsWith('skua-');
}

function packageName(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
