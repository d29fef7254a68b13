import type { ModemModel } from "../../core/model/modem-model.ts";
import { cell } from "./cell.ts";

export function modemReference(models: readonly ModemModel[]): string {
  const sections = models.map((model) => {
    const rows = model.compositions.map((composition) => {
      const roles = Object.entries(composition.roles).map(([role, selector]) => {
        return `${role} ${"interface" in selector ? String(selector.interface).padStart(2, "0") : selector.class}`;
      });
      return `| \`${composition.usb}\` | ${composition.name} | ${roles.join(", ")} | ${cell(composition.source)} |`;
    });
    return `## ${model.name}\n\n${model.title}. Ready ${model.bootSeconds} s after it is plugged in; reset \`${model.at.reset}\`.\n\n| USB id | composition | roles | source |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  });
  return `# Modem models\n\nThe built-in catalogue. A model that is missing goes into the inventory, under \`models\`, in the same form.\n\n${sections.join("\n")}`;
}
