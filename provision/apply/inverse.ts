import type { Host } from "../../core/ports.ts";
import { isOriginalKept } from "./originals.ts";
import type { Step } from "./steps.ts";

/**
 * The steps that put back what `step` is about to change. Asked before it runs, so that a step that
 * fails half-way is undone too; each of them does nothing where nothing was changed.
 */
export async function inverseOf(host: Host, step: Step): Promise<readonly Step[]> {
  switch (step.do) {
    case "keep-original":
      return (await isOriginalKept(host, step.id)) ? [] : [{ do: "forget-original", id: step.id }];
    case "install-packages":
      return [{ do: "remove-packages", names: step.names, purge: false }];
    case "add-user":
      return (await host.accounts.user(step.name)) ? [] : [{ do: "remove-user", name: step.name }];
    case "add-to-group":
      return (await isMember(host, step.user, step.group)) ? [] : [{ ...step, do: "remove-from-group" }];
    case "make-directory":
    case "set-attributes":
      return directoryInverse(host, step.path);
    case "write-file":
    case "mask-unit":
    case "remove":
      return [{ do: "put-back", path: step.path, entry: await host.files.read(step.path) }];
    case "reload-systemd":
    case "reload-udev":
    case "trigger-udev":
      return [step];
    case "set-enabled": {
      const { enabled } = await host.services.state(step.unit);
      return enabled === step.enabled ? [] : [{ do: "set-enabled", unit: step.unit, enabled }];
    }
    case "control": {
      const { active } = await host.services.state(step.unit);
      return [{ do: "control", verb: active === "active" ? "restart" : "stop", unit: step.unit }];
    }
    default:
      return [];
  }
}

async function isMember(host: Host, user: string, group: string): Promise<boolean> {
  const entry = await host.accounts.user(user);
  return entry !== undefined && (entry.group === group || entry.groups.includes(group));
}

async function directoryInverse(host: Host, path: string): Promise<readonly Step[]> {
  const before = await host.files.read(path);
  return before ? [{ do: "set-attributes", path, spec: before }] : [{ do: "remove-folder-if-empty", path }];
}
