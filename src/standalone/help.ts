import { allSettingOptions, optionsHelp, type SettingOption } from "./options/settingOptions.ts";

/** @param options those that stand for settings */
export const helpText = (
  options: readonly SettingOption[],
): string => `Connects a program that speaks MCP over stdio to an MCP gateway that wants a sign-in.

Usage: node standalone.mjs <gateway address> [options]
       node standalone.mjs call <gateway address> <tool> [--arguments <JSON>] [--json] [options]
       node standalone.mjs doctor [--check <gateway address>] [--json]

You seldom start it by hand. Put it into your editor's or agent's mcp.json, and it is started for you:

  { "mcpServers": { "gateway": {
      "command": "node",
      "args": ["/path/to/standalone.mjs", "https://gateway.example.com/mcp"] } } }

The first time your browser opens for the sign-in; everything else is found out from the gateway. Tokens are kept in the
keychain of your operating system. Where there is none they are kept in memory, and revoked when the program ends. They
are never written to a file.

Calling one tool from a shell
  call <address> <tool>        calls it, prints its result, and ends
  --arguments <JSON>           what the tool takes: a JSON object, @file to read it from a file, - from standard input
  --json                       print the whole result as one line of JSON; otherwise its texts

What a help desk asks for
  doctor                       tells of runtime, proxies, certificates, hosts and their entries, and keychain, without a
                               secret, and what to do about each problem; with --json for programs
  --check <address>            asks that gateway too, without a token; otherwise nothing is sent

Who signs in
  (nothing)                    you do, in your browser
${optionsHelp(options.filter(isFlow))}
  --sign-out                   signs out of this gateway: revokes the tokens, forgets them, says what became of them
  --all                        with --sign-out and no address: signs out of every gateway that this computer's keychain
                               keeps a sign-in for
  --company                    with --sign-out and no address: ends your company's sign-in in this computer's keychain, and
                               signs out of every gateway that it let you into
  --clean                      with no address: signs out of every gateway, then removes everything that this program
                               keeps, and says what it removed and what it could not

What the administrator of this computer says
  policy check [file]          in the place of an address: checks the file with an administrator's rules, and says what it
                               has of a gateway; policy --help has its options

For your platform team
  --write-client-metadata <url>
                               prints the client ID metadata document that you publish at this https address, with the
                               redirect URIs of --redirect-port, --redirect-path and --redirect-host
  --check-client-metadata <url>
                               fetches it from there as an identity provider would, and says all that is wrong with it

What your platform team may have told you
${optionsHelp(options.filter((option) => !isFlow(option) && !isEnterprise(option)))}
  --header "<Name>: <value>"   one more header for the gateway alone, can be repeated. A secret is read where it is:
                               --header "X-Api-Key: env:NAME", "X-Api-Key: file:/path" or
                               "X-Api-Key: command:program argument", which no shell reads

Your company's identity provider, where it lets you into all its gateways with one sign-in
${optionsHelp(options.filter(isEnterprise))}

How it runs
  --keychain auto|off          off: tokens in memory only (auto)
  --browser <command>|none     what opens the sign-in page, with %s or its end for the address; none only prints it.
                               Otherwise the commands in the variable BROWSER are tried, then the system's
  --verbose                    say on stderr what happens; there is never a token in it
  --version, --help

From the environment
  HTTPS_PROXY, HTTP_PROXY      the proxy to go through, http:// or https://, with a user name and password where it
                               wants them; ALL_PROXY for both. This machine is always asked directly
  NO_PROXY                     what is asked directly: names, .endings, name:port, or *; no ranges of addresses
  GATEWAY_CONNECT_PROXY_LOGIN  where the proxy's "user:password" is read, to keep it out of files of other programs:
                               file:/path, or command:program argument, which no shell reads
  NODE_EXTRA_CA_CERTS          a file of certificates to trust besides Node's own

It ends when its standard input closes, or with the program that started it. Exit codes:
  0  ended by whoever started it, or signed out
  1  something unexpected, please report it; or what it prints could not be written whole
  2  the arguments are wrong, or one is missing
  3  the gateway or its identity provider cannot be used: not reached, not an MCP server, metadata wrong
  4  nobody is signed in: refused, given up or timed out
  5  signed out here, but the identity provider did not revoke everything, or something could not be removed
  6  the tool that was called answered with an error, may not be called, or was given up
  7  the administrator of this computer does not allow it, or what they wrote cannot be read
  8  doctor found a problem`;

const isEnterprise = ({ setting }: SettingOption): boolean => setting === "enterpriseIdentityProvider";

const isFlow = ({ setting }: SettingOption): boolean => setting === "signIn";

export const standaloneHelp = helpText(allSettingOptions());
