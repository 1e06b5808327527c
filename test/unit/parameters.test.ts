import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import type { Node, ParameterDeclaration, SourceFile } from "typescript/unstable/ast";
import { SyntaxKind } from "typescript/unstable/ast";
import {
  isArrowFunction,
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isFunctionExpression,
  isMethodDeclaration,
  isVariableDeclaration,
} from "typescript/unstable/ast/is";
import { API } from "typescript/unstable/sync";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

/** What a caller can still tell apart without looking it up. */
const MOST_PARAMETERS = 4;

interface FoundFunction {
  readonly at: string;
  readonly isExported: boolean;
  /** As they are written; empty where a library says what a callback gets. */
  readonly types: readonly string[];
}

test("no function has more than four parameters, and no exported one of four has neighbours of one type", () => {
  const functions = functionsOf(resolve("src"));
  const faults = functions.filter(({ types, isExported }) => {
    if (types.length > MOST_PARAMETERS) return true;
    // Neighbours of one type can be swapped, and nothing but the reader notices.
    return isExported && types.length === MOST_PARAMETERS && types.some((type, at) => type === types[at - 1]);
  });
  assert.deepEqual(
    faults.map(({ at }) => at),
    [],
  );
  const four = functions.filter(({ types }) => types.length === MOST_PARAMETERS);
  assert.ok(functions.length > 3_000 && four.length > 20, "functions of four parameters are found");
  assert.ok(
    four.some(({ isExported, types }) => !isExported && types.some((type, at) => type === types[at - 1])),
    "neighbours of one type are found",
  );
});

/** Sources alone, of which nothing is looked up: of what they import only they themselves would be read. */
const justSources = { noResolve: true, noLib: true, types: [], allowImportingTsExtensions: true, noEmit: true };

function functionsOf(folder: string): readonly FoundFunction[] {
  const place = makeTemporaryFolder("parameters");
  const config = join(place, "tsconfig.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: justSources, include: [folder] }));
  const api = new API({ cwd: resolve(".") });
  try {
    const [project] = api.updateSnapshot({ openProject: config }).getProjects();
    assert.ok(project, "the project is read");
    const { program } = project;
    const paths = program.getSourceFileNames().filter((path) => resolve(path).startsWith(folder));
    return paths.flatMap((path) => {
      const file = program.getSourceFile(path);
      return file ? inFile(file, path.slice(resolve(".").length + 1)) : [];
    });
  } finally {
    api.close();
    rmSync(place, { recursive: true });
  }
}

function inFile(file: SourceFile, path: string): readonly FoundFunction[] {
  const found: FoundFunction[] = [];
  const visit = (node: Node): void => {
    if (isFunction(node)) {
      const types = node.parameters.map((parameter) => typeText(parameter, file));
      const line = file.text.slice(0, node.parameters.pos).split("\n").length;
      found.push({
        at: `${path}:${line}`,
        isExported: isExported(node),
        types: types.includes(undefined) ? [] : types.filter((type) => type !== undefined),
      });
    }
    node.forEachChild(visit);
  };
  visit(file);
  return found;
}

const isFunction = (node: Node) =>
  isFunctionDeclaration(node) ||
  isFunctionExpression(node) ||
  isArrowFunction(node) ||
  isMethodDeclaration(node) ||
  isConstructorDeclaration(node);

/** The annotation; a default value stands for it where there is none. */
function typeText({ type, initializer }: ParameterDeclaration, { text }: SourceFile): string | undefined {
  const written = type ?? initializer;
  return written && text.slice(written.pos, written.end).trim().replace(/\s+/g, " ");
}

/** Whether another file can call it: what a file exports, and the members of a class that it exports. */
function isExported(node: Node): boolean {
  const { parent } = node;
  const declared = isMethodDeclaration(node) || isConstructorDeclaration(node) ? parent : node;
  if (isFunctionDeclaration(declared) || isClassDeclaration(declared)) return hasExport(declared);
  // A constant stands in a list, and that in a statement.
  return isVariableDeclaration(parent) && hasExport(parent.parent.parent);
}

const hasExport = (node: Node): boolean =>
  "modifiers" in node &&
  ((node.modifiers as readonly Node[] | undefined) ?? []).some(({ kind }) => kind === SyntaxKind.ExportKeyword);
