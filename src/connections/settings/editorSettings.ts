import { toolRuleMembers, toolRulesSchema } from "../toolRules/readToolRules.ts";
import { enterpriseSchema } from "./enterpriseSetting.ts";
import type { EditorSettingWords, Settings } from "./setting.ts";

/** What can be set for the editor and for no gateway in particular. The editor's own settings check it where it is used. */
export const editorSettings = {
  // A workspace may set it too: every place narrows what the others leave.
  tools: { schema: toolRulesSchema, default: {}, scope: "window" },
  "mcpJson.writeOnConnect": {
    schema: { type: "string", enum: ["ask", "always", "never"] },
    default: "ask",
  },
  "mcpJson.disableOnSignOut": { schema: { type: "boolean" }, default: false },
  "mcpJson.runtime": { schema: { type: "string" }, default: "", scope: "machine" },
  // Neither a workspace nor a link says whom a person's identity is sent to.
  enterpriseIdentityProvider: { schema: enterpriseSchema, default: {} },
} satisfies Settings;

export const editorSettingsWords: Readonly<Record<keyof typeof editorSettings, EditorSettingWords>> = {
  tools: {
    description:
      "Rules for the tools that agents have of all gateways. A workspace may set them too, and only narrows what you have set: a tool has to be let through by each of them.",
    members: toolRuleMembers,
  },
  "mcpJson.writeOnConnect": {
    description:
      "Whether Connect Gateway adds the gateway to the mcp.json of an editor whose agent reads nothing else, such as Kiro: `ask`, `always` or `never`. **Add Gateway to mcp.json…** does it at any time, for every host.",
  },
  "mcpJson.disableOnSignOut": {
    description:
      "Whether the entries of a gateway in mcp.json files are switched off (`disabled`) while you are signed out. Otherwise its tools stay listed, and calling one asks you to sign in.",
  },
  "mcpJson.runtime": {
    description:
      "The program that runs the bridge which entries of an mcp.json start: an absolute path of Node 18 or newer. When empty, it is the editor itself, or else a Node of this computer.",
  },
  enterpriseIdentityProvider: {
    description:
      'The identity provider of your company, where one sign-in serves all its gateways (Enterprise-Managed Authorization of MCP, ID-JAG, Cross App Access): its `issuer` and the `clientId` that this editor has there. A gateway is entered by it where its authorization server says that it takes assertions, or `"signIn": "enterprise"` stands in `#gatewayConnect.gateways#`. A client\'s secret is entered with **Change Client Secret…**, or read where `clientSecret` says.',
    members: {
      issuer:
        "The issuer of the company's identity provider. At Okta it is the org, such as `https://example.okta.com`.",
      clientId: "The client ID of this editor there. At the gateway's authorization server it has another one.",
      scopes: "What the sign-in there asks for, instead of `openid` and `offline_access`.",
      clientAuthentication: "How the client proves who it is there, where it has a secret or a key.",
      clientSecret: "Where the client's secret is read when it is used.",
      privateKey: "Where the client's private key is read when it is used, for `private_key_jwt`.",
      keyId: "The key's ID (`kid`) there.",
      idToken: "Where an ID token of the person is read that another program obtains. Nobody is asked to sign in then.",
    },
    options: {
      "enterprise-issuer": {
        ...{ value: "<url>", member: "issuer" },
        help: "the issuer of your company's identity provider, which vouches for you at the gateway. Includes --enterprise",
      },
      "enterprise-client-id": {
        ...{ value: "<id>", member: "clientId" },
        help: "the client that this program is there; --client-id is the one at the gateway's authorization server",
      },
      "enterprise-scopes": {
        ...{ value: '"<a> <b>"', member: "scopes" },
        help: "what the sign-in there asks for (openid offline_access)",
      },
      "enterprise-client-secret": {
        ...{ value: "<source>", member: "clientSecret", takesCommand: true },
        help: 'that client\'s secret, where it has one: @file, env:NAME, or "command:program argument", which no shell reads',
      },
      "enterprise-client-key": {
        ...{ value: "<source>", member: "privateKey", takesCommand: true },
        help: "instead of a secret, its private key (PKCS #8 PEM or JWK), likewise",
      },
      "enterprise-id-token": {
        ...{ value: "<source>", member: "idToken", takesCommand: true },
        help: "your ID token of that identity provider, where another program obtains it, likewise: nobody is asked to sign in",
      },
    },
  },
};
