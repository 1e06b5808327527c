/** What a refusal tells the client to do: `error`, the scopes to ask for, and where the metadata is. */
export interface Refusal {
  readonly error: "invalid_token" | "insufficient_scope";
  readonly scopes: readonly string[];
  readonly resourceMetadata: string;
}

/** `WWW-Authenticate` (RFC 6750, 3; RFC 9728, 5.1) with its parameters in the order AgentCore writes them. */
export function challenge({ error, scopes, resourceMetadata }: Refusal): string {
  const parameters = [
    `error="${error}"`,
    ...(scopes.length > 0 ? [`scope="${scopes.join(" ")}"`] : []),
    `resource_metadata="${resourceMetadata}"`,
  ];
  return `Bearer ${parameters.join(", ")}`;
}
