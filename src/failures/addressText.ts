import { foreignText } from "../lib/foreignText.ts";
import type { AddressFacts, FailureFacts, FailureOf } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list, withWords } from "./wording.ts";

/** Words for an address that was typed, and for the gateway that was looked for there. */
export function addressText(failure: FailureOf<AddressFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "url_invalid":
      return {
        title: say("This is not the address of a gateway."),
        detail: say(
          'Expected an https address such as https://gateway.example.com/mcp, an AgentCore gateway id or its ARN. Found "{0}".',
          failure.facts.input,
        ),
        nextStep: say("Copy the gateway URL from the page or message of your platform team and try again."),
      };
    case "url_insecure":
      return {
        title: say("This address would send your token unencrypted."),
        detail: say(
          "Expected https (http only for this machine: localhost, 127.0.0.1, ::1). Found {0}.",
          failure.facts.url,
        ),
        nextStep: say("Use the https address of the gateway."),
      };
    case "region_invalid":
      return {
        title: say("This is not an AWS region."),
        detail: say('Expected a region such as us-east-1. Found "{0}".', failure.facts.input),
        nextStep: say("Type the region your gateway was created in."),
      };
    case "link_refused":
      return {
        title: say("This link was not followed."),
        detail: linkText(failure.facts, say),
        nextStep: say(
          "Nothing was asked of a server, and nothing was changed. Ask whoever made the link for another one, or connect with the address of the gateway.",
        ),
      };
    case "already_connected":
      return {
        title: say('You are connected to this gateway already, as "{0}".', failure.facts.name),
        detail: say("{0} is in use by that connection. Nothing was changed.", failure.facts.url),
        nextStep: say("Sign in to that connection, or remove it first."),
      };
    case "already_connecting":
      return {
        title: say("This gateway is being connected already."),
        detail: say("Another Connect Gateway with {0} has not ended yet. Nothing was changed.", failure.facts.url),
        nextStep: say("Finish that one or cancel it, then try again."),
      };
    case "gateway_unreachable":
      return unreachableText(failure.facts, say);
    case "tls_failed":
      return {
        title: say("A certificate is not trusted here."),
        detail: say("The secure connection to {0} failed: {1}.", failure.facts.url, failure.facts.reason),
        nextStep: say(
          "If your company has its own certificate authority, add it to the operating system's trust store and restart the editor.",
        ),
      };
    case "gateway_not_found":
      return {
        title: say("There is no gateway at this address."),
        detail: withWords(
          say("Expected an MCP server. {0} answered HTTP 404.", failure.facts.url),
          failure.facts.words,
          say,
        ),
        nextStep: say("Check the path: most gateways end in /mcp."),
      };
    case "not_an_mcp_server":
      if (failure.facts.redirectsTo !== undefined) {
        return {
          title: say("This address leads elsewhere."),
          detail: say(
            "Expected a JSON-RPC answer. {0} answered HTTP {1} and points to {2}, where nothing was sent.",
            failure.facts.url,
            failure.facts.status,
            failure.facts.redirectsTo,
          ),
          nextStep: say(
            "If that is where the gateway is, use its address there; if you do not know it, ask first. A page to sign in says that something in front of the gateway wants a browser: ask your platform team for the address that programs use.",
          ),
        };
      }
      return {
        title: say("Something answers at this address, but it is not an MCP server."),
        detail: withWords(
          failure.facts.contentType === ""
            ? say(
                "Expected a JSON-RPC answer. {0} answered HTTP {1} without a content type.",
                failure.facts.url,
                failure.facts.status,
              )
            : say(
                "Expected a JSON-RPC answer. {0} answered HTTP {1} with {2}.",
                failure.facts.url,
                failure.facts.status,
                failure.facts.contentType,
              ),
          failure.facts.words,
          say,
        ),
        nextStep: say("Check that this is the gateway's MCP address and not a web page, for instance its console."),
      };
    case "transport_outdated":
      return {
        title: say("This address speaks a transport of MCP that was replaced."),
        detail: say(
          "Expected Streamable HTTP, which MCP has had since 2025-03-26. {0} answers as HTTP+SSE of 2024-11-05 does, which is not spoken here.",
          failure.facts.url,
        ),
        nextStep: say(
          "Most servers have both: look for the address of Streamable HTTP, which often ends in /mcp where this one ends in /sse, or ask whoever runs the server for it.",
        ),
      };
    case "protocol_version_unknown":
      return {
        title: say("The gateway speaks a revision of MCP that is not known here."),
        detail: say(
          "Expected one of {0}. {1} answered with {2}.",
          list(failure.facts.spoken, say),
          failure.facts.url,
          list(failure.facts.found, say),
        ),
        nextStep: say(
          "Look for a newer version of Gateway Connect, or ask your platform team to let the gateway speak one of these revisions too.",
        ),
      };
    case "gateway_error":
      return gatewayErrorText(failure.facts, say);
    case "gateway_forbidden":
      return forbiddenText(failure.facts, say);
    case "answer_too_large":
      if (failure.facts.isResult) {
        return {
          title: say("The answer of the gateway is too large."),
          detail: say(
            "Expected at most {1}. {0} sent more in answer to one request, and the rest was not read.",
            failure.facts.url,
            failure.facts.limit,
          ),
          nextStep: say(
            "Ask for less at once, such as a part or a page, or let answers be larger with the setting gatewayConnect.maxResultMiB. The call may have taken effect: check before you try it again.",
          ),
        };
      }
      return {
        title: say("The answer of a server is far too large."),
        detail: say(
          "Expected a document of a few kilobytes. {0} sent more than {1}, and the rest was not read.",
          failure.facts.url,
          failure.facts.limit,
        ),
        nextStep: say("Nothing of it was kept. Tell your platform team this address."),
      };
  }
}

