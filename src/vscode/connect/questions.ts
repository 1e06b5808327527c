import * as vscode from "vscode";
import { isRegion } from "../../agentcore/addresses.ts";
import { parseGatewayAddress } from "../../connections/gatewayUrl.ts";
import { asFailure, GatewayFailure } from "../../failures/failure.ts";
import { type FailureWords, failureLine } from "../../failures/wording.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { findAuthorizationServer } from "../../oauth/discovery/authorizationServer.ts";
import type { PrivateIssuer } from "../../oauth/discovery/namedPlace.ts";
import type { IdentityProvider } from "../../oauth/identityProviders/identityProvider.ts";
import { issuerUrls } from "../../oauth/identityProviders/issuerUrls.ts";
import { copyText } from "../copyText.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";
import { translated } from "../translate.ts";
import { type Answer, askInBox, type BoxButton } from "./box.ts";
import { credentialQuestion, neededAnswer } from "./credentialQuestion.ts";

/** What stands in a box already, and what is wrong with it. */
export interface Given {
  readonly value: string | undefined;
  readonly problem: string | undefined;
  /** Whether there is a question before it; by default there is. */
  readonly canGoBack?: boolean;
}

const say = vscode.l10n.t;

/** What happened and what to do, in the line below a box. */
const lineOf = (error: unknown, failureWords: FailureWords): string => failureLine(failureWords(asFailure(error)));

export function askAddress(
  title: string,
  given: Given,
  failureWords: FailureWords,
  buttons: readonly BoxButton[],
): Promise<Answer> {
  return askInBox({
    title,
    buttons,
    prompt: say("The address of your company's MCP gateway, an AgentCore gateway id or its ARN"),
    placeholder: "https://gateway.example.com/mcp",
    ...given,
    validate: (text) => problemWith(text, failureWords),
    check: async (text) => (text === "" ? say("Paste the gateway's address here.") : undefined),
  });
}

/** What is wrong with an address while it is typed. */
function problemWith(text: string, failureWords: FailureWords): string | undefined {
  if (text.trim() === "") return undefined;
  try {
    parseGatewayAddress(text);
    return undefined;
  } catch (error) {
    const { title: what, nextStep } = failureWords(asFailure(error));
    return `${what} ${nextStep}`;
  }
}

/** Asks for the AWS region of a gateway that was named by its id alone. */
export function askRegion(
  gatewayId: string,
  given: Given,
  { title, failureWords }: { readonly title: string; readonly failureWords: FailureWords },
): Promise<Answer> {
  return askInBox({
    title,
    prompt: say("The AWS region of {0}. It stands in the console's address, and in the gateway's ARN.", gatewayId),
    placeholder: "us-east-1",
    canGoBack: true,
    ...given,
    check: async (input) =>
      isRegion(input) ? undefined : lineOf(new GatewayFailure("region_invalid", { input }), failureWords),
  });
}

/** Asks for an issuer, and reads its metadata before it is believed. */
export function askIssuer(
  title: string,
  given: Given,
  world: { readonly fetch: HttpFetch; readonly failureWords: FailureWords },
): Promise<Answer> {
  return askInBox({
    title,
    prompt: say(
      "The gateway asks for a sign-in and does not say where. Enter the issuer of your identity provider; it is kept in gatewayConnect.gateways.",
    ),
    placeholder: "https://login.example.com",
    canGoBack: true,
    ...given,
    buttons: [
      { icon: "question", tooltip: say("What It Looks Like at Your Identity Provider"), press: chooseTemplate },
    ],
    check: async (issuer, signal) => {
      try {
        await findAuthorizationServer(issuer, { fetch: world.fetch, signal });
        return undefined;
      } catch (error) {
        return lineOf(error, world.failureWords);
      }
    },
  });
}

/** Asks whether a gateway outside of a private network may send its person to an identity provider inside of one. */
export async function mayEnterNetwork(
  { namedBy, issuer, url }: PrivateIssuer,
  stage: { pause(): void },
): Promise<boolean> {
  stage.pause();
  return await isConfirmed(
    say("May the sign-in of {0} lead to {1}?", foreignText(new URL(namedBy).host), foreignText(issuer)),
    say(
      "{0} is in a private network, and what names it is not. That is ordinary for a company's gateway. Somebody else's could reach into your network that way: agree only if you know this identity provider.",
      foreignText(new URL(url).host),
    ),
    say("Sign In There"),
  );
}

async function chooseTemplate(): Promise<string | undefined> {
  const items = Object.values(issuerUrls).map(({ name, template, at }) => ({
    label: name,
    description: template,
    detail: translated(at),
    template,
  }));
  const title = say("What Issuers Look Like");
  const placeHolder = say("Choose your identity provider to begin with its form");
  return (await vscode.window.showQuickPick(items, { title, placeHolder, ignoreFocusOut: true }))?.template;
}

/** Asks for the client ID, and says where it is found and what has to be registered, with a button that copies that. */
export function askClientId(
  title: string,
  { issuer, provider, redirectUri }: AskedClient,
  given: Given,
): Promise<Answer> {
  const at = provider.clientIdAt;
  const where = at === undefined ? "" : ` ${say("It is found under {0}.", at)}`;
  const registered = at === undefined ? "" : ` (${provider.redirect.registeredAt})`;
  const wanted =
    redirectUri === undefined
      ? say("The client ID at {0} that may use the client credentials grant.", foreignText(issuer))
      : say(
          "{0} needs a client ID. Register a native (public) application there with the redirect URI {1}{2}, then enter its client ID.",
          foreignText(issuer),
          redirectUri,
          registered,
        );
  return askInBox({
    title,
    prompt: `${wanted}${where}`,
    placeholder: say("Client ID"),
    canGoBack: true,
    ...given,
    buttons: redirectUri === undefined ? [] : [copyButton(redirectUri)],
    check: notEmpty,
  });
}

export interface AskedClient {
  readonly issuer: string;
  readonly provider: IdentityProvider;
  /** What has to be registered; undefined for a client that signs in as itself. */
  readonly redirectUri: string | undefined;
}

const copyButton = (redirectUri: string): BoxButton => ({
  icon: "copy",
  tooltip: say("Copy the Redirect URI"),
  async press() {
    await copyText(redirectUri, say("Copied {0}", redirectUri));
    return undefined;
  },
});

export function askCredential(
  title: string,
  { issuer, clientId }: { readonly issuer: string; readonly clientId: string },
  given: Given,
): Promise<Answer> {
  return askInBox({
    title,
    ...credentialQuestion(issuer, clientId),
    isSecret: true,
    canGoBack: true,
    ...given,
    check: notEmpty,
  });
}

export function askScopes(title: string, given: Given): Promise<Answer> {
  return askInBox({
    title,
    prompt: say(
      "The scopes to ask for, separated by spaces, as your identity provider spells them. They are kept in gatewayConnect.gateways.",
    ),
    placeholder: "api://gateway/access_as_user offline_access",
    canGoBack: true,
    ...given,
    check: notEmpty,
  });
}

export function askAudience(title: string, given: Given): Promise<Answer> {
  return askInBox({
    title,
    prompt: say(
      "The audience that the gateway takes: the identifier of the API at your identity provider. It is kept in gatewayConnect.gateways.",
    ),
    placeholder: "api://gateway",
    canGoBack: true,
    ...given,
    check: notEmpty,
  });
}

const notEmpty = async (text: string): Promise<string | undefined> => neededAnswer(text);
