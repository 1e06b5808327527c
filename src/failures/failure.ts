import { messageOf } from "../lib/causes.ts";
import type { HeaderFault } from "../lib/settableHeaders.ts";
import type { AgentCoreFacts } from "./agentCoreFacts.ts";
import type { AwsFacts } from "./awsFacts.ts";
import type { AwsListFacts } from "./awsListFacts.ts";
import type { ClientMetadataFacts } from "./clientMetadataFacts.ts";
import type { DiscoveryFacts } from "./discoveryFacts.ts";
import type { EnterpriseFacts } from "./enterpriseFacts.ts";
import type { PolicyFacts } from "./policyFacts.ts";
import type { ProofFacts } from "./proofFacts.ts";
import type { ClockFacts, RefusalFacts } from "./refusalFacts.ts";
import type { RuleFacts } from "./ruleFacts.ts";
import type { ToolRuleFacts } from "./toolRuleFacts.ts";
import type { WorkloadFacts } from "./workloadFacts.ts";

/** An address that was typed, and the gateway that was looked for there. */
export interface AddressFacts {
  readonly url_invalid: { readonly input: string };
  readonly url_insecure: { readonly url: string };
  readonly region_invalid: { readonly input: string };
  /** A link that was to connect a gateway. `found` is the part of it that is at fault. */
  readonly link_refused: {
    readonly fault:
      | ("tooLong" | "unknown" | "twice" | "hidden" | "value" | "missing")
      | ("address" | "credentials" | "insecure");
    readonly found: string;
  };
  readonly already_connected: { readonly name: string; readonly url: string };
  readonly already_connecting: { readonly url: string };
  readonly gateway_unreachable: { readonly url: string; readonly reason: string };
  readonly tls_failed: { readonly url: string; readonly reason: string };
  readonly gateway_not_found: { readonly url: string; readonly words?: string };
  readonly not_an_mcp_server: {
    readonly url: string;
    readonly status: number;
    readonly contentType: string;
    readonly words?: string;
    /** Another server, which it points to. Nothing was sent there. */
    readonly redirectsTo?: string;
  };
  /** It speaks HTTP+SSE (2024-11-05) and not Streamable HTTP. */
  readonly transport_outdated: { readonly url: string };
  /** It answered \`initialize\` with revisions of MCP that are none of those we speak. */
  readonly protocol_version_unknown: {
    readonly url: string;
    readonly found: readonly string[];
    readonly spoken: readonly string[];
  };
  /** `words` are the gateway's own. */
  readonly gateway_error: {
    readonly url: string;
    /** The address of the gateway's that was asked, where it is another. */
    readonly asked?: string;
    readonly status: number;
    readonly words?: string;
    /** How long it asks to be left alone. */
    readonly retryAfterSeconds?: number;
  };
  /**
   * A 403 without a challenge to whoever has no token yet, or a page in place of the gateway's answer. `words` are those of
   * whatever answered.
   */
  readonly gateway_forbidden: {
    readonly url: string;
    readonly words?: string;
    /** It refused a request in use, with a token where the gateway wants one. */
    readonly inUse?: true;
  };
  /**
   * A gateway or an identity provider. `limit` is the most that is read, with its unit; `isResult` is for a message of a
   * gateway, which may be large, and any other answer is a document.
   */
  readonly answer_too_large: { readonly url: string; readonly limit: string; readonly isResult?: true };
}

/** A person's sign-in, in the browser or with a code. */
export interface SignInFacts {
  readonly redirect_ports_taken: { readonly ports: readonly number[] };
  /** `words` are the provider's, where no browser brought them. */
  readonly access_denied: { readonly issuer: string; readonly words?: string };
  readonly authorization_refused: RefusalFacts & { readonly issuer: string };
  /** `redirectUri` where a browser was to come back to it. */
  readonly sign_in_timed_out: { readonly minutes: number; readonly redirectUri?: string };
  /** The browser came back with the answer, to another path: `found`. */
  readonly redirect_path_mismatch: { readonly redirectUri: string; readonly found: string };
  readonly browser_not_opened: { readonly issuer: string };
  readonly state_mismatch: { readonly redirectUri: string };
  readonly response_issuer_mismatch: { readonly expected: string; readonly found: string };
  readonly response_issuer_missing: { readonly expected: string };
  readonly pasted_address_invalid: { readonly redirectUri: string };
}

