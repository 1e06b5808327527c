import { type AddressPattern, matchesAddress, readAddressPattern } from "./addressPattern.ts";
import { DocumentRules } from "./documentRules.ts";
import type { Policy, PolicyState } from "./policy.ts";
import type { PlacedGateway, PolicyDocument } from "./policyDocument.ts";

/** The policy that a document makes. Its patterns are read once. */
export class DocumentPolicy implements Policy {
  readonly state: Extract<PolicyState, { kind: "read" }>;
  readonly #document: PolicyDocument;
  readonly #gateways: readonly (PlacedGateway & { readonly pattern: AddressPattern | undefined })[];

  /** @param document one that `readPolicy` has checked */
  constructor(document: PolicyDocument, file: string) {
    const { organisation, contact, gateways = [] } = document;
    this.state = { kind: "read", file, ...(organisation && { organisation }), ...(contact && { contact }) };
    this.#document = document;
    this.#gateways = gateways.map((gateway, index) => ({ gateway, index, pattern: patternOf(gateway.address) }));
  }

  get identityProvider(): Policy["identityProvider"] {
    return this.#document.enterpriseIdentityProvider;
  }

  of(url: string): DocumentRules {
    const found = this.#gateways.find(({ pattern }) => pattern !== undefined && matchesAddress(pattern, url));
    return new DocumentRules(url, this.#document, found, this.state);
  }
}

function patternOf(text: string): AddressPattern | undefined {
  const read = readAddressPattern(text);
  return "problem" in read ? undefined : read;
}
