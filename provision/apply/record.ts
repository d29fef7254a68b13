import type { RecordedResource } from "../../core/model/generation.ts";
import type { Resource } from "../../core/model/resource.ts";

/** A resource as a generation remembers it: content with secrets masked, and where to read them again. */
export function recordResource(resource: Resource): RecordedResource {
  switch (resource.kind) {
    case "package": {
      const { id, name, provides, install } = resource;
      return { kind: "package", id, name, provides, install };
    }
    case "user": {
      const { id, name, group, groups, home } = resource;
      return { kind: "user", id, name, group, groups, home };
    }
    case "directory": {
      const { id, path, onDestroy, mode, owner, group } = resource;
      return { kind: "directory", id, path, onDestroy, mode, owner, group };
    }
    case "file": {
      const { id, path, content, mode, owner, group, template, consequences } = resource;
      const secrets = content.secrets.map(({ mask, ref }) => ({ mask, ref }));
      return { kind: "file", id, path, masked: content.masked, secrets, mode, owner, group, template, consequences };
    }
    case "unit": {
      const { id, unit, enabled, active, program } = resource;
      return { kind: "unit", id, unit, enabled, active, ...(program === undefined ? {} : { program }) };
    }
  }
}