/** Tokens, and the secret or key that a client asks for them with. */
export interface TokenFacts {
  /** The clocks' difference, where the request was signed and so depends on them. */
  readonly token_refused: RefusalFacts &
    ClockFacts & {
      readonly issuer: string;
      readonly status: number;
      /** How long the provider asks to be left alone. */
      readonly retryAfterSeconds?: number;
      /** The client proved itself with a secret or a key. */
      readonly withSecret?: true;
    };
  readonly token_response_invalid: {
    readonly issuer: string;
    readonly status: number;
    readonly contentType: string;
    /** Those of whatever answered. */
    readonly words?: string;
    /** How long the provider asks to be left alone. */
    readonly retryAfterSeconds?: number;
  };
  readonly token_endpoint_unreachable: { readonly issuer: string; readonly reason: string };
  readonly token_audience_mismatch: { readonly expected: string; readonly found: readonly string[] };
  readonly id_token_missing: { readonly gateway: string; readonly issuer: string };
  readonly id_token_invalid: {
    readonly issuer: string;
    readonly problem: "algorithm" | "nonce" | "claims" | "missing";
  };
  readonly stored_secret_unreadable: { readonly key: string };
  readonly stored_by_newer_version: { readonly key: string };
  /** `reason` is what the secret storage said. */
  readonly secret_not_deleted: { readonly key: string; readonly reason: string };
  /** `reason` is what the keychain of the operating system said, or why there is none. */
  readonly keychain_unavailable: { readonly reason: string };
  readonly secret_storage_failed: { readonly key: string; readonly act: "read" | "keep"; readonly reason: string };
  readonly credential_unreadable: {
    readonly source: string;
    readonly reason: string;
    /** It is a key in a form that openssl converts into one that can be used. */
    readonly convertible?: true;
  };
}

/** A gateway in use. */
export interface UseFacts {
  readonly sign_in_needed: { readonly gateway: string };
  /** A call could not wait any longer for a sign-in that goes on. */
  readonly sign_in_waiting: { readonly gateway: string };
  /** `words` are the gateway's own, here and below. */
  readonly gateway_refused_token: {
    readonly gateway: string;
    readonly status: number;
    readonly error: string;
    readonly words?: string;
  };
  readonly insufficient_scope: {
    readonly gateway: string;
    readonly needed: readonly string[];
    readonly granted: readonly string[];
    readonly words?: string;
  };
  readonly gateway_connection_lost: { readonly gateway: string; readonly reason: string };
  /** A tool, resource, prompt or list, by its name, was answered with an error of JSON-RPC. `words` are the other side's. */
  readonly answered_with_error: { readonly what: string; readonly error: number; readonly words?: string };
  /** The person keeps it from the agent. */
  readonly tool_hidden: { readonly gateway: string; readonly tool: string };
}

/** Files of other programs, and the program that their entries start. */
export interface HostFileFacts {
  readonly host_file_invalid: {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly problem: string;
  };
  /** What is there is not read: a folder, a pipe, links in a circle, a file that is too large. */
  readonly host_file_unusable: { readonly path: string; readonly reason: string };
  readonly host_file_busy: { readonly path: string };
  readonly host_file_protected: { readonly path: string; readonly reason: string };
  readonly host_entry_impossible: { readonly path: string };
  readonly runtime_not_found: { readonly tried: readonly string[] };
}

