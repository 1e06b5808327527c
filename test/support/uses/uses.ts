import type { Kind } from "./ignored.ts";

/** A test, by its file and its title. */
export type NamedTest = readonly [file: string, title: string];

const settings = (title: string): NamedTest => ["test/bundles/extensionSettings.test.ts", title];
const commands = (title: string): NamedTest => ["test/bundles/extensionCommands.test.ts", title];
const team = (title: string): NamedTest => ["test/bundles/teamFile.test.ts", title];
const view = (title: string): NamedTest => ["test/bundles/extensionView.test.ts", title];
const consents = (title: string): NamedTest => ["test/bundles/consents.test.ts", title];
const options = (title: string): NamedTest => ["test/flows/standaloneOptions.test.ts", title];
const standalone = (title: string): NamedTest => ["test/flows/standalone.test.ts", title];
const aws = (title: string): NamedTest => ["test/flows/awsCredentials.test.ts", title];
const setAws: NamedTest = [
  "test/bundles/extensionAws.test.ts",
  "the profile, region and service that are set sign, and nothing of AWS is loaded before",
];
const workload = (title: string): NamedTest => ["test/flows/workloadIdentity.test.ts", title];
const exchanged = workload("the token is exchanged, or proves who a client is, where that is asked for");
const called = (title: string): NamedTest => ["test/flows/standaloneCall.test.ts", title];
const toolArguments = called(
  "what a tool takes is JSON, or in a file or the standard input, and the whole result is printed as one line of JSON",
);
const company = (title: string): NamedTest => ["test/flows/enterpriseStandalone.test.ts", title];
const byCompany = company(
  "a company's identity provider lets a person into its gateways with one page, and its sign-in ends with the last",
);
const provedAtCompany = company(
  "the client proves itself at the company with the secret or the key that was given for it",
);
const doctor = (title: string): NamedTest => ["test/flows/doctor.test.ts", title];
const leaving = (title: string): NamedTest => ["test/flows/standaloneLeaving.test.ts", title];
const gateway = (title: string): NamedTest => ["test/flows/gatewayProgram.test.ts", title];
const sandbox = (title: string): NamedTest => ["test/flows/sandboxOptions.test.ts", title];
const process = (title: string): NamedTest => ["test/flows/sandboxProcess.test.ts", title];

