import { foreignText } from "../lib/foreignText.ts";
import type { ClientMetadataFacts, MetadataAddressFault, MetadataDocumentFault } from "./clientMetadataFacts.ts";
import type { FailureOf } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list } from "./wording.ts";

/** Words for documents that a company publishes about us. */
export function clientMetadataText(failure: FailureOf<ClientMetadataFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "client_metadata_address_refused": {
      const { input, fault, spelled } = failure.facts;
      return {
        title: say("This address cannot be a client ID."),
        detail: say("{0} Found {1}.", addressFaultText(fault, say), foreignText(input, 300)),
        nextStep:
          spelled === undefined
            ? say("Use an address such as {0}.", "https://example.com/oauth/gateway-connect.json")
            : say("Write it as it is asked for: {0}.", foreignText(spelled, 300)),
      };
    }
    case "client_metadata_wrong":
      return {
        title: say("The client metadata document is not right."),
        detail: say(
          "Looked at {0}. {1}",
          failure.facts.url,
          failure.facts.faults.map((fault) => documentFaultText(fault, say)).join(" "),
        ),
        nextStep: say(
          "Publish the document as it was written, at this address and without a redirect, as application/json, and check it again.",
        ),
      };
  }
}

/** What an address has to be like. */
export function addressFaultText(fault: MetadataAddressFault, say: Translate): string {
  switch (fault) {
    case "address":
      return say("Expected a whole address, of 2048 characters at most.");
    case "https":
      return say("Expected an https address: the identity provider fetches it, and believes what stands there.");
    case "credentials":
      return say("Expected an address without a name or password in it.");
    case "fragment":
      return say("Expected an address without a part behind #.");
    case "dots":
      return say("Expected an address without . or .. in its path.");
    case "path":
      return say("Expected an address with a path, which a document of its own has.");
    case "query":
      return say("Expected an address without a part behind ?, which some identity providers leave out.");
    case "spelling":
      return say("Expected an address as it is asked for, since identity providers compare it letter by letter.");
  }
}

function documentFaultText(fault: MetadataDocumentFault, say: Translate): string {
  switch (fault.kind) {
    case "unreachable":
      return say("No answer came: {0}.", foreignText(fault.reason, 200));
    case "redirect":
      return say("It leads elsewhere, to {0}, where identity providers do not follow.", foreignText(fault.to, 300));
    case "status":
      return say("Expected HTTP 200. Found {0}.", fault.status);
    case "contentType":
      return say("Expected the content type application/json. Found {0}.", fault.found || say("none"));
    case "size":
      return say(
        "Expected {0} bytes at most, since identity providers read no more. Found {1}.",
        fault.most,
        fault.bytes,
      );
    case "json":
      return say("Expected a JSON object. Found something else.");
    case "clientId":
      return say("Expected its address as client_id, letter by letter. Found {0}.", foreignText(fault.found, 300));
    case "redirectUris":
      return say("These redirect URIs are missing: {0}.", list(fault.missing, say));
    case "secret":
      return say("Expected a client without a secret. Found {0}.", foreignText(fault.found, 100));
  }
}