/** What networks say of a name that nobody knows, of a port where nobody listens, and of one that says nothing: Node, then Chromium. */
const unknownName = /\b(ENOTFOUND|EAI_AGAIN|EAI_NODATA|ERR_NAME_NOT_RESOLVED)\b/;
const nobodyListens = /\b(ECONNREFUSED|ERR_CONNECTION_REFUSED)\b/;
const silence = /no answer in time|\b(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ERR_(CONNECTION_)?TIMED_OUT)\b/;

function unreachableText({ url, reason }: FailureFacts["gateway_unreachable"], say: Translate): FailureText {
  const { host, hostname } = URL.canParse(url) ? new URL(url) : { host: url, hostname: url };
  // What a proxy has to do with it is told as it is.
  const isDirect = !reason.includes("proxy");
  if (isDirect && unknownName.test(reason)) {
    return {
      title: say("The name of this host is not known."),
      detail: say("No computer was found by the name {0}: {1}. The address was {2}.", hostname, reason, url),
      nextStep: say(
        "Check how it is spelled. Names of a company's own network are known only there: connect to its VPN, then try again.",
      ),
    };
  }
  if (isDirect && nobodyListens.test(reason)) {
    return {
      title: say("Nobody listens at this address."),
      detail: say("{0} refused the connection for {1}: {2}.", host, url, reason),
      nextStep: say("Check the port. If it is right, the gateway does not run: start it, or tell your platform team."),
    };
  }
  if (isDirect && silence.test(reason)) {
    return {
      title: say("The gateway does not answer."),
      detail: say("{0} said nothing: {1}.", url, reason),
      nextStep: say(
        "Check your VPN and the editor's proxy settings: a firewall that drops requests looks like this. If it stays, tell your platform team.",
      ),
    };
  }
  return {
    title: say("The gateway cannot be reached."),
    detail: say("No answer from {0}: {1}.", url, reason),
    nextStep: say("Check the address, your network and VPN, and the editor's proxy settings, then try again."),
  };
}

function forbiddenText({ url, words, inUse }: FailureFacts["gateway_forbidden"], say: Translate): FailureText {
  if (inUse) {
    return {
      title: say("Something in front of the gateway turned a request away."),
      detail: withWords(
        say("Expected the gateway's answer. {0} answered HTTP 403, with none of its reasons.", url),
        words,
        say,
      ),
      nextStep: say(
        "A firewall (WAF) or a network rule may refuse what is in the request, or this computer. Signing in again does not change it: tell your platform team this address and when it happened.",
      ),
    };
  }
  return {
    title: say("This address turns requests away."),
    detail: withWords(say("Expected a gateway that asks for a sign-in. {0} answered HTTP 403.", url), words, say),
    nextStep: say(
      "If it is a gateway, a firewall or a network rule in front of it keeps this computer out: tell your platform team this address. If it is not, check the address.",
    ),
  };
}

function gatewayErrorText(
  { url, asked = url, status, words, retryAfterSeconds: wait }: FailureFacts["gateway_error"],
  say: Translate,
): FailureText {
  const detail = withWords(say("Expected an answer to a request. {0} answered HTTP {1}.", asked, status), words, say);
  if (status === 403) {
    return {
      title: say("The gateway does not allow this."),
      detail,
      nextStep: say(
        "Signing in again does not change it. Ask your platform team for access, and tell them this address and what it answered.",
      ),
    };
  }
  return {
    title: status === 429 ? say("The gateway gets too many requests.") : say("The gateway failed to answer."),
    detail,
    nextStep:
      wait === undefined
        ? say("Try again in a minute. If it stays, tell your platform team this address and status.")
        : say(
            "It asks to wait {0} seconds. Try again then. If it stays, tell your platform team this address and status.",
            wait,
          ),
  };
}

function linkText({ fault, found: part }: FailureFacts["link_refused"], say: Translate): string {
  const found = foreignText(part, 120);
  switch (fault) {
    case "tooLong":
      return found === ""
        ? say("It is longer than such a link may be.")
        : say("Its part {0} is longer than it may be.", found);
    case "unknown":
      return say("Expected url, name, clientId and scopes, and nothing else. Found {0}.", found);
    case "twice":
      return say("Its part {0} is there twice.", found);
    case "hidden":
      return say("Its part {0} has characters that are not seen.", found);
    case "missing":
      return say("It has no address of a gateway ({0}).", found);
    case "address":
      return say('Expected a whole https address. Found "{0}".', found);
    case "credentials":
      return say("Its address has a name or a password in it, before {0}.", found);
    case "insecure":
      return say("Expected https (http only for this machine: localhost, 127.0.0.1, ::1). Found {0}.", found);
    default:
      return say("Its part {0} has characters that cannot be in one.", found);
  }
}