const shownPage = options("the page to sign in is for the client and the scopes that were given");
const homeAgain = options("the browser comes back to the host, the port and the path that were given");
const machine = standalone("a client's secret can come from a file");
const withKey = options("a client signs in with its private key from a file, and names the key as it was told to");
const quiet = options("without the keychain nothing is asked of it, and with --verbose the log is told");
const printed = standalone("help and version are printed for whoever asks");
const policyFiles = (title: string): NamedTest => ["test/flows/gatewayPolicyFiles.test.ts", title];
const exportedFile = policyFiles(
  "export prints the configuration in the language that is asked for, and says what that cannot say",
);
const explainedCall = policyFiles(
  "explain --tool says which policy decides, what the token gives, and which conditions are left",
);
const explainedSigner: NamedTest = [
  "test/flows/gatewayExplainSigned.test.ts",
  "explain says what AWS would decide about whoever signs, what of it is not evaluated here, and what the policies say",
];
const explained = gateway(
  "what explain and compare find can be read by programs, and help is printed for whoever asks",
);
const verified: NamedTest = [
  "test/flows/gatewayAuditProgram.test.ts",
  "an audit with a chain is verified with the key, and a gateway that was killed goes on with it",
];
const placed = gateway("the host and the port on the command line go before those of the file");
const together = gateway(
  "several gateways run at once, each with its rules, and end together after the calls that are open",
);
const compared = gateway("compare finds a live gateway with the same rules the same, and one with others different");
const steered = process("the process signs people in, is steered by lines, and tells what it saw and issued");
const ports = sandbox("gateway and identity provider listen at the ports that were given");
const grace = sandbox("a spent refresh token works on for the grace that was given");
const local = commands("a local gateway of a file is started and stopped");
const tried = commands("the sandbox is started, can be connected, and is stopped");
const menu = commands("the menu offers what can be done, the log is shown, and diagnostics are copied without a token");
const outAndIn = commands("Sign Out revokes the tokens and says so, and Sign In opens the page again");
const opened = commands("a tool, a resource and a prompt are opened by name, and what they are asked for is shown");
const asMachine = commands(
  "Connect Gateway as a Machine asks for the client and its secret, and Change Client Secret for another one",
);
const hiding = view(
  "a tool that is hidden stands back, agents are neither shown it nor may call it, and it can be shown again",
);
const traffic = (title: string): NamedTest => ["test/bundles/extensionTraffic.test.ts", title];
const showing = traffic(
  "Show Traffic shows what is sent while it is open, no token with it, and Stop Showing Traffic forgets it",
);
const portal = consents(
  "Open Consent Portal asks for its address once, keeps it, and it is offered where a consent is needed",
);
const policySession: NamedTest = [
  "test/bundles/policySession.test.ts",
  "each connection through a window has a policy session, and New Policy Session begins others",
];
const ruling: NamedTest = [
  "test/bundles/toolRules.test.ts",
  "rules for tools hold for hosts, are told where they are set, and a workspace only narrows them",
];
const rulesOf = (title: string): NamedTest => ["test/flows/toolRules.test.ts", title];
const imported = commands("an entry of mcp-remote becomes one of ours, and what it kept is revoked and deleted");
const setPage = settings("the client ID and the scopes of a gateway are those that the page is asked for");
const setForOne = settings("the browser comes back to the host, port and path that are set for one gateway");
const setForAll = settings("the browser comes back to the host, port and path that are set for all gateways");
const setMachine = settings(
  "a machine signs in as its settings say, with the secret that they name and in the way that they name",
);
const setKey = settings("a machine signs in with the private key that its settings name, and names the key as they do");
const setEntry = settings(
  "the entry of a gateway is started by the program that is set, and is switched off at a sign-out where that is set",
);

/**
 * A test for everything that ships and can be used, which fails when it is ignored: options and verbs of the programs,
 * commands and settings of the extension. `test/bundles/uses.test.ts` holds it to what ships, and puts each to the proof.
 */
