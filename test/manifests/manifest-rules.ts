import {
  containersOf,
  selects,
  workloadsOf,
  type Container,
  type Manifest,
  type ManifestTree,
  type Workload,
} from './manifests.ts';

type Rule = (tree: ManifestTree) => string[];

/** Members that kustomize 2.0 (kubectl 1.20) and today's read alike; later ones replaced or dropped the others. */
const KUSTOMIZATION_MEMBERS = ['apiVersion', 'kind', 'namespace', 'resources', 'configMapGenerator', 'images'];

/** What every pod of ours must say, by its path below the pod spec. */
const POD_PROMISES: Readonly<Record<string, unknown>> = {
  automountServiceAccountToken: false,
  'securityContext.runAsNonRoot': true,
  'securityContext.seccompProfile.type': 'RuntimeDefault',
  hostNetwork: undefined,
  hostPID: undefined,
  hostIPC: undefined,
};

/** What every container must say, by its path below the container. */
const CONTAINER_PROMISES: Readonly<Record<string, unknown>> = {
  'securityContext.allowPrivilegeEscalation': false,
  'securityContext.readOnlyRootFilesystem': true,
  'securityContext.capabilities.drop': ['ALL'],
  'securityContext.capabilities.add': undefined,
  'securityContext.privileged': undefined,
  'securityContext.runAsUser': undefined, // the pod's holds
};

const SENSITIVE = /SECRET|PASSWORD|TOKEN$|KEK$|KEY$|PRIVATE/;

/** Rule → the faults it finds. Every rule has a planted violation in manifests.spec.ts. */
export const MANIFEST_RULES = {
  'every file is listed': (tree) => tree.unlisted.map((path) => `${path} is in no kustomization`),

  'kustomize 2.0 reads it': ({ kustomization }) =>
    Object.keys(kustomization).filter((member) => !KUSTOMIZATION_MEMBERS.includes(member)),

  'no secret is in the files': ({ manifests }) => manifests.filter(({ kind }) => kind === 'Secret').map(nameOf),

  'no secret is in the environment': (tree) =>
    inContainers(tree, ({ env = [] }) =>
      env.filter(({ name, value }) => SENSITIVE.test(name) && value !== undefined).map(({ name }) => name),
    ),

  'pods are locked down': (tree) =>
    workloadsOf(tree).flatMap((workload) =>
      broken(workload.pod, POD_PROMISES).map((fault) => `${nameOf(workload.manifest)}: ${fault}`),
    ),

  'containers are locked down': (tree) => inContainers(tree, (container) => broken(container, CONTAINER_PROMISES)),

  'containers say what they need': (tree) =>
    inContainers(tree, (container) =>
      ['requests.cpu', 'requests.memory', 'limits.memory'].filter((path) => !at(container.resources, path)),
    ),

  'service accounts have no token': ({ manifests }) =>
    manifests
      .filter((each) => each.kind === 'ServiceAccount' && each.automountServiceAccountToken !== false)
      .map(nameOf),

  'every workload has a service account of its own': (tree) => {
    const accounts = tree.manifests
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ metadata }) => metadata.name);
    const used = workloadsOf(tree).map(({ pod }) => pod.serviceAccountName as string);
    return workloadsOf(tree)
      .filter((_, index) => !accounts.includes(used[index] ?? '') || used.indexOf(used[index] ?? '') !== index)
      .map(({ manifest }) => nameOf(manifest));
  },

  'every workload is probed': (tree) =>
    workloadsOf(tree).flatMap(({ manifest, pod }) =>
      ['startupProbe', 'livenessProbe', 'readinessProbe']
        .filter((probe) => pod.containers.some((container) => !container[probe]))
        .map((probe) => `${nameOf(manifest)}: ${probe}`),
    ),

  'everything is denied by default': ({ manifests }) => (manifests.some(isDefaultDeny) ? [] : ['no default-deny']),

  'every workload has a network policy': (tree) => {
    const policies = tree.manifests.filter(({ kind }) => kind === 'NetworkPolicy');
    const bare = workloadsOf(tree).filter(({ labels }) => !policies.some((policy) => isSelected(policy, labels)));
    return bare.map(({ manifest }) => nameOf(manifest));
  },

  'every policy and budget selects a workload': (tree) =>
    tree.manifests
      .filter(({ kind }) => kind === 'NetworkPolicy' || kind === 'PodDisruptionBudget')
      .filter((each) => !isDefaultDeny(each) && !workloadsOf(tree).some(({ labels }) => isSelected(each, labels)))
      .map(nameOf),

  'services and policies name ports that exist': (tree) =>
    tree.manifests.flatMap((manifest) =>
      portsNamedBy(manifest)
        .filter((port) => !portsOf(tree, manifest).includes(port))
        .map((port) => `${nameOf(manifest)}: ${String(port)}`),
    ),

  'one writer to a volume': (tree) =>
    workloadsOf(tree).flatMap(({ manifest, replicas, pod }) => {
      const claims = (pod.volumes ?? []).some((volume) => volume.persistentVolumeClaim);
      const recreated = at(manifest.spec, 'strategy.type') === 'Recreate';
      return claims && (replicas !== 1 || !recreated) ? [nameOf(manifest)] : [];
    }),

  'budgets let a node be drained': (tree) =>
    tree.manifests
      .filter(({ kind }) => kind === 'PodDisruptionBudget')
      .filter((budget) =>
        workloadsOf(tree).some(
          ({ labels, replicas }) => isSelected(budget, labels) && Number(budget.spec?.minAvailable ?? 0) >= replicas,
        ),
      )
      .map(nameOf),

  'every volume mounted exists': (tree) =>
    workloadsOf(tree).flatMap((workload) => {
      const known = [
        ...tree.manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ metadata }) => metadata.name),
        ...(tree.kustomization.configMapGenerator ?? []).map(({ name }) => name),
      ];
      const volumes = workload.pod.volumes ?? [];
      const names = volumes.map(({ name }) => name);
      const mounted = containersOf(workload).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
      const sources = volumes.flatMap(
        (volume) => (at(volume, 'persistentVolumeClaim.claimName') ?? at(volume, 'configMap.name') ?? []) as string[],
      );
      return [...mounted.filter((name) => !names.includes(name)), ...sources.filter((name) => !known.includes(name))];
    }),
} as const satisfies Record<string, Rule>;

