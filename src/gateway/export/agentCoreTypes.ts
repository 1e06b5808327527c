// This is one file of more than 300 lines: it is one table, which AWS publishes as one.

/** The type of a property: text, number, yes or no, any JSON, a type of the table, a list or a map of one. */
export type PropertyType = string | readonly [string] | { readonly of: string };

/** The properties of a type; a name that ends in ! is required. */
export type Properties = Readonly<Record<string, PropertyType>>;

/**
 * What CloudFormation takes of AgentCore's gateways, as its resource specification says; a test holds it to
 * `@aws-cdk/aws-service-spec`. AWS's commands print the same members, with a small first letter.
 */
export const agentCoreResources = {
  Gateway: {
    AuthorizerConfiguration: "Gateway.AuthorizerConfiguration",
    "AuthorizerType!": "string",
    Description: "string",
    ExceptionLevel: "string",
    InterceptorConfigurations: ["Gateway.GatewayInterceptorConfiguration"],
    KmsKeyArn: "string",
    "Name!": "string",
    PolicyEngineConfiguration: "Gateway.GatewayPolicyEngineConfiguration",
    ProtocolConfiguration: "Gateway.GatewayProtocolConfiguration",
    ProtocolType: "string",
    "RoleArn!": "string",
    Tags: { of: "string" },
    WafConfiguration: "Gateway.WafConfiguration",
  },
  GatewayTarget: {
    CredentialProviderConfigurations: ["GatewayTarget.CredentialProviderConfiguration"],
    Description: "string",
    GatewayIdentifier: "string",
    MetadataConfiguration: "GatewayTarget.MetadataConfiguration",
    Name: "string",
    PrivateEndpoint: "GatewayTarget.PrivateEndpoint",
    "TargetConfiguration!": "GatewayTarget.TargetConfiguration",
  },
  PolicyEngine: {
    "Name!": "string",
    Description: "string",
    EncryptionKeyArn: "string",
    Tags: ["json"],
  },
  Policy: {
    "PolicyEngineId!": "string",
    "Name!": "string",
    "Definition!": "Policy.PolicyDefinition",
    Description: "string",
    ValidationMode: "string",
    EnforcementMode: "string",
  },
  GatewayRateLimit: {
    Description: "string",
    "DimensionKeys!": ["string"],
    "Entries!": ["GatewayRateLimit.LimitEntry"],
    GatewayIdentifier: "string",
    RateLimitId: "string",
  },
} as const satisfies Readonly<Record<string, Properties>>;

