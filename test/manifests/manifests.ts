import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** What these checks read of a container; the rest of it is Kubernetes' business. */
export interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  readonly [member: string]: unknown;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes?: readonly Readonly<Record<string, unknown>>[];
  readonly [member: string]: unknown;
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly [member: string]: unknown;
}

export interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[];
  readonly [member: string]: unknown;
}

/** One folder of manifests, as its kustomization lists it. */
export interface ManifestTree {
  readonly kustomization: Kustomization;
  readonly manifests: readonly Manifest[];
  /** Files of the folder that the kustomization does not name. */
  readonly unlisted: readonly string[];
}

export function loadManifests(folder: string): ManifestTree {
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const kustomization = parse(read('kustomization.yaml')) as Kustomization;
  const generated = kustomization.configMapGenerator?.flatMap(({ files }) => files) ?? [];
  const listed = new Set(['kustomization.yaml', ...kustomization.resources, ...generated]);
  return {
    kustomization,
    manifests: kustomization.resources.flatMap((path) =>
      parseAllDocuments(read(path)).map((each) => each.toJS() as Manifest),
    ),
    unlisted: globSync('**/*.yaml', { cwd: folder })
      .map((path) => relative('.', path))
      .filter((path) => !listed.has(path)),
  };
}

export interface Workload {
  readonly manifest: Manifest;
  readonly replicas: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
}

export function workloadsOf(tree: ManifestTree): Workload[] {
  return tree.manifests.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').map(workloadOf);
}

function workloadOf(manifest: Manifest): Workload {
  const { replicas = 1, template } = manifest.spec as {
    replicas?: number;
    template: { metadata: { labels: Record<string, string> }; spec: PodSpec };
  };
  return { manifest, replicas, labels: template.metadata.labels, pod: template.spec };
}

export function containersOf({ pod }: Workload): Container[] {
  return [...(pod.initContainers ?? []), ...pod.containers];
}

/** Whether a selector's labels pick a pod. */
export function selects(
  matchLabels: Readonly<Record<string, string>> = {},
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}