/** Parts of this program, its files and its settings. */
export interface ProgramFacts {
  readonly part_not_loaded: { readonly file: string; readonly reason: string };
  readonly relay_not_started: { readonly path: string; readonly reason: string };
  readonly sandbox_not_started: { readonly reason: string };
  /** `faults` are those of its file, a line each. */
  readonly local_gateway_not_started: {
    readonly file: string;
    readonly reason: string;
    readonly faults: readonly string[];
  };
  readonly file_damaged: { readonly path: string; readonly reason: string };
  /** A file that this program keeps; `reason` is the operating system's code. */
  readonly file_not_written: { readonly path: string; readonly reason: string };
  /** What a window of the editor left for the program that takes its place, see `handedSettings.ts`. */
  readonly editor_settings_unusable: {
    readonly path: string;
    readonly fault: { readonly kind: "missing" | "damaged" | "newer" | "unknown" | "foreign" };
  };
  /** The editor does not take a change of a setting; `reason` is what it says. */
  readonly setting_not_written: { readonly setting: string; readonly reason: string };
  readonly setting_invalid: { readonly setting: string; readonly found: string };
  /** Headers that are set for a gateway, each with its place. Nothing is sent before all of them can be. */
  readonly headers_invalid: { readonly faults: readonly { readonly place: string; readonly fault: HeaderFault }[] };
  /** The value of a header, which is read where `source` says. */
  readonly header_unreadable: { readonly header: string; readonly source: string; readonly reason: string };
  readonly unexpected: { readonly reason: string };
}

/**
 * Everything that can go wrong on the way from a 401 to a working tool, as codes with facts.
 *
 * Facts are for people and logs: addresses, error codes of the protocol, expected and found values. They never
 * hold a token, a code, a verifier or a client secret, nor text that somebody else may have chosen: the
 * `error_description` of a redirect (RFC 6749, 4.1.2.1) is for the log alone. What a server answered us directly is
 * in `words`, and marked as its words where it is shown.
 */
export interface FailureFacts
  extends AddressFacts,
    AgentCoreFacts,
    DiscoveryFacts,
    SignInFacts,
    TokenFacts,
    UseFacts,
    ToolRuleFacts,
    RuleFacts,
    ProofFacts,
    ClientMetadataFacts,
    AwsFacts,
    WorkloadFacts,
    AwsListFacts,
    EnterpriseFacts,
    HostFileFacts,
    PolicyFacts,
    ProgramFacts {}

export type FailureCode = keyof FailureFacts;

const brand = Symbol.for("gateway-connect.failure");

/**
 * A failure a person can meet. `failureText` turns it into words.
 *
 * It carries a brand besides its class, because each bundle has a class of its own.
 */
export class GatewayFailure<C extends FailureCode = FailureCode> extends Error {
  readonly code: C;
  readonly facts: FailureFacts[C];
  readonly [brand] = true;

  constructor(code: C, facts: FailureFacts[C], options?: { readonly cause?: unknown }) {
    super(code, options);
    this.name = "GatewayFailure";
    this.code = code;
    this.facts = facts;
  }
}

/** A failure as a union that narrows by `code`. */
export type AnyFailure = FailureOf<FailureFacts>;

/** The failures of one subject, as a union that narrows by `code`. */
export type FailureOf<Facts> = { [C in FailureCode & keyof Facts]: GatewayFailure<C> }[FailureCode & keyof Facts];

/** Whether `error` is a `GatewayFailure` of any bundle, or one with this code. */
export function isFailure(error: unknown): error is AnyFailure;
export function isFailure<C extends FailureCode>(error: unknown, code: C): error is GatewayFailure<C>;
export function isFailure(error: unknown, code?: FailureCode): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    brand in error &&
    (code === undefined || (error as AnyFailure).code === code)
  );
}

/** `error` as a failure: itself, or `unexpected` around the reason of anything else. */
export function asFailure(error: unknown): AnyFailure {
  if (isFailure(error)) return error;
  const reason = messageOf(error);
  return new GatewayFailure("unexpected", { reason }, { cause: error }) as AnyFailure;
}
