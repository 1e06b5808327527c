import { MAX_MESSAGE_BYTES, resultMiB } from "../../lib/limits.ts";
import { defaultRedirect } from "../../oauth/clientMetadata/publishedRedirects.ts";
import { identityProviderIds } from "../../oauth/identityProviders/identityProviderIds.ts";
import { signInFlows } from "../../oauth/signIn/signInFlow.ts";
import { headersSchema } from "../headers/headersSetting.ts";
import { timeoutSchema, toolRuleMembers, toolRulesSchema } from "../toolRules/readToolRules.ts";
import {
  address,
  credential,
  type GatewaySettingWords,
  oneOf,
  type Setting,
  type Settings,
  text,
  textOrFalse,
  texts,
  yesOrNo,
} from "./setting.ts";
import { workloadSetting } from "./workloadSetting.ts";

/*
 * Every setting of a gateway and its words, one file of more than 300 lines: two tables in the same order, so that whoever adds a
 * setting writes both in one place. A bundle that reads settings has the first alone, as nothing in the second is to be run.
 */

/** Only names of this machine: anything else would carry the code over the network. */
const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"] as const;

/**
 * What can be set for one gateway, in `gatewayConnect.gateways` under its address. This is the one place that says so: the
 * reader, the manifest, the docs and the options of the programs are made of it, with the words below.
 */
