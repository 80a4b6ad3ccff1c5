import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../apps/consumer-service/src/config/settings.ts';
import { loadConfig } from '../apps/token-service/src/config/load-config.ts';
import { readDeclaration } from '../apps/token-service/src/core/registry/declaration/read-declaration.ts';
import { MANIFEST_RULES, type ManifestRule } from './manifests/manifest-rules.ts';
import { containersOf, loadManifests, workloadsOf, type ManifestTree } from './manifests/manifests.ts';

const base = join(import.meta.dirname, '../k8s/base');
const tree = loadManifests(base);

/** What is spoilt: a manifest by kind and name (or the tree itself), the path in it, and the value put there. */
type Violation = readonly [target: string, path: string, value?: unknown];

const issuer = 'Deployment token-service';
const pod = 'spec.template.spec';
const container = `${pod}.containers.0`;

const violations: Readonly<Record<ManifestRule, readonly Violation[]>> = {
  'every file is listed': [['tree', 'unlisted', ['token-service/extra.yaml']]],
  'kustomize 2.0 reads it': [['tree', 'kustomization.labels', []]],
  'no secret is in the files': [['ServiceAccount token-service', 'kind', 'Secret']],
  'no secret is in the environment': [
    [issuer, `${container}.env`, [{ name: 'MINTMARK_KEK', value: 'c2VjcmV0' }]],
    [issuer, `${container}.env`, [{ name: 'ORDERS_CLIENT_SECRET', value: 'c2VjcmV0' }]],
  ],
  'pods are locked down': [
    [issuer, `${pod}.securityContext.runAsNonRoot`],
    [issuer, `${pod}.securityContext.seccompProfile.type`, 'Unconfined'],
    [issuer, `${pod}.automountServiceAccountToken`, true],
    [issuer, `${pod}.hostNetwork`, true],
  ],
  'containers are locked down': [
    [issuer, `${container}.securityContext.readOnlyRootFilesystem`, false],
    [issuer, `${container}.securityContext.allowPrivilegeEscalation`],
    [issuer, `${container}.securityContext.capabilities.drop`, ['NET_RAW']],
    [issuer, `${container}.securityContext.capabilities.add`, ['NET_ADMIN']],
    [issuer, `${container}.securityContext.privileged`, true],
    [issuer, `${container}.securityContext.runAsUser`, 0],
    [issuer, `${pod}.initContainers`, [{ name: 'first', image: 'mintmark' }]],
  ],
  'containers say what they need': [[issuer, `${container}.resources.limits`]],
  'service accounts have no token': [['ServiceAccount token-service', 'automountServiceAccountToken']],
  'every workload has a service account of its own': [
    [issuer, `${pod}.serviceAccountName`],
    [issuer, `${pod}.serviceAccountName`, 'consumer-service'],
  ],
  'every workload is probed': [[issuer, `${container}.readinessProbe`]],
  'everything is denied by default': [
    ['NetworkPolicy default-deny', 'kind', 'Other'],
    ['NetworkPolicy default-deny', 'spec.policyTypes', ['Ingress']],
    ['NetworkPolicy default-deny', 'spec.egress', [{}]],
  ],
  'every workload has a network policy': [['NetworkPolicy token-service', 'kind', 'Other']],
  'every policy and budget selects a workload': [
    ['PodDisruptionBudget consumer-service', 'spec.selector.matchLabels', { app: 'consumer' }],
  ],
  'services and policies name ports that exist': [
    ['Service token-service', 'spec.ports.0.targetPort', 'https'],
    ['NetworkPolicy token-service', 'spec.ingress.0.ports.0.port', 4444],
  ],
  'one writer to a volume': [
    [issuer, 'spec.replicas', 2],
    [issuer, 'spec.strategy'],
  ],
  'budgets let a node be drained': [['PodDisruptionBudget consumer-service', 'spec.minAvailable', 2]],
  'every volume mounted exists': [
    ['PersistentVolumeClaim token-service', 'kind', 'Other'],
    ['tree', 'kustomization.configMapGenerator'],
    [issuer, `${pod}.volumes`, []],
  ],
};

function spoilt([target, path, value]: Violation): ManifestTree {
  const copy = structuredClone<ManifestTree>(tree);
  const manifest = copy.manifests.find(({ kind, metadata }) => `${kind} ${metadata.name}` === target);
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let node = (target === 'tree' ? copy : manifest) as unknown as Record<string, unknown>;
  for (const step of steps) node = node[step] as Record<string, unknown>;
  if (value === undefined) delete node[last];
  else node[last] = value;
  return copy;
}

describe('kubernetes manifests', () => {
  const rules = Object.keys(MANIFEST_RULES) as ManifestRule[];

  it.each(rules)('%s', (rule) => {
    expect(MANIFEST_RULES[rule](tree)).toEqual([]);
  });

  const planted = rules.flatMap((rule) => violations[rule].map((violation) => ({ rule, violation })));

  it.each(planted)('$rule: a planted violation is caught ($violation)', ({ rule, violation }) => {
    expect(MANIFEST_RULES[rule](spoilt(violation))).not.toEqual([]);
  });

  it('hold both services', () => {
    expect(
      workloadsOf(tree)
        .map(({ manifest }) => manifest.metadata.name)
        .sort(),
    ).toEqual(['consumer-service', 'token-service']);
  });

  it('give the token service settings that it accepts', () => {
    const { http, grpc, management, ...config } = loadConfig(environmentOf('token-service'));
    expect(config).toMatchObject({ mode: 'production', timeScale: 1 });
    expect(portsOf('token-service')).toEqual({ http: http.port, grpc: grpc.port, management: management.port });
    for (const file of [config.dataDir, config.kekFile, config.declarationFile]) {
      expect(mountsOf('token-service').some((mount) => file?.startsWith(`${mount}/`))).toBe(true);
    }
  });

  it('declare what the token service can read', () => {
    const name = 'token-service/declaration.yaml';
    const support = {
      credentialKinds: ['client_secret'],
      signingAlgorithms: ['ES256'],
      senderConstraints: ['none'],
    } as const;
    const outcome = readDeclaration({ name, bytes: readFileSync(join(base, name)) }, support);
    expect(outcome).toMatchObject({ ok: true });
    expect(outcome.ok && outcome.declaration.resources.map(({ id }) => id)).toEqual([
      readSettings(environmentOf('consumer-service')).audience,
    ]);
  });

  it('give the consumer service settings that it accepts, and the same issuer', () => {
    const { http, grpc, ...settings } = readSettings(environmentOf('consumer-service'));
    expect(settings).toMatchObject({ mode: 'production', timeScale: 1 });
    expect(settings.issuer).toBe(loadConfig(environmentOf('token-service')).issuer);
    expect(portsOf('consumer-service')).toEqual({ http: http.port, grpc: grpc.port });
  });
});

function containerOf(name: string) {
  const [container] = workloadsOf(tree)
    .filter(({ manifest }) => manifest.metadata.name === name)
    .flatMap(containersOf);
  if (!container) throw new Error(`no container in ${name}`);
  return container;
}

function environmentOf(name: string): Record<string, string | undefined> {
  return Object.fromEntries((containerOf(name).env ?? []).map((variable) => [variable.name, variable.value]));
}

function portsOf(name: string): Record<string, number> {
  return Object.fromEntries((containerOf(name).ports ?? []).map((port) => [port.name, port.containerPort]));
}

function mountsOf(name: string): string[] {
  return (containerOf(name).volumeMounts ?? []).map(({ mountPath }) => mountPath);
}
