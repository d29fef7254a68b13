import { inventorySchema } from "../../provision/inventory/schema.ts";

/** As much of a JSON Schema as the inventory's uses. */
interface SchemaNode {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  /** Kinds of receivers. */
  readonly oneOf?: readonly SchemaNode[];
  readonly $ref?: string;
}

/** A key of the inventory. */
export interface Key {
  /** With those above it: `modems[].name`. */
  readonly path: string;
  readonly type: string;
  readonly description: string;
}

/** A kind of receiver, whose keys differ from those of others. */
export interface SinkKind {
  readonly section: "incoming" | "notify";
  readonly type: string;
  readonly description: string;
  readonly keys: readonly Key[];
}

/** Every key outside the receivers, in the schema's order. */
export function inventoryKeys(): readonly Key[] {
  return keysOf(inventorySchema as SchemaNode, "");
}

export function sinkKinds(): readonly SinkKind[] {
  return (["incoming", "notify"] as const).flatMap((section) => {
    const sinks = (inventorySchema as SchemaNode).properties?.[section]?.properties?.sinks;
    return (sinks?.items?.oneOf ?? []).map((kind) => {
      const { type, ...properties } = kind.properties ?? {};
      return {
        section,
        type: String(type?.const),
        description: kind.description ?? "",
        keys: keysOf({ properties }, ""),
      };
    });
  });
}

function keysOf(node: SchemaNode, above: string): readonly Key[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, value]) => {
    const path = above === "" ? name : `${above}.${name}`;
    if (name === "settings") return [{ path, type: "object", description: "Settings by smsd's own names." }];
    const inner = value.items?.properties ? keysOf(value.items, `${path}[]`) : keysOf(value, path);
    return [{ path, type: typeName(value), description: value.description ?? "" }, ...inner];
  });
}

function typeName(node: SchemaNode): string {
  if (node.enum) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  return Array.isArray(node.type) ? node.type.join(" or ") : String(node.type ?? "see schema");
}