export const agentCoreTypes: Readonly<Record<string, Properties>> = {
  "Gateway.AuthorizerConfiguration": {
    "CustomJWTAuthorizer!": "Gateway.CustomJWTAuthorizerConfiguration",
  },
  "Gateway.CustomJWTAuthorizerConfiguration": {
    "DiscoveryUrl!": "string",
    AllowedAudience: ["string"],
    AllowedClients: ["string"],
    AllowedScopes: ["string"],
    AdvertisedScopeMapping: { of: "string" },
    CustomClaims: ["Gateway.CustomClaimValidationType"],
    PrivateEndpoint: "Gateway.PrivateEndpoint",
  },
  "Gateway.CustomClaimValidationType": {
    "InboundTokenClaimName!": "string",
    "InboundTokenClaimValueType!": "string",
    "AuthorizingClaimMatchValue!": "Gateway.AuthorizingClaimMatchValueType",
  },
  "Gateway.AuthorizingClaimMatchValueType": {
    "ClaimMatchValue!": "Gateway.ClaimMatchValueType",
    "ClaimMatchOperator!": "string",
  },
  "Gateway.ClaimMatchValueType": {
    MatchValueString: "string",
    MatchValueStringList: ["string"],
  },
  "Gateway.PrivateEndpoint": {
    SelfManagedLatticeResource: "Gateway.SelfManagedLatticeResource",
    ManagedVpcResource: "Gateway.ManagedVpcResource",
  },
  "Gateway.SelfManagedLatticeResource": {
    "ResourceConfigurationIdentifier!": "string",
  },
  "Gateway.ManagedVpcResource": {
    "VpcIdentifier!": "string",
    "SubnetIds!": ["string"],
    "EndpointIpAddressType!": "string",
    SecurityGroupIds: ["string"],
    RoutingDomain: "string",
    Tags: { of: "string" },
  },
  "Gateway.GatewayInterceptorConfiguration": {
    "Interceptor!": "Gateway.InterceptorConfiguration",
    "InterceptionPoints!": ["string"],
    InputConfiguration: "Gateway.InterceptorInputConfiguration",
  },
  "Gateway.InterceptorConfiguration": {
    "Lambda!": "Gateway.LambdaInterceptorConfiguration",
  },
  "Gateway.LambdaInterceptorConfiguration": {
    "Arn!": "string",
  },
  "Gateway.InterceptorInputConfiguration": {
    "PassRequestHeaders!": "boolean",
    PayloadFilter: "Gateway.InterceptorPayloadFilter",
  },
  "Gateway.InterceptorPayloadFilter": {
    "Exclude!": ["Gateway.InterceptorPayloadExclusionSelector"],
  },
  "Gateway.InterceptorPayloadExclusionSelector": {
    "Field!": "string",
  },
  "Gateway.GatewayPolicyEngineConfiguration": {
    "Arn!": "string",
    "Mode!": "string",
  },
  "Gateway.GatewayProtocolConfiguration": {
    "Mcp!": "Gateway.MCPGatewayConfiguration",
  },
  "Gateway.MCPGatewayConfiguration": {
    SupportedVersions: ["string"],
    Instructions: "string",
    SearchType: "string",
    SessionConfiguration: "Gateway.SessionConfiguration",
    StreamingConfiguration: "Gateway.StreamingConfiguration",
  },
  "Gateway.SessionConfiguration": {
    SessionTimeoutInSeconds: "number",
  },
  "Gateway.StreamingConfiguration": {
    EnableResponseStreaming: "boolean",
  },
  "Gateway.WafConfiguration": {
    FailureMode: "string",
  },
  "GatewayTarget.CredentialProviderConfiguration": {
    "CredentialProviderType!": "string",
    CredentialProvider: "GatewayTarget.CredentialProvider",
  },
  "GatewayTarget.CredentialProvider": {
    OauthCredentialProvider: "GatewayTarget.OAuthCredentialProvider",
    ApiKeyCredentialProvider: "GatewayTarget.ApiKeyCredentialProvider",
    IamCredentialProvider: "GatewayTarget.IamCredentialProvider",
  },
  "GatewayTarget.OAuthCredentialProvider": {
    "ProviderArn!": "string",
    "Scopes!": ["string"],
    CustomParameters: { of: "string" },
    GrantType: "string",
    DefaultReturnUrl: "string",
  },
  "GatewayTarget.ApiKeyCredentialProvider": {
    "ProviderArn!": "string",
    CredentialParameterName: "string",
    CredentialPrefix: "string",
    CredentialLocation: "string",
  },
  "GatewayTarget.IamCredentialProvider": {
    "Service!": "string",
    Region: "string",
  },
  "GatewayTarget.MetadataConfiguration": {
    AllowedRequestHeaders: ["string"],
    AllowedQueryParameters: ["string"],
    AllowedResponseHeaders: ["string"],
  },
  "GatewayTarget.PrivateEndpoint": {
    SelfManagedLatticeResource: "GatewayTarget.SelfManagedLatticeResource",
    ManagedVpcResource: "GatewayTarget.ManagedVpcResource",
  },
  "GatewayTarget.SelfManagedLatticeResource": {
    "ResourceConfigurationIdentifier!": "string",
  },
  "GatewayTarget.ManagedVpcResource": {
    "VpcIdentifier!": "string",
    "SubnetIds!": ["string"],
    "EndpointIpAddressType!": "string",
    SecurityGroupIds: ["string"],
    RoutingDomain: "string",
    Tags: { of: "string" },
  },
  "GatewayTarget.TargetConfiguration": {
    Mcp: "GatewayTarget.McpTargetConfiguration",
    Http: "GatewayTarget.HttpTargetConfiguration",
    Inference: "GatewayTarget.InferenceTargetConfiguration",
  },
  "GatewayTarget.McpTargetConfiguration": {
    OpenApiSchema: "GatewayTarget.ApiSchemaConfiguration",
    SmithyModel: "GatewayTarget.ApiSchemaConfiguration",
    Lambda: "GatewayTarget.McpLambdaTargetConfiguration",
    McpServer: "GatewayTarget.McpServerTargetConfiguration",
    ApiGateway: "GatewayTarget.ApiGatewayTargetConfiguration",
    Connector: "GatewayTarget.ConnectorTargetConfiguration",
  },
  "GatewayTarget.ApiSchemaConfiguration": {
    S3: "GatewayTarget.S3Configuration",
    InlinePayload: "string",
  },
  "GatewayTarget.S3Configuration": {
    Uri: "string",
    BucketOwnerAccountId: "string",
  },
  "GatewayTarget.McpLambdaTargetConfiguration": {
    "LambdaArn!": "string",
    "ToolSchema!": "GatewayTarget.ToolSchema",
  },
  "GatewayTarget.ToolSchema": {
    S3: "GatewayTarget.S3Configuration",
    InlinePayload: ["GatewayTarget.ToolDefinition"],
  },
  "GatewayTarget.ToolDefinition": {
    "Name!": "string",
    "Description!": "string",
    "InputSchema!": "GatewayTarget.SchemaDefinition",
    OutputSchema: "GatewayTarget.SchemaDefinition",
  },
  "GatewayTarget.SchemaDefinition": {
    "Type!": "string",
    Required: ["string"],
    Description: "string",
    Items: "GatewayTarget.SchemaDefinition",
    Properties: { of: "GatewayTarget.SchemaDefinition" },
  },
  "GatewayTarget.McpServerTargetConfiguration": {
    "Endpoint!": "string",
    McpToolSchema: "GatewayTarget.McpToolSchemaConfiguration",
    ListingMode: "string",
    ResourcePriority: "number",
  },
  "GatewayTarget.McpToolSchemaConfiguration": {
    S3: "GatewayTarget.S3Configuration",
    InlinePayload: "string",
  },
  "GatewayTarget.ApiGatewayTargetConfiguration": {
    "RestApiId!": "string",
    "Stage!": "string",
    "ApiGatewayToolConfiguration!": "GatewayTarget.ApiGatewayToolConfiguration",
  },
  "GatewayTarget.ApiGatewayToolConfiguration": {
    ToolOverrides: ["GatewayTarget.ApiGatewayToolOverride"],
    "ToolFilters!": ["GatewayTarget.ApiGatewayToolFilter"],
  },
  "GatewayTarget.ApiGatewayToolOverride": {
    "Name!": "string",
    Description: "string",
    "Path!": "string",
    "Method!": "string",
  },
  "GatewayTarget.ApiGatewayToolFilter": {
    "FilterPath!": "string",
    "Methods!": ["string"],
  },
  "GatewayTarget.ConnectorTargetConfiguration": {
    "Source!": "GatewayTarget.ConnectorSource",
    Enabled: ["string"],
    Configurations: ["GatewayTarget.ConnectorConfiguration"],
  },
  "GatewayTarget.ConnectorSource": {
    "ConnectorId!": "string",
  },
  "GatewayTarget.ConnectorConfiguration": {
    "Name!": "string",
    Description: "string",
    ParameterValues: "json",
    ParameterOverrides: ["GatewayTarget.ConnectorParameterOverride"],
  },
  "GatewayTarget.ConnectorParameterOverride": {
    "Path!": "string",
    Description: "string",
    Visible: "boolean",
  },
  "GatewayTarget.HttpTargetConfiguration": {
    AgentcoreRuntime: "GatewayTarget.RuntimeTargetConfiguration",
    Passthrough: "GatewayTarget.PassthroughTargetConfiguration",
    Connector: "GatewayTarget.HttpConnectorTargetConfiguration",
  },
  "GatewayTarget.RuntimeTargetConfiguration": {
    "Arn!": "string",
    Qualifier: "string",
    Schema: "GatewayTarget.HttpApiSchemaConfiguration",
  },
  "GatewayTarget.HttpApiSchemaConfiguration": {
    "Source!": "GatewayTarget.ApiSchemaConfiguration",
  },
  "GatewayTarget.PassthroughTargetConfiguration": {
    "Endpoint!": "string",
    "ProtocolType!": "string",
    Schema: "GatewayTarget.HttpApiSchemaConfiguration",
    StickinessConfiguration: "GatewayTarget.StickinessConfiguration",
  },
  "GatewayTarget.StickinessConfiguration": {
    "Identifier!": "string",
    Timeout: "number",
  },
  "GatewayTarget.HttpConnectorTargetConfiguration": {
    "Source!": "GatewayTarget.HttpConnectorSource",
    Parameters: { of: "string" },
  },
  "GatewayTarget.HttpConnectorSource": {
    "ConnectorId!": "string",
  },
  "GatewayTarget.InferenceTargetConfiguration": {
    Connector: "GatewayTarget.InferenceConnectorTargetConfiguration",
    Provider: "GatewayTarget.InferenceProviderTargetConfiguration",
  },
  "GatewayTarget.InferenceConnectorTargetConfiguration": {
    "Source!": "GatewayTarget.InferenceConnectorSource",
  },
  "GatewayTarget.InferenceConnectorSource": {
    "ConnectorId!": "string",
  },
  "GatewayTarget.InferenceProviderTargetConfiguration": {
    "Endpoint!": "string",
    ModelMapping: "GatewayTarget.ModelMapping",
    Operations: ["GatewayTarget.InferenceOperationConfiguration"],
  },
  "GatewayTarget.ModelMapping": {
    ProviderPrefix: "GatewayTarget.ProviderPrefix",
  },
  "GatewayTarget.ProviderPrefix": {
    Strip: "boolean",
    Separator: "string",
  },
  "GatewayTarget.InferenceOperationConfiguration": {
    "Path!": "string",
    ProviderPath: "string",
    Models: ["GatewayTarget.ModelEntry"],
  },
  "GatewayTarget.ModelEntry": {
    "Model!": "string",
  },
  "Policy.PolicyDefinition": {
    Cedar: "Policy.CedarPolicy",
    Policy: "Policy.PolicyStatement",
  },
  "Policy.CedarPolicy": {
    "Statement!": "string",
  },
  "Policy.PolicyStatement": {
    "Statement!": "string",
  },
  "GatewayRateLimit.LimitEntry": {
    "Dimensions!": { of: "string" },
    Requests: ["GatewayRateLimit.RateConfig"],
    Tokens: ["GatewayRateLimit.RateConfig"],
    Connections: ["GatewayRateLimit.RateConfig"],
  },
  "GatewayRateLimit.RateConfig": {
    "Rate!": "number",
    "Period!": "string",
  },
};
