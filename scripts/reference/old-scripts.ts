import { COMPAT_SCRIPTS } from "../../provision/desired/compat-scripts.ts";
import { cell } from "./cell.ts";

export function oldScriptReference(): string {
  const rows = COMPAT_SCRIPTS.map(({ name, what, words, modem }) => {
    const [first = "", ...rest] = words;
    const line = first.startsWith("/") ? [first.slice(first.lastIndexOf("/") + 1), ...rest] : ["modemkeeper", ...words];
    return `| \`${name}\` | \`${[...line, ...(modem ? ["MODEM --rung usb-reset"] : [])].join(" ")}\` | ${cell(what)} |`;
  });
  return `# Old scripts\n\n\`compat.scripts: DIR\` in the inventory installs these names there, so that cron jobs, webhooks and scripts of a machine's past do no harm. What stood there before is kept, and put back by \`provision destroy\`. Called by somebody who is not root, those that change something ask \`sudo -n\`.\n\n| name | calls | for |\n|---|---|---|\n${rows.join("\n")}\n`;
}
