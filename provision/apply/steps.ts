import type { DirectorySpec, FileEntry } from "../../core/ports.ts";
import type { SecretText } from "../../core/secret.ts";

/** One action on the host, as data. Each kind has exactly one executor (`executors.ts`). */
export type Step =
  | { readonly do: "keep-original"; readonly id: string }
  | { readonly do: "forget-original"; readonly id: string }
  | { readonly do: "keep-replaced"; readonly path: string; readonly generation: number }
  | { readonly do: "mask-unit"; readonly path: string }
  | { readonly do: "install-packages"; readonly names: readonly string[] }
  | { readonly do: "remove-packages"; readonly names: readonly string[]; readonly purge: boolean }
  | { readonly do: "add-user"; readonly name: string; readonly group: string; readonly home: string }
  | { readonly do: "remove-user"; readonly name: string }
  | { readonly do: "add-to-group"; readonly user: string; readonly group: string }
  | { readonly do: "remove-from-group"; readonly user: string; readonly group: string }
  | { readonly do: "make-directory"; readonly path: string; readonly spec: DirectorySpec }
  | { readonly do: "set-attributes"; readonly path: string; readonly spec: DirectorySpec }
  | { readonly do: "write-file"; readonly path: string; readonly content: SecretText; readonly spec: DirectorySpec }
  | { readonly do: "remove"; readonly path: string }
  | { readonly do: "remove-folder-if-empty"; readonly path: string }
  | { readonly do: "remove-tree"; readonly path: string }
  | { readonly do: "put-back"; readonly path: string; readonly entry: FileEntry | undefined }
  | { readonly do: "reload-systemd" }
  | { readonly do: "reload-udev" }
  | { readonly do: "trigger-udev"; readonly devices: readonly string[] }
  | { readonly do: "load-module"; readonly name: string }
  | { readonly do: "apply-tmpfiles"; readonly path: string }
  | { readonly do: "set-enabled"; readonly unit: string; readonly enabled: boolean }
  | { readonly do: "stop-strays"; readonly pids: readonly number[] }
  | { readonly do: "control"; readonly verb: "start" | "stop" | "restart"; readonly unit: string };

export type StepKind = Step["do"];
export type StepOf<K extends StepKind> = Extract<Step, { readonly do: K }>;

/** One line for progress, logs and error messages. Never contains content. */
export function describeStep(step: Step): string {
  switch (step.do) {
    case "keep-original":
      return `keep how ${step.id} was`;
    case "forget-original":
      return `forget how ${step.id} was`;
    case "keep-replaced":
      return `keep the changed ${step.path}`;
    case "mask-unit":
      return `keep the package from starting its own service (${step.path})`;
    case "install-packages":
      return `install ${step.names.join(", ")}`;
    case "remove-packages":
      return `${step.purge ? "purge" : "remove"} ${step.names.join(", ")}`;
    case "add-user":
      return `add user ${step.name}`;
    case "remove-user":
      return `remove user ${step.name}`;
    case "add-to-group":
      return `add ${step.user} to group ${step.group}`;
    case "remove-from-group":
      return `remove ${step.user} from group ${step.group}`;
    case "make-directory":
      return `make folder ${step.path}`;
    case "set-attributes":
      return `set mode and owner of ${step.path}`;
    case "write-file":
      return `write ${step.path}`;
    case "remove":
      return `remove ${step.path}`;
    case "remove-folder-if-empty":
      return `remove folder ${step.path} if it is empty`;
    case "remove-tree":
      return `remove folder ${step.path} and all that is in it`;
    case "put-back":
      return step.entry ? `put ${step.path} back` : `remove ${step.path}`;
    case "reload-systemd":
      return "systemd reads its units again";
    case "reload-udev":
      return "udev reads its rules again";
    case "trigger-udev":
      return `udev looks again at ${step.devices.join(", ")}`;
    case "load-module":
      return `load the kernel module ${step.name}`;
    case "apply-tmpfiles":
      return `apply ${step.path}`;
    case "set-enabled":
      return `${step.enabled ? "enable" : "disable"} ${step.unit}`;
    case "stop-strays":
      return `stop smsd outside the service (pid ${step.pids.join(", ")})`;
    case "control":
      return `${step.verb} ${step.unit}`;
  }
}

/** Told of each step as it happens; views print it. */
export interface StepReporter {
  begin(step: Step): void;
  /** A line of a long step, e.g. what apt prints. */
  detail(line: string): void;
  end(step: Step): void;
  failed(step: Step, error: unknown): void;
}

/** Steps that tell a running program to look again. After an undo they are done once more, on what was put back. */
export function isEffect(step: Step): boolean {
  return EFFECTS.has(step.do);
}

const EFFECTS: ReadonlySet<StepKind> = new Set<StepKind>([
  "reload-systemd",
  "reload-udev",
  "trigger-udev",
  "load-module",
  "apply-tmpfiles",
  "set-enabled",
  "control",
]);
