/** Why an address cannot be a client ID. */
export type MetadataAddressFault =
  | ("address" | "https" | "credentials" | "fragment")
  | ("dots" | "path" | "query" | "spelling");

/** What is wrong with a document that was fetched. */
export type MetadataDocumentFault =
  | { readonly kind: "unreachable"; readonly reason: string }
  | { readonly kind: "redirect"; readonly to: string }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "contentType"; readonly found: string }
  | { readonly kind: "size"; readonly bytes: number; readonly most: number }
  | { readonly kind: "json" }
  | { readonly kind: "clientId"; readonly found: string }
  | { readonly kind: "redirectUris"; readonly missing: readonly string[] }
  | { readonly kind: "secret"; readonly found: string };

/** Documents that a company publishes about us (client ID metadata documents). */
export interface ClientMetadataFacts {
  readonly client_metadata_address_refused: {
    readonly input: string;
    readonly fault: MetadataAddressFault;
    /** How it would have to be written, where that is all. */
    readonly spelled?: string;
  };
  readonly client_metadata_wrong: { readonly url: string; readonly faults: readonly MetadataDocumentFault[] };
}
