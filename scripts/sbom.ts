import { createHash } from "node:crypto";
import type { BundledPackage } from "./bundledPackages.ts";

/** What the product says of itself. */
interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly repository: { readonly url: string };
}

/** `package-lock.json`, as far as it is read here. */
interface LockFile {
  readonly packages: Readonly<Record<string, { readonly integrity?: string }>>;
}

/**
 * The bill of materials of what ships: the packages that the bundler put bytes of into a bundle, and no tool of the build.
 * CycloneDX 1.6 in JSON (ECMA-424). The same build gives the same bytes, so that it has no time, and a serial number that
 * follows from what is in it.
 *
 * @param packages what is in the bundles
 * @param lock where the digests of packages stand that npm checked when it installed them
 * @throws Error that names a package which the lock file does not have
 */
export function sbom(product: Product, packages: readonly BundledPackage[], lock: LockFile): string {
  const components = packages.map((one) => componentOf(one, lock));
  const { name, version, license, repository } = product;
  const ref = purl(name, version);
  const bill = {
    metadata: {
      component: {
        type: "application",
        "bom-ref": ref,
        name,
        version,
        licenses: [{ license: { id: license } }],
        purl: ref,
        externalReferences: [{ type: "vcs", url: repository.url }],
      },
      properties: [{ name: "gateway-connect:of", value: "the VSIX and the npm package" }],
    },
    components,
    dependencies: [
      { ref, dependsOn: components.map((component) => component["bom-ref"]) },
      ...components.map((component) => ({ ref: component["bom-ref"] })),
    ],
  };
  const serialNumber = `urn:uuid:${uuidOf(JSON.stringify(bill))}`;
  const head = { bomFormat: "CycloneDX", specVersion: "1.6", serialNumber, version: 1 };
  return `${JSON.stringify({ $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", ...head, ...bill }, undefined, 2)}\n`;
}

function componentOf({ folder, name, version, license, bundles }: BundledPackage, lock: LockFile) {
  const integrity = lock.packages[folder]?.integrity;
  const [, digest] = /^sha512-(.+)$/.exec(integrity ?? "") ?? [];
  if (digest === undefined) throw new Error(`package-lock.json has no digest of ${folder}`);
  // Two copies of one version may lie in two folders.
  const copy = folder === `node_modules/${name}` ? "" : `#${folder}`;
  return {
    type: "library",
    "bom-ref": `${purl(name, version)}${copy}`,
    name,
    version,
    hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }],
    licenses: [/\s/.test(license) ? { expression: license.replace(/^\((.*)\)$/, "$1") } : { license: { id: license } }],
    purl: purl(name, version),
    properties: [...bundles].sort().map((bundle) => ({ name: "gateway-connect:bundle", value: `dist/${bundle}` })),
  };
}

/** A package URL (purl-spec, type npm): the scope is a namespace, with its sign encoded. */
const purl = (name: string, version: string): string => `pkg:npm/${name.replace("@", "%40")}@${version}`;

/** A UUID of one's own making (RFC 9562, 5.8). */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex[16] ?? "0", 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