export const gatewaySettings = {
  clientId: text(),
  issuer: address(),
  scopes: texts(),
  resource: textOrFalse(),
  audience: text(),
  clientMetadataUrl: address(),
  redirectPorts: {
    schema: { type: "array", minItems: 1, items: { type: "integer", minimum: 1, maximum: 65_535 } },
    default: defaultRedirect.ports,
  } as Setting<readonly number[]>,
  redirectPath: {
    schema: {
      type: "string",
      pattern: "^/[A-Za-z0-9._~/-]*$",
      patternErrorMessage: "a path such as /oauth/callback",
    },
    default: defaultRedirect.path,
  } as Setting<string>,
  redirectHost: { schema: { type: "string", enum: loopbackHosts }, default: defaultRedirect.host } as Setting<string>,
  identityProvider: oneOf(identityProviderIds),
  token: oneOf(["access", "id"] as const),
  dpop: yesOrNo(),
  signIn: oneOf([...signInFlows, "aws"] as const),
  workload: workloadSetting,
  // It stands on a command line, where a dash would begin an option.
  awsProfile: {
    schema: { type: "string", pattern: "^[^-\\s][^\\t\\r\\n]*$", patternErrorMessage: "the name of a profile" },
    emptyIsAbsent: true,
  } as Setting<string>,
  awsRegion: {
    schema: {
      type: "string",
      pattern: "^[a-z]{2,4}(-[a-z]+)+-[0-9]$",
      patternErrorMessage: "a region such as eu-central-1",
    },
    emptyIsAbsent: true,
  } as Setting<string>,
  awsService: {
    schema: {
      type: "string",
      pattern: "^[a-z][a-z0-9-]*$",
      patternErrorMessage: "a service such as bedrock-agentcore",
    },
    emptyIsAbsent: true,
  } as Setting<string>,
  clientAuthentication: oneOf(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"] as const),
  clientSecret: credential(),
  privateKey: credential(),
  keyId: text(),
  headers: { schema: headersSchema, unchecked: true } as Setting<unknown>,
  policySession: yesOrNo(),
  authorizer: { schema: { type: "object" }, unchecked: true },
  hiddenTools: texts(),
  consentPortal: {
    schema: { type: "string", format: "uri", pattern: "^https://[^\\s]+$", patternErrorMessage: "an https address" },
    emptyIsAbsent: true,
  } as Setting<string>,
  // Whoever uses them says what is wrong with them, all at once.
  tools: { schema: toolRulesSchema, unchecked: true } as Setting<unknown>,
  timeout: { schema: timeoutSchema, unchecked: true } as Setting<unknown>,
  maxResultMiB: {
    schema: resultMiB,
    default: MAX_MESSAGE_BYTES / 1024 / 1024,
  } as Setting<number>,
  protocolVersion: oneOf(["auto", "2025-11-25", "2026-07-28"] as const),
} satisfies Settings;

export const gatewaysDescription =
  "What is particular about a gateway, under its address. All of it is optional: what is absent is found through the gateway's 401 or asked for.";

const credentialMembers = {
  environment: "The environment variable of the editor that holds it.",
  file: "The absolute path of a file that holds it.",
  command: "A program and its arguments that print it, such as a password manager's.",
};

/** Marked as what changes nothing, so that a bundle that has no use for the words can leave them out. */
const productHelp = /* @__PURE__ */ "the product, where its metadata does not tell: ".concat(
  /* @__PURE__ */ identityProviderIds.join(", "),
);

export const gatewaySettingsWords: Readonly<Record<keyof typeof gatewaySettings, GatewaySettingWords>> = {
  clientId: {
    description:
      "The client ID of the native (public) application that your platform team registered for this gateway. Without it, the identity provider is asked to register this editor (RFC 7591); where it does not, you are asked.",
    example: '"0oa…"',
    note: "instead of registering, or asking you",
    options: {
      "client-id": {
        value: "<id>",
        help: "the client that was registered for you; otherwise the program registers itself",
      },
    },
  },
  issuer: {
    description: "The issuer of the identity provider, for a gateway whose metadata (RFC 9728) does not name one.",
    example: '"https://login.example.com"',
    note: "where the gateway's metadata names none",
    options: { issuer: { value: "<url>", help: "the identity provider, for a gateway that does not name it" } },
  },
  scopes: {
    description:
      "The scopes to ask for, instead of those the gateway names. Add `offline_access` where the provider needs it for a refresh token.",
    example: '["tools.read", "offline_access"]',
    note: "instead of those the gateway names",
    options: { scopes: { value: '"<a> <b>"', help: "the scopes to ask for, instead of those the gateway names" } },
  },
  resource: {
    description:
      "The resource indicator (RFC 8707) to ask a token for, instead of the one in the gateway's metadata, or `false` to send none (Microsoft Entra ID refuses it beside v2 scopes).",
    example: "false",
    note: "another resource indicator (RFC 8707), or none",
    options: { resource: { value: "<uri>|none", help: "the resource to ask a token for; none sends no resource" } },
  },
  audience: {
    description: "The audience a token must have to be kept.",
    example: '"api://default"',
    note: "what a token must be for, to be kept; Auth0 and Entra are asked for it",
    options: { audience: { value: "<audience>", help: "what the token must be for" } },
  },
  clientMetadataUrl: {
    description: "The https address of a client ID metadata document that your company publishes.",
    example: '"https://example.com/client.json"',
    note: "a client ID metadata document",
    options: {
      "client-metadata-url": {
        value: "<url>",
        help: "the https address of your company's client ID metadata document",
      },
    },
  },
  redirectPorts: {
    description: "Ports for this gateway, instead of `#gatewayConnect.redirectPorts#`.",
    forAll:
      "Ports the browser may come back to, in the order they are tried; the one that worked last comes first. Register `http://localhost:<port>/oauth/callback` for each at your identity provider.",
    example: "[3334]",
    note: "these three instead of those for all gateways",
    options: {
      "redirect-port": {
        value: "<n>[,<n>]",
        help: "where the browser comes back to (3334,3335,3336): the first port that is free",
      },
    },
  },
  redirectPath: {
    description: "Path for this gateway, instead of `#gatewayConnect.redirectPath#`.",
    forAll: "Path of the redirect URI.",
    example: '"/oauth/callback"',
    note: "",
    options: { "redirect-path": { value: "<path>", help: "(/oauth/callback)" } },
  },
  redirectHost: {
    description: "Host for this gateway, instead of `#gatewayConnect.redirectHost#`.",
    forAll:
      "Host of the redirect URI, exactly as it is registered: `localhost`, `127.0.0.1` or `[::1]`. Each of them is this machine.",
    example: '"localhost"',
    note: "",
    options: { "redirect-host": { value: "<host>", help: "localhost, 127.0.0.1 or [::1] (localhost)" } },
  },
  identityProvider: {
    description:
      "The product behind the issuer, whose peculiarities are taken into account. It is found by the issuer's address and the form of its endpoints; set it where a proxy hides both.",
    example: '"okta"',
    note: "the product, where a proxy hides which one it is",
    options: {
      "identity-provider": {
        value: "<name>",
        help: productHelp,
      },
    },
  },
  token: {
    description:
      "Which token the gateway is sent: the access token, or the ID token for gateways that check that one. It is renewed by its own end.",
    example: '"access"',
    note: 'or "id", for gateways that check the ID token (with Google by itself)',
    options: { "use-id-token": { sets: "id", help: "send the gateway the ID token instead of the access token" } },
  },
  dpop: {
    description:
      "Whether tokens are bound to a key that only this sign-in has, and proofs are sent with them (DPoP, RFC 9449). By default they are where the gateway says that it takes such tokens and the identity provider says that it issues them. `false` turns it off where one of them gets it wrong, `true` asks for them though the gateway does not say so. A sign-in of the other kind has to be made anew.",
    example: "false",
    note: "no tokens that are bound to a key (DPoP); true asks for them in any case",
    options: {
      dpop: {
        sets: true,
        help: "ask for tokens that are bound to a key (DPoP), though the gateway does not say that it takes them",
      },
      "no-dpop": { sets: false, help: "do not, though it says so" },
    },
  },
  signIn: {
    description: "How tokens are obtained.",
    values: [
      "A person, in the browser (authorization code with PKCE).",
      "A person, with a code on any device (RFC 8628).",
      "The client itself, with its secret or private key: a machine, and no person.",
      "A workload, with the token that its platform gives it (RFC 7523): a job of CI, a pod, a role; see `workload`.",
      "A person's company, by `#gatewayConnect.enterpriseIdentityProvider#`: one sign-in there serves all its gateways. Chosen by itself where that is set, the gateway's authorization server says that it takes assertions (ID-JAG), and a client is known.",
      "Nobody: each request is signed with AWS credentials (SigV4), for gateways with AWS_IAM or AUTHENTICATE_ONLY.",
    ],
    example: '"browser"',
    note: 'or "deviceCode", "clientCredentials" or "workloadIdentity" for a machine, "enterprise" by way of your company, or "aws" for requests that are signed',
    options: {
      "device-code": {
        sets: "deviceCode",
        help: "you do, on any device: an address and a code are printed. Chosen by itself where no browser can be opened and the identity provider offers it",
      },
      "client-credentials": {
        sets: "clientCredentials",
        help: "nobody does: the program signs in as itself, with --client-id and --client-secret",
      },
      enterprise: {
        sets: "enterprise",
        help: "your company's identity provider vouches for you (Enterprise-Managed Authorization, ID-JAG)",
      },
      aws: {
        sets: "aws",
        help: "nobody does: requests are signed with AWS credentials (SigV4), for gateways with AWS_IAM or AUTHENTICATE_ONLY",
      },
    },
  },
  workload: {
    description:
      'With `"signIn": "workloadIdentity"`: where the token of the platform comes from that proves who this workload is. It is read for each sign-in, looked at (one JWT, not ended, for this audience) and kept nowhere.',
    members: {
      source:
        "`github-actions`, `kubernetes` (a projected token), `aws` (STS), or a place: an environment variable, a file, or a command, in whose arguments `{audience}` stands for the audience.",
      audience:
        "For whom the token is: `issuer` (the authorization server's, by default), `token-endpoint`, or what else the server wants.",
      grant:
        "How it is presented: `jwt-bearer` (RFC 7523, by default), `token-exchange` (RFC 8693), or `client-assertion` with `clientId`, as Microsoft Entra ID has it. A refusal is final: no other is tried.",
    },
    example: '{ "source": "kubernetes" }',
    note: 'whence a workload has its token: "github-actions", "kubernetes", "aws", { "file": "/path" } and the like',
    options: {
      "workload-identity": {
        value: "<source>",
        member: "source",
        help: "nobody does: the workload does, with the token of its platform. github-actions, kubernetes, aws, file:/path, env:NAME, or command:program argument, in which {audience} stands for the audience",
      },
      "workload-audience": {
        value: "<audience>",
        member: "audience",
        help: "for whom that token is: issuer, token-endpoint, or another (issuer)",
      },
      "workload-grant": {
        value: "<grant>",
        member: "grant",
        help: "how it is presented: jwt-bearer, token-exchange, or client-assertion with --client-id (jwt-bearer)",
      },
    },
  },
  awsProfile: {
    description:
      'With `"signIn": "aws"`: the profile of `~/.aws/config` whose credentials sign. Without it, those of the environment do, or else those of the default profile. The AWS CLI, version 2, is asked for them where it is installed, so that AWS IAM Identity Center (SSO), roles and `credential_process` work as they do there.',
    example: '"dev"',
    note: "with AWS credentials: whose",
    options: {
      "aws-profile": {
        value: "<name>",
        help: "the AWS profile whose credentials sign; without it those of the environment, or of the default profile. Includes --aws",
      },
    },
  },
  awsRegion: {
    description:
      "The region that requests are signed for, where the gateway's address does not say it, such as behind a domain of your own.",
    example: '"eu-central-1"',
    note: "the region of a gateway behind a domain of its own",
    options: {
      "aws-region": {
        value: "<region>",
        help: "the region that requests are signed for, where the address does not say it",
      },
    },
  },
  awsService: {
    description:
      "The name of the service that requests are signed for, where the gateway's address does not say it: `bedrock-agentcore` unless something else is behind it.",
    example: '"bedrock-agentcore"',
    note: "what else is behind such a domain",
    options: {
      "aws-service": {
        value: "<name>",
        help: "the service that requests are signed for, likewise (bedrock-agentcore)",
      },
    },
  },
  clientAuthentication: {
    description:
      "How the client proves who it is, where it has a secret or a key. By default a key signs (`private_key_jwt`), and a secret goes as the identity provider's metadata says.",
    example: '"client_secret_post"',
    note: "for a client with a secret, which is then asked for",
  },
  clientSecret: {
    description:
      "Where the client's secret is read when it is used; of several lines the first is it. Without it, the secret is asked for and kept in the editor's secret storage. The secret itself does not belong into settings.",
    members: credentialMembers,
    example: '{ "environment": "NAME" }',
    note: 'or { "file": "/path" } or { "command": ["program", "argument"] }',
    options: {
      "client-secret": {
        value: "<source>",
        help: "the client's secret: @file to read it from a file, env:NAME from the environment",
      },
    },
  },
  privateKey: {
    description:
      "Where the client's private key (PKCS #8 PEM, with its certificate or without, or JSON Web Key) is read when it is used, for `private_key_jwt`.",
    members: credentialMembers,
    example: '{ "file": "/path/to/key.pem" }',
    note: "the same for a key, in place of a secret",
    options: {
      "client-key": {
        value: "<source>",
        help: "instead of a secret, the private key (PKCS #8 PEM or JWK) that signs for the client, likewise",
      },
    },
  },
  keyId: {
    description:
      "The key's ID (`kid`) at the identity provider; for Microsoft Entra ID the SHA-256 thumbprint of the certificate, in base64url.",
    example: '"…"',
    note: "its kid; for Entra the SHA-256 thumbprint of its certificate",
    options: {
      "key-id": {
        value: "<id>",
        help: "the key's ID; for Microsoft Entra ID the certificate's SHA-256 thumbprint",
      },
    },
  },
  headers: {
    description:
      'Headers for the gateway, and for nobody else: a text for each name, or where it is read when it is sent, as `{ "environment": "NAME" }`, `{ "file": "/path" }` or `{ "command": ["program", "argument"] }`, with `"before"` for what stands in front of it. A text that looks like a secret is refused; the token of the sign-in, cookies, and what HTTP, MCP and AWS set themselves cannot be set. What a command prints is kept until the gateway refuses it.',
    example: '{ "X-Team": "blue" }',
    note: 'or { "X-Api-Key": { "environment": "NAME" } }; a secret is never the text itself',
  },
  policySession: {
    description:
      "Whether the gateway is sent a policy session, which AgentCore's session-based policies judge a call by: one UUID for each MCP connection, with every request. A new one begins with **New Policy Session**, and by itself where the gateway's policies changed.",
    example: "true",
    note: "for AgentCore's session-based policies: one UUID for each MCP connection",
    options: {
      "policy-session": {
        sets: true,
        help: "send the gateway a policy session, one for each MCP connection, for AgentCore's session-based policies",
      },
    },
  },
  authorizer: {
    description:
      "The gateway's `authorizerConfiguration`, as `aws bedrock-agentcore-control get-gateway` prints it. **Explain Access** then shows each of its rules beside the token.",
    example: "{}",
    note: "the gateway's authorizerConfiguration, for Explain Access",
  },
  hiddenTools: {
    description:
      "The tools that agents are not shown, by their names. A call to one is refused. You can run them yourself, and change this at each tool in the view **MCP Gateways**.",
    example: '["jira___delete_project"]',
    note: "tools that agents are not shown and cannot call",
  },
  consentPortal: {
    description:
      "The https address of the consent portal of this gateway's people, where consents to its targets are given, changed and taken back (AgentCore Identity). It is offered first where a target needs your consent.",
    example: '"https://consent.example.com"',
    note: "where consents to the gateway's targets are given",
    options: {
      "consent-portal": { value: "<url>", help: "where consents to the gateway's targets are given" },
    },
  },
  tools: {
    description:
      "Rules for the tools that agents have of this gateway, beside `#gatewayConnect.tools#`. A tool that they keep back is not listed, and a call to it is refused; the view **MCP Gateways** says which rule it is.",
    members: toolRuleMembers,
    example: '{ "deny": ["*___delete_*"], "readOnly": true }',
    note: "rules for the tools that agents have; allow, deny and readOnly",
    options: {
      "tools-allow": { value: '"<a> <b>"', member: "allow", help: "only these tools, by name; * stands for anything" },
      "tools-deny": { value: '"<a> <b>"', member: "deny", help: "all tools but these, likewise" },
      "read-only": { sets: true, member: "readOnly", help: "only tools that say of themselves that they only read" },
    },
  },
  timeout: {
    description:
      "How long a call of an agent may take, in seconds: a number for all tools, or an object with one for the names of some, in which `*` stands for anything. A call that takes longer is cancelled at the gateway. The time in which you are asked something does not count.",
    example: "60",
    note: 'seconds that a call may take; or { "*": 60, "reports___*": 600 }',
    options: {
      timeout: {
        value: "<s>|<tool>=<s>,…",
        help: "the seconds that a call may take, for all tools or by their names: 60, or *=60,reports___*=600",
      },
    },
  },
  maxResultMiB: {
    description:
      "The largest answer of this gateway that is taken, in MiB, instead of `#gatewayConnect.maxResultMiB#`. A larger one is told as that, and is not asked for again.",
    forAll:
      "The largest answer of a gateway that is taken, in MiB: the result of a tool, a resource, or a prompt. A larger one is told as that, and is not asked for again. A list ends at 6 MiB, or at a page that is larger than this. What is taken is in the editor's memory for a moment.",
    example: "64",
    note: "the largest answer that is taken, in MiB; 32 where nothing is set",
    options: {
      "max-result": { value: "<MiB>", help: "the largest answer that is taken, in MiB (32)" },
    },
  },
  protocolVersion: {
    description:
      "The revision of MCP to speak to the gateway: `2025-11-25` with sessions, `2026-07-28` without. `auto` is the newest that the gateway knows. A server of the Python SDK 2 asks you something (elicitation, sampling, roots) in a session alone.",
    example: '"2025-11-25"',
    note: "the revision of MCP; the newest that the gateway knows where nothing is set",
    options: {
      protocol: { value: "auto|2025-11-25|2026-07-28", help: "the MCP revision towards the gateway (auto)" },
    },
  },
};
