import assert from "node:assert/strict";
import { test } from "node:test";
import { searchTools } from "../../../../src/gateway/router/toolSearch.ts";

const tools = [
  { name: "shop___getOrders", description: "Lists the orders of a customer" },
  { name: "shop___refund_order", description: "Pays an order back" },
  { name: "shop___list_customers", title: "Customers", description: "Every customer of the shop" },
  { name: "weather___forecast", description: "Tells tomorrow's weather for a city" },
  { name: "plain___x" },
];

const found = (query: string) => searchTools(query, tools).map(({ name }) => String(name).split("___")[1]);

test("tools are found by the words of their names and descriptions, the best first", () => {
  assert.deepEqual(
    {
      name: found("refund an order"),
      description: found("What will the weather be in my city?"),
      cases: found("GET ORDERS"),
      plural: found("orders of the customers"),
      nothing: [found("zebra"), found(""), found("of the and")],
    },
    {
      name: ["refund_order", "getOrders"],
      description: ["forecast"],
      cases: ["getOrders", "refund_order"],
      plural: ["getOrders", "refund_order", "list_customers"],
      nothing: [[], [], []],
    },
  );
});

test("a search finds ten tools at most, whole as they are listed", () => {
  const many = Array.from({ length: 30 }, (_, at) => ({ name: `t___report${at}`, description: "A report", more: at }));
  const results = searchTools("report", many);
  assert.deepEqual({ count: results.length, first: results[0] }, { count: 10, first: many[0] });
});