export type ManifestRule = keyof typeof MANIFEST_RULES;

function nameOf({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.name}`;
}

/** The value at a dotted path; `undefined` where the path ends early. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown> | undefined)?.[name], value);
}

function broken(value: unknown, promises: Readonly<Record<string, unknown>>): string[] {
  const kept = (path: string) => JSON.stringify(at(value, path)) === JSON.stringify(promises[path]);
  return Object.keys(promises).filter((path) => !kept(path));
}

function inContainers(tree: ManifestTree, find: (container: Container) => string[]): string[] {
  return workloadsOf(tree)
    .flatMap(containersOf)
    .flatMap((container) => find(container).map((fault) => `${container.name}: ${fault}`));
}

function isDefaultDeny({ kind, spec = {} }: Manifest): boolean {
  const types = JSON.stringify(spec.policyTypes);
  const open = spec.ingress !== undefined || spec.egress !== undefined;
  return (
    kind === 'NetworkPolicy' && types === '["Ingress","Egress"]' && JSON.stringify(spec.podSelector) === '{}' && !open
  );
}

/** Whether a policy, budget or service picks pods of these labels. */
function isSelected({ kind, spec }: Manifest, labels: Workload['labels']): boolean {
  const path = { NetworkPolicy: 'podSelector.matchLabels', Service: 'selector' }[kind] ?? 'selector.matchLabels';
  const matchLabels = at(spec, path) as Workload['labels'] | undefined;
  return matchLabels !== undefined && selects(matchLabels, labels);
}

/** Ports of ours that a service sends to, or that a policy lets in. */
function portsNamedBy({ kind, spec = {} }: Manifest): unknown[] {
  if (kind === 'Service') return (spec.ports as { targetPort: unknown }[]).map(({ targetPort }) => targetPort);
  if (kind !== 'NetworkPolicy') return [];
  const ingress = (spec.ingress ?? []) as { ports?: { port: unknown }[] }[];
  return ingress.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
}

function portsOf(tree: ManifestTree, selecting: Manifest): unknown[] {
  const picked = workloadsOf(tree).filter(({ labels }) => isSelected(selecting, labels));
  return picked
    .flatMap(containersOf)
    .flatMap(({ ports = [] }) => ports.flatMap((port) => [port.name, port.containerPort]));
}
