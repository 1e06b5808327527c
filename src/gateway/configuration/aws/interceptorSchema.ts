import { list, object, type Schema } from "../../../lib/json/schema.ts";
import { lambdaArn } from "./awsTexts.ts";

/** What runs before and after each request (`GatewayInterceptorConfigurations` of the API). */
export const interceptorsSchema: Schema = {
  type: "array",
  description:
    "What runs before and after each request. Here a program stands in for the function, see local.interceptors.",
  maxItems: 2,
  items: object(
    "An interceptor.",
    {
      interceptor: object(
        "Its function.",
        { lambda: object("A Lambda function.", { arn: lambdaArn("The function.") }, ["arn"]) },
        ["lambda"],
      ),
      interceptionPoints: list(
        "When it runs.",
        { type: "string", description: "Before or after the target.", enum: ["REQUEST", "RESPONSE"] },
        2,
      ),
      inputConfiguration: object(
        "What it is told.",
        {
          passRequestHeaders: {
            type: "boolean",
            description: "Whether it gets the request's headers, the token among them.",
          },
          payloadFilter: object(
            "What it is not told of requests under a target's own path.",
            {
              exclude: list(
                "What.",
                object("A part.", { field: { type: "string", description: "The part.", enum: ["RESPONSE_BODY"] } }),
                1,
              ),
            },
            ["exclude"],
          ),
        },
        ["passRequestHeaders"],
      ),
    },
    ["interceptor", "interceptionPoints"],
  ),
};
