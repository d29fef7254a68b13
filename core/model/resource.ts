import type { SecretText } from "../secret.ts";

/** What must happen on the host, at most once per apply, because a resource changed. */
export type Consequence = "reload-systemd" | "reload-udev" | "apply-tmpfiles" | "restart-smsd" | "restart-agent";

interface ResourceBase {
  /** `kind:name`, unique: `file:/etc/smsd.conf`, `unit:smstools.service`. */
  readonly id: string;
  readonly consequences: readonly Consequence[];
}

export interface PackageResource extends ResourceBase {
  readonly kind: "package";
  readonly name: string;
  /** A file whose presence proves the package, whoever installed it. */
  readonly provides: string;
  /** False where only a person may install packages. */
  readonly install: boolean;
}

export interface UserResource extends ResourceBase {
  readonly kind: "user";
  readonly name: string;
  readonly group: string;
  /** Supplementary groups it must be in. */
  readonly groups: readonly string[];
  readonly home: string;
}

/**
 * What becomes of a folder that we made when all is taken away again: messages are asked about, workings of smsd go,
 * and what a person may have put there stays.
 */
export type FolderFate = "ask" | "remove" | "remove-if-empty";

export interface DirectoryResource extends ResourceBase {
  readonly kind: "directory";
  readonly path: string;
  readonly onDestroy: FolderFate;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

export interface FileResource extends ResourceBase {
  readonly kind: "file";
  readonly path: string;
  readonly content: SecretText;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** The template it was rendered from, relative to the program's root, so that a reader can follow a value. */
  readonly template: string;
}

export interface UnitResource extends ResourceBase {
  readonly kind: "unit";
  readonly unit: string;
  readonly enabled: boolean;
  readonly active: boolean;
  /** The program it runs, where that is not installed by apply: without it the unit is enabled only. */
  readonly program?: string;
}

/** One thing that must be so on the host. */
export type Resource = PackageResource | UserResource | DirectoryResource | FileResource | UnitResource;

/** A udev link that must exist while its modem is plugged in. */
export interface ExpectedLink {
  readonly modem: string;
  readonly role: string;
  /** Absolute path, e.g. `/dev/ttyUSB_SIM7600_AT`. */
  readonly path: string;
  /** Names of the model's compositions that have this role; with others the link is absent, and rightly so. */
  readonly compositions: readonly string[];
}

/** Everything that must be so, in the order it must become so. */
export interface DesiredState {
  readonly resources: readonly Resource[];
  readonly links: readonly ExpectedLink[];
}
