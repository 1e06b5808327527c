import { object, type Schema } from "../lib/json/schema.ts";
import { callSeconds, resultMiB } from "../lib/limits.ts";
import { ACCOUNT_PATTERN } from "./accountPattern.ts";
import { signInKinds } from "./policyDocument.ts";

/** A list that may be empty, since an empty one allows nothing. */
const some = (description: string, items: Schema): Schema => ({ type: "array", description, maxItems: 500, items });

const line = (description: string, maxLength = 200): Schema => ({
  type: "string",
  description,
  minLength: 1,
  maxLength,
  pattern: "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\u2028\\u2029]+$",
  patternErrorMessage: "a text without characters that are not seen",
});

const address = (description: string): Schema => ({
  type: "string",
  description,
  maxLength: 2_048,
  pattern: "^(?:https://|http://(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?:[:/]|$))[^\\s#@\\\\]*$",
  patternErrorMessage: "an https address",
});

const pattern = (what: string): Schema => ({
  type: "string",
  description: `${what}: https://host, https://*.host with one label for the star, or either with a port and a path, which means what is below it too.`,
  maxLength: 2_048,
});

const scopes: Schema = {
  type: "array",
  description: "The scopes to ask for.",
  items: {
    type: "string",
    pattern: "^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$",
    patternErrorMessage: "a scope (RFC 6749, A.4)",
  },
};

/** What a policy may set for a gateway, by the names and in the form of `gatewayConnect.gateways`. */
export const fixedSettings: Readonly<Record<string, Schema>> = {
  clientId: line("The client.", 512),
  scopes,
  issuer: address("Where people sign in, whatever the gateway names."),
  resource: line("The resource indicator (RFC 8707).", 2_048),
  audience: line("What a token has to be for, to be kept.", 2_048),
  clientMetadataUrl: address("A client ID metadata document."),
  clientAuthentication: {
    type: "string",
    enum: ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"],
  },
  token: { type: "string", enum: ["access", "id"], description: "Which token the gateway gets." },
  redirectPorts: {
    type: "array",
    description: "The ports that the browser may come back to.",
    minItems: 1,
    items: { type: "integer", minimum: 1, maximum: 65_535 },
  },
  redirectPath: {
    type: "string",
    pattern: "^/[A-Za-z0-9._~/-]*$",
    patternErrorMessage: "a path such as /oauth/callback",
  },
  redirectHost: { type: "string", enum: ["localhost", "127.0.0.1", "[::1]"] },
  policySession: { type: "boolean", description: "Whether AgentCore's session-based policies get a session." },
  consentPortal: address("Where consents to the gateway's targets are given."),
  timeout: { ...callSeconds, description: "The seconds that a call may take." },
  maxResultMiB: { ...resultMiB, description: "The largest answer that is taken, in MiB." },
};

const patterns: Schema = { type: "array", items: { type: "string", minLength: 1, maxLength: 300 } };

const rules: Readonly<Record<string, Schema>> = {
  issuers: some(
    "The identity providers at which people may sign in. A host alone allows every tenant of it: write the tenant's path.",
    pattern("An issuer"),
  ),
  accounts: some("The accounts that may be used: addresses, or *@ and a domain.", {
    type: "string",
    maxLength: 320,
    pattern: ACCOUNT_PATTERN,
    patternErrorMessage: "an address such as ada@example.com, or *@example.com",
  }),
  signIn: some("How people may sign in. Where it is one way only, it is the one that is used.", {
    type: "string",
    enum: signInKinds,
  }),
  settings: object("What is set, whatever a person has set.", fixedSettings),
  tools: object("Rules for the tools that agents have. They narrow what people set, and are narrowed by it.", {
    allow: patterns,
    deny: patterns,
    readOnly: { type: "boolean" },
  }),
};

/** The form of an administrator's file. Editors get it as `media/policy.schema.json`. */
export const policySchema: Schema = {
  ...object(
    "What the people of this machine may do with Gateway Connect. It is a guard and no boundary: whoever may run other programs can reach a gateway without it.",
    {
      $schema: { type: "string", maxLength: 2_048 },
      version: { type: "integer", minimum: 1, maximum: 1, description: "The form of this file: 1." },
      organisation: line("Whose rules these are, as people are told.", 80),
      contact: line("Whom to ask about them, as people are told: an address, a page, a name.", 200),
      gateways: some(
        "The gateways that may be used, and no others. The first one whose address means a gateway has its rules.",
        object(
          "A gateway, or several.",
          {
            address: pattern("The address"),
            name: line("What it is called. Its address has to be of one gateway then, with a path.", 80),
            ...rules,
          },
          ["address"],
        ),
      ),
      ...rules,
      credentials: some("Where secrets, keys and headers may be read.", {
        type: "string",
        enum: ["environment", "file", "command"],
      }),
      hosts: some(
        "The hosts whose files may have an entry, by their ids, such as codex. An empty list keeps every other program away.",
        { type: "string", pattern: "^[a-z][a-z0-9-]*$", patternErrorMessage: "the id of a host", maxLength: 60 },
      ),
      directMode: {
        type: "boolean",
        description: "Whether other programs may be given a gateway's own address and token.",
      },
      shareSignIn: {
        type: "boolean",
        description: "Whether a sign-in may move to the keychain, where other programs of the person use it.",
      },
      enterpriseIdentityProvider: object(
        "The corporate identity provider of Enterprise-Managed Authorization, in the place of the one that people set.",
        {
          issuer: address("The identity provider."),
          clientId: line("The client there.", 512),
          scopes,
        },
        ["issuer", "clientId"],
      ),
    },
    ["version"],
  ),
};
