import type { SmsdSetting } from "../../provision/inventory/smsd-setting.ts";
import { SMSD_SETTINGS } from "../../provision/inventory/smsd-settings.ts";
import { cell } from "./cell.ts";

export function smsdSettingReference(): string {
  const rows = SMSD_SETTINGS.map((setting) => {
    return `| \`${setting.name}\` | ${setting.scope} | ${setting.type.kind} | ${oursOf(setting)} | ${cell(setting.why)} |`;
  });
  return `# Settings of smsd\n\nUnder \`smsd.settings\` (global) and \`modems[].smsd.settings\` (modem). Where we write a value, the reason is in the last column; elsewhere smsd's own default holds. Anything smsd knows and this table does not goes under \`extra\`.\n\n| setting | where | type | ours | why |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

function oursOf(setting: SmsdSetting): string {
  const values = [...new Set([setting.ours?.global, setting.ours?.modem].filter((value) => value !== undefined))];
  return values.map((value) => `\`${String(value)}\``).join(" / ");
}
