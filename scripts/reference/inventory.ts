import { cell } from "./cell.ts";
import { inventoryKeys, type Key, sinkKinds } from "./schema-keys.ts";

export function inventoryReference(): string {
  const sinks = sinkKinds().map(({ section, type, description, keys }) => {
    return `## ${section}.sinks[], type ${type}\n\n${cell(description)}\n\n${table(keys)}`;
  });
  return `# inventory.yaml\n\n\`provision schema\` prints the whole schema; [inventory.schema.json](../../inventory.schema.json) gives it to editors. Settings of smsd: [smsd-settings.md](smsd-settings.md). What receivers get: [messages.md](../messages.md).\n\n${table(inventoryKeys())}\n${sinks.join("\n")}`;
}

function table(keys: readonly Key[]): string {
  const rows = keys.map(({ path, type, description }) => `| \`${path}\` | ${type} | ${cell(description)} |`);
  return `| key | type | meaning |\n|---|---|---|\n${rows.join("\n")}\n`;
}