export const uses: Readonly<Record<Kind, Readonly<Record<string, NamedTest>>>> = {
  standalone: {
    call: called(
      "call signs a person in, calls one tool with what it takes, prints its texts, and revokes what it kept in memory",
    ),
    doctor: doctor("doctor finds nothing wrong on a computer with nothing, and says so with exit code 0"),
    "--check": doctor("a gateway is asked only where --check names it: whether it answers, and where people sign in"),
    "--arguments": toolArguments,
    "--json": toolArguments,
    "--device-code": options(
      "a person who asks for it signs in on another device, also where a browser could be opened",
    ),
    "--dpop": [
      "test/flows/dpop.test.ts",
      "a gateway that does not say so gets a token for any bearer, unless --dpop asks for a bound one",
    ],
    "--no-dpop": [
      "test/flows/dpop.test.ts",
      "with --no-dpop no proof is sent, and a gateway that takes nothing else is told in words",
    ],
    "--write-client-metadata": [
      "test/flows/clientMetadata.test.ts",
      "a document is written for the redirect URIs that were given, and for no address that cannot be a client ID",
    ],
    "--check-client-metadata": [
      "test/flows/clientMetadata.test.ts",
      "the program writes a document for an address, and says of a published one all that is wrong with it",
    ],
    "--client-credentials": machine,
    "--workload-identity": workload(
      "a job of GitHub Actions signs in with the token that it is given, for the authorization server's issuer",
    ),
    "--workload-audience": exchanged,
    "--workload-grant": exchanged,
    "--enterprise": company("to go by way of a company that nothing names is refused in words"),
    "--enterprise-issuer": byCompany,
    "--enterprise-client-id": byCompany,
    "--enterprise-scopes": company("the sign-in at the company asks for the scopes that were given"),
    "--enterprise-client-secret": provedAtCompany,
    "--enterprise-client-key": provedAtCompany,
    "--enterprise-id-token": company(
      "an ID token that somebody else obtains is exchanged as it is then, from wherever it is",
    ),
    "--aws": aws("credentials of the environment sign where no profile is named, and no program is started"),
    "--aws-profile": aws("credentials that end are read anew once, and the call goes through"),
    "--aws-region": aws("credentials that end are read anew once, and the call goes through"),
    "--aws-service": aws("what is behind a domain of one's own is signed for the service that was told"),
    "--client-id": shownPage,
    "--client-secret": machine,
    "--sign-out": standalone(
      "a sign-out that the provider does not carry out is told, and has an exit code of its own",
    ),
    "--all": leaving(
      "a provider that does not revoke keeps no other gateway from its sign-out, is told, and gives the exit code",
    ),
    "--company": [
      "test/flows/companySignOut.test.ts",
      "--sign-out --company ends the company's sign-in with all that it brought, and no other gateway's",
    ],
    "--clean": leaving("a sign-in that is in no record any more is revoked by --clean"),
    "--issuer": options("a gateway that names no identity provider is signed in to at the one that was given"),
    "--scopes": shownPage,
    "--resource": options("a token is asked for the resource that was given, or for none"),
    "--consent-portal": options("a target that needs a consent names the portal that was given, for an agent to say"),
    "--audience": options("a token for another audience than the one that was given is not kept"),
    "--client-metadata-url": options(
      "the company's client ID metadata document is the client, where the provider takes such documents",
    ),
    "--redirect-port": homeAgain,
    "--redirect-path": homeAgain,
    "--redirect-host": homeAgain,
    "--identity-provider": options("the product that was named behind an issuer is asked in its own way"),
    "--use-id-token": standalone(
      "headers go to the gateway alone, and the ID token in place of the access token where that is asked for",
    ),
    "--client-key": withKey,
    "--key-id": withKey,
    "--header": standalone(
      "a token that somebody else keeps is handed on in a header from the environment, with no sign-in",
    ),
    "--policy-session": [
      "test/flows/policySession.test.ts",
      "every request of a program to a legacy gateway names its policy session, and another program has another",
    ],
    "--tools-allow": rulesOf("a host of a legacy gateway is not shown what rules keep back, and cannot call it"),
    "--tools-deny": rulesOf("a host of a legacy gateway is not shown what rules keep back, and cannot call it"),
    "--read-only": rulesOf(
      "with --read-only a host of a legacy gateway has only tools that say that they only read, also before it lists",
    ),
    "--timeout": rulesOf("a call of a legacy gateway that takes longer than it may is cancelled there and told"),
    "--max-result": [
      "test/flows/resultLimit.test.ts",
      "--max-result is how much of a legacy gateway's answer in JSON is taken",
    ],
    "--keychain": quiet,
    "--browser": quiet,
    "--protocol": standalone(
      "a gateway that does not speak the revision that was asked for is told, not worked around",
    ),
    "--verbose": quiet,
    "--version": printed,
    "--help": printed,
  },
  gateway: {
    explain: explained,
    schema: policyFiles("schema prints the Cedar schema of the tools, which Cedar reads"),
    export: exportedFile,
    compare: compared,
    audit: verified,
    "--verify": verified,
    "--key": verified,
    "--head": verified,
    "--from": [
      "test/flows/gatewayAuditProgram.test.ts",
      "an audit whose older files were removed on purpose is verified from the line that is named",
    ],
    "--config": explained,
    "--check": gateway(
      "files with faults, wrong arguments and a taken port each end the program with their code and words",
    ),
    "--host": placed,
    "--port": placed,
    "--attached": together,
    "--token": compared,
    "--rate-limits": [
      "test/flows/gatewayCompareLimits.test.ts",
      "compare tells each rate limit that differs, by name, per and limit, and asks nobody to find it",
    ],
    "--json": explained,
    "--format": exportedFile,
    "--tool": explainedCall,
    "--arguments": explainedCall,
    "--caller": explainedSigner,
    "--help": explained,
  },
  sandbox: {
    "--profile": [
      "test/flows/sandboxProfileMachines.test.ts",
      "the process says which provider it is and with which policy, and tells a machine's secrets only when asked",
    ],
    "--callers": sandbox("the policy for machines lets the machine in, and the one for people does not"),
    "--rotation-grace-seconds": grace,
    "--resource-refusal": sandbox("resource is refused with the code that was given"),
    "--issuer-port": ports,
    "--gateway-port": ports,
    "--access-token-seconds": steered,
    "--no-registration": process("faults are set by line, and a misspelled one is refused"),
    "--no-consent": sandbox(
      "a person who signs in is not asked whether the app may act for them, when it is started so",
    ),
    "--workload-issuer": sandbox(
      "workloads of the platform that was given get tokens for what it gave them, and nobody else's do",
    ),
    "--check-revocation": sandbox("a gateway that checks revocation refuses what was revoked before it expires"),
    "--dpop": sandbox("the gateway takes bound tokens as it is told, and nonces are wanted where that is told"),
    "--dpop-nonces": sandbox("the gateway takes bound tokens as it is told, and nonces are wanted where that is told"),
    "--target": process("another MCP server can be put behind the gateway"),
    "--record-secrets": steered,
    "--fault": sandbox(
      "what is named with --fault goes wrong, when it is to, and the page of the identity provider says so",
    ),
    "--help": sandbox("help is printed, and nothing starts"),
  },
  command: {
    "gatewayConnect.connect": commands(
      "Connect Gateway asks for the address, opens the page to sign in, and says who is connected to what",
    ),
    "gatewayConnect.connectAsMachine": asMachine,
    "gatewayConnect.connectWithCode": commands("Connect Gateway with a Code lets a person sign in on another device"),
    "gatewayConnect.signIn": outAndIn,
    "gatewayConnect.signInWithCode": commands("Sign In with a Code lets a person sign in on another device"),
    "gatewayConnect.changeSecret": asMachine,
    "gatewayConnect.useAnotherAccount": commands("Use Another Account opens the page for somebody else"),
    "gatewayConnect.signOut": outAndIn,
    "gatewayConnect.signOutInBrowser": commands(
      "Sign Out in the Browser Too waits where the gateway stands, and Remove asks about it in its question",
    ),
    "gatewayConnect.runTool": commands(
      "Run Gateway Tool finds a tool by its title, opens its page, and the page runs it",
    ),
    "gatewayConnect.openTool": opened,
    "gatewayConnect.openResource": opened,
    "gatewayConnect.openPrompt": opened,
    "gatewayConnect.explainAccess": commands("Explain Access shows its page"),
    "gatewayConnect.addToMcpJson": commands(
      "a gateway is added to the file of a host that was chosen, after its change was shown",
    ),
    "gatewayConnect.writeChange": commands(
      "a gateway is added to the file of a host that was chosen, after its change was shown",
    ),
    "gatewayConnect.discardChange": commands(
      "a change that is shown and discarded is not written, and what waits no more is said so",
    ),
    "gatewayConnect.pingGateway": commands("Ping Gateway says how long a gateway took to answer"),
    "gatewayConnect.reportIssue": commands(
      "Report Issue opens the reporter with facts, and names no gateway and nobody",
    ),
    "gatewayConnect.cleanUp": commands(
      "Sign Out of Everything and Clean Up revokes, forgets every gateway, takes the entries out, and reports each",
    ),
    "gatewayConnect.removeGateway": commands("Remove Gateway asks, signs out and forgets the gateway"),
    "gatewayConnect.importMcpRemote": imported,
    "gatewayConnect.clearMcpRemote": imported,
    "gatewayConnect.startLocalGateway": local,
    "gatewayConnect.stopLocalGateway": local,
    "gatewayConnect.trySandbox": commands(
      "Try the Sandbox leads to the page of its first tool, and another sandbox takes the place of its connection",
    ),
    "gatewayConnect.startSandbox": tried,
    "gatewayConnect.stopSandbox": tried,
    "gatewayConnect.manageSandbox": commands(
      "Manage Sandbox Gateway has what is done with the one that runs: copied, replaced, stopped",
    ),
    "gatewayConnect.pasteRedirect": commands(
      "the address that a browser could not open is pasted, and the sign-in goes on",
    ),
    "gatewayConnect.refreshGateway": view("Refresh reads the lists of a gateway anew, also when it is run for all"),
    "gatewayConnect.renameGateway": view(
      "Rename changes how a gateway is called here, and not how the editor's agent knows it",
    ),
    "gatewayConnect.copySetUpLink": [
      "test/bundles/extensionLinks.test.ts",
      "Copy Set-up Link copies the address, the name and what is set for people to share, and no secret",
    ],
    "gatewayConnect.chooseGateway": [
      "test/bundles/extensionChoose.test.ts",
      "Choose a Gateway goes from the profile to the tools, signs all that it asks, and sets what AWS says",
    ],
    "gatewayConnect.showTraffic": showing,
    "gatewayConnect.stopTraffic": showing,
    "gatewayConnect.setLogLevel": traffic(
      "Set Gateway Log Level asks the gateway for messages of that level, and shows them with its traffic",
    ),
    "gatewayConnect.copyAddress": view("Copy Address copies the address of a gateway"),
    "gatewayConnect.openSettings": [
      "test/bundles/extensionGatewaySettings.test.ts",
      "Gateway Settings lists all that can be set for a gateway, and writes what the person gives",
    ],
    "gatewayConnect.openConsentPortal": portal,
    "gatewayConnect.directMode": [
      "test/bundles/directMode.test.ts",
      "Direct Mode hands the editor the gateway's address, and the token only when it starts the server, until it is taken back",
    ],
    "gatewayConnect.shareSignIn": [
      "test/bundles/sharedSignIn.test.ts",
      "a sign-in that is taken back is the editor's alone",
    ],
    "gatewayConnect.signOutOfCompany": [
      "test/bundles/extensionEnterprise.test.ts",
      "Sign Out of My Company says what ends before anything does, ends it, and offers the page that ends the rest",
    ],
    "gatewayConnect.consentAgain": consents(
      "Consent Again has the next call of a target ask anew, and no call after it",
    ),
    "gatewayConnect.findTool": view("Find Tool finds a tool of any gateway, and shows it in the view"),
    "gatewayConnect.hideTool": hiding,
    "gatewayConnect.showTool": hiding,
    "gatewayConnect.connectSuggested": team(
      "a gateway that a repository suggests stands in the view, is shown whole, and is connected once it is confirmed",
    ),
    "gatewayConnect.declineSuggested": team(
      "a file that is declined is not suggested from again, in any window, until it suggests something else",
    ),
    "gatewayConnect.openSuggestions": team(
      "of several folders each has its own suggestions, refused entries are told with their line, and nothing is asked of them",
    ),
    "gatewayConnect.newPolicySession": policySession,
    "gatewayConnect.writeClientMetadata": [
      "test/bundles/clientMetadata.test.ts",
      "a window writes the document that an administrator publishes, and checks it there as often as they ask",
    ],
    "gatewayConnect.copyDiagnostics": menu,
    "gatewayConnect.showLog": menu,
    "gatewayConnect.showMenu": menu,
  },
  setting: {
    "gatewayConnect.gateways.clientId": setPage,
    "gatewayConnect.gateways.issuer": settings(
      "a gateway that names no identity provider is signed in to at the issuer that is set",
    ),
    "gatewayConnect.gateways.scopes": setPage,
    "gatewayConnect.gateways.resource": settings(
      "the resource of a gateway goes before that of its metadata, and false sends none",
    ),
    "gatewayConnect.gateways.audience": settings("a token for another audience than the one that is set is not kept"),
    "gatewayConnect.gateways.clientMetadataUrl": settings(
      "the company's client ID metadata document is the client, where the provider takes such documents",
    ),
    "gatewayConnect.gateways.redirectPorts": setForOne,
    "gatewayConnect.gateways.redirectPath": setForOne,
    "gatewayConnect.gateways.redirectHost": setForOne,
    "gatewayConnect.gateways.identityProvider": settings(
      "the product that is set for an issuer is asked in its own way",
    ),
    "gatewayConnect.gateways.token": settings("the gateway is sent the ID token where that is set"),
    "gatewayConnect.gateways.dpop": [
      "test/bundles/dpop.test.ts",
      "a window asks for bound tokens, or for none, as it is set for the gateway",
    ],
    "gatewayConnect.gateways.signIn": setMachine,
    "gatewayConnect.gateways.workload": settings(
      "a workload signs in with the token that its settings name, for whom they name, and by the grant that they name",
    ),
    "gatewayConnect.gateways.awsProfile": setAws,
    "gatewayConnect.gateways.awsRegion": setAws,
    "gatewayConnect.gateways.awsService": setAws,
    "gatewayConnect.gateways.clientAuthentication": setMachine,
    "gatewayConnect.gateways.clientSecret": setMachine,
    "gatewayConnect.gateways.privateKey": setKey,
    "gatewayConnect.gateways.keyId": setKey,
    "gatewayConnect.gateways.headers": [
      "test/bundles/extensionHeaders.test.ts",
      "the headers that are set for a gateway go to it alone, read where they are, and what they hold is nowhere else",
    ],
    "gatewayConnect.gateways.policySession": policySession,
    "gatewayConnect.gateways.authorizer": settings("Explain Access shows the rules of the authorizer that is set"),
    "gatewayConnect.gateways.hiddenTools": hiding,
    "gatewayConnect.gateways.consentPortal": portal,
    "gatewayConnect.gateways.tools": ruling,
    "gatewayConnect.gateways.timeout": [
      "test/bundles/toolRules.test.ts",
      "a call through a window that takes longer than is set is told with the number and where that is",
    ],
    "gatewayConnect.gateways.protocolVersion": [
      "test/bundles/protocolVersion.test.ts",
      "a gateway of both eras is spoken to in the revision that is set, from the next call on after it is set",
    ],
    "gatewayConnect.gateways.maxResultMiB": [
      "test/bundles/resultLimit.test.ts",
      "an answer that is larger than is set for one gateway is told with the limit and the setting",
    ],
    "gatewayConnect.maxResultMiB": [
      "test/bundles/resultLimit.test.ts",
      "an answer that is larger than is set for all gateways is told with the limit and the setting",
    ],
    "gatewayConnect.tools": ruling,
    "gatewayConnect.redirectPorts": setForAll,
    "gatewayConnect.redirectPath": setForAll,
    "gatewayConnect.redirectHost": setForAll,
    "gatewayConnect.mcpJson.writeOnConnect": settings(
      "in an editor that reads a file the gateway is written to it without a question, where that is set",
    ),
    "gatewayConnect.mcpJson.disableOnSignOut": setEntry,
    "gatewayConnect.mcpJson.runtime": setEntry,
    "gatewayConnect.enterpriseIdentityProvider": [
      "test/bundles/extensionEnterprise.test.ts",
      "a gateway is entered by way of the company that is set, and Sign Out says what ended there",
    ],
  },
};
